import type { Sql } from '../../postgres.ts'
import { countOf, packBlock, unpackBlock } from '../block.ts'
import { type ErasePlace, eraseFrom, withoutPositions } from '../erase.ts'
import type { Entry, ShardName } from '../log.ts'
import { type ArchivePlace, noteArchived } from '../postgresLog.ts'
import type { PlacedBlock } from './blockCache.ts'
import type { Point } from './checkpoints.ts'
import type { KafkaClient, Partition } from './client.ts'
import { endOf, type KafkaReader } from './reader.ts'

export type KafkaArchivePlace = ArchivePlace &
  ErasePlace & {
    reader: KafkaReader
    client: KafkaClient
    partitionOf(shard: ShardName): Partition
  }

/** Kafka's blocks can be tiny; in the archive many of them are one file. */
const FILE_BODY_BYTES_MAX = 1024 * 1024
const FILE_POSITIONS_MAX = 10_000

/**
 * Archives what Kafka holds up to a position, then lets Kafka delete it. The checkpoint where the
 * archive ends becomes the first one of the shard in the same transaction in which the archive's
 * rows appear, so that a position is always found in exactly one of both.
 */
export async function archiveKafka(
  place: KafkaArchivePlace,
  shard: ShardName,
  { position, writtenBefore }: { position: number; writtenBefore?: Date | undefined },
): Promise<void> {
  await eraseLeftovers(place, shard)
  let point = await beginningOf(place.postgres, shard)
  let moved = false
  while (point) {
    const read = await place.reader.blocksFrom(shard, point)
    const old = read.filter(
      ({ first, count, writtenAt }) =>
        first + count - 1 <= position && writtenAt < (writtenBefore?.getTime() ?? Infinity),
    )
    const end = endOf(old)
    if (!end) break
    await moveBlocks(place, shard, { blocks: old, end })
    moved = true
    point = old.length === read.length ? end : null
  }
  const begins = moved ? await beginningOf(place.postgres, shard) : null
  if (begins) await place.client.deleteBefore(place.partitionOf(shard), begins.offset)
}

async function beginningOf(sql: Sql, { lane, shard }: ShardName): Promise<Point | null> {
  const [row] = await sql.query<Point>(
    `SELECT first, record_offset AS offset FROM log_checkpoint
     WHERE lane = $1 AND shard = $2 ORDER BY first LIMIT 1`,
    [lane, shard],
  )
  return row ?? null
}

type Move = { blocks: readonly PlacedBlock[]; end: Point }

async function moveBlocks(
  place: KafkaArchivePlace,
  shard: ShardName,
  { blocks, end }: Move,
): Promise<void> {
  const at = new Date(place.clock.now())
  const files: { first: number; count: number; file: string; at: Date }[] = []
  for (const { first, entries } of await gather(place, shard, blocks)) {
    const count = countOf(entries)
    // Named by all of its range: who archives the same at the same time may cut it differently.
    const range = [first, first + count - 1].map((one) => String(one).padStart(15, '0')).join('-')
    const file = `${shard.lane}-${shard.shard}/${range}.block`
    await place.archive.put(file, packBlock(entries))
    files.push({ first, count, file, at })
  }
  await place.postgres.transaction(async (sql) => {
    const passed = await sql.query<{ first: number }>(
      `DELETE FROM log_checkpoint WHERE lane = $1 AND shard = $2 AND first < $3 RETURNING first`,
      [shard.lane, shard.shard, end.first],
    )
    if (!passed.some(({ first }) => first === blocks[0]?.first)) {
      throw new Error('Another process archived the same blocks of the log meanwhile.')
    }
    for (const file of files) await noteArchived(sql, shard, file)
    await sql.query(
      `INSERT INTO log_checkpoint (lane, shard, first, record_offset, written_at, lasting)
       VALUES ($1, $2, $3, $4, $5, true)
       ON CONFLICT (lane, shard, first) DO UPDATE SET lasting = true`,
      [shard.lane, shard.shard, end.first, end.offset, new Date(blocks.at(-1)?.writtenAt ?? 0)],
    )
  })
}

/** Neighbouring blocks put together to what one file of the archive holds, erased events gone. */
async function gather(place: KafkaArchivePlace, shard: ShardName, blocks: readonly PlacedBlock[]) {
  const last = blocks.at(-1)
  const range = { from: blocks[0]?.first ?? 0, to: last ? last.first + last.count : 0 }
  const erased = await erasedIn(place.postgres, shard, range)
  const files: { first: number; entries: Entry[]; count: number; bytes: number }[] = []
  for (const { first, count, bytes } of blocks) {
    const entries = withoutPositions(place, unpackBlock(bytes), { first, erased })
    const body = entries.reduce((sum, entry) => sum + entry.body.length, 0)
    const file = files.at(-1)
    const fits =
      file && file.bytes + body <= FILE_BODY_BYTES_MAX && file.count + count <= FILE_POSITIONS_MAX
    if (!fits) {
      files.push({ first, entries, count, bytes: body })
      continue
    }
    file.entries.push(...entries)
    file.count += count
    file.bytes += body
  }
  return files
}

/** Positions from `from` to before `to` that are erased but whose bytes are not rewritten yet. */
export async function erasedIn(
  sql: Sql,
  { lane, shard }: ShardName,
  { from, to }: { from: number; to: number },
): Promise<ReadonlySet<number>> {
  const rows = await sql.query<{ position: number }>(
    `SELECT position FROM log_erased
     WHERE lane = $1 AND shard = $2 AND position >= $3 AND position < $4`,
    [lane, shard, from, to],
  )
  return new Set(rows.map(({ position }) => position))
}

/**
 * Erases events: what the archive (or PostgreSQL, from before Kafka) holds is rewritten; what Kafka
 * holds is hidden by a row from every reader at once, and goes when `archiveKafka` deletes it.
 */
export async function eraseOnKafka(
  place: KafkaArchivePlace,
  shard: ShardName,
  positions: readonly number[],
): Promise<void> {
  // The row comes first: whatever is archived at this moment is looked at again with the next.
  await place.postgres.query(
    `INSERT INTO log_erased (lane, shard, position)
     SELECT $1, $2, unnest($3::bigint[]) ON CONFLICT DO NOTHING`,
    [shard.lane, shard.shard, positions],
  )
  await eraseLeftovers(place, shard)
}

/** Rewrites what has an erased row and is no longer Kafka's, and deletes the row. */
async function eraseLeftovers(place: KafkaArchivePlace, shard: ShardName): Promise<void> {
  const begins = await beginningOf(place.postgres, shard)
  const found = await erasedIn(place.postgres, shard, { from: 0, to: begins?.first ?? 0 })
  if (found.size === 0) return
  const positions = [...found]
  await eraseFrom(place, shard, positions)
  await place.postgres.query(
    'DELETE FROM log_erased WHERE lane = $1 AND shard = $2 AND position = ANY($3::bigint[])',
    [shard.lane, shard.shard, positions],
  )
}
