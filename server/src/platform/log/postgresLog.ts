import { hash } from 'node:crypto'
import type { Postgres, Sql } from '../postgres.ts'
import { APPENDER_LIMITS, createAppender } from './appender.ts'
import type { Archive } from './archive.ts'
import { unpackBlock } from './block.ts'
import { type ErasePlace, eraseFrom } from './erase.ts'
import type { Block, Lane, Log, ShardName } from './log.ts'
import { type BlockWriting, writeBlock } from './writeBlock.ts'

/** Shards of each lane on one machine. Changed only after a drain. */
export const SHARDS: Record<Lane, number> = { live: 2, bulk: 2, inner: 1 }

export type PostgresLogOptions = BlockWriting & {
  archive: Archive
  withoutEvents: ErasePlace['withoutEvents']
}

type BlockRow = { first: number; count: number; bytes: Buffer | null; file: string | null }

/** The log as blocks in PostgreSQL, older ones in the archive. See `log.ts` for the contract. */
export async function openPostgresLog(options: PostgresLogOptions): Promise<Log> {
  await refuseKafkaLog(options.postgres)
  await createShards(options.postgres, SHARDS)
  const appender = createAppender({
    shards: SHARDS,
    ...APPENDER_LIMITS,
    shardOf: ({ lane, shardKey }) => shardOf(shardKey, SHARDS[lane]),
    write: (shard, entries) => writeBlock(options, shard, entries),
  })
  return {
    append: appender.append,
    onAppend: appender.onAppend,
    close: appender.close,
    read: (shard, after, limit) => readBlocks(options, shard, { after, limit }),
    heads: () => readHeads(options.postgres),
    trim: (shard, position, writtenBefore) =>
      archiveBlocks(options, shard, { position, writtenBefore }),
    erase: (shard, positions) => eraseFrom(options, shard, positions),
    check: () => checkWritable(options.postgres),
  }
}

/** One process that appends here while the others append to Kafka would tear keys apart. */
async function refuseKafkaLog(sql: Sql): Promise<void> {
  const rows = await sql.query('SELECT 1 FROM log_checkpoint LIMIT 1')
  if (rows.length === 0) return
  throw new Error(
    'This database belongs to an installation whose event log is on Kafka. Set KAFKA_BROKERS.',
  )
}

/** Which shard of its lane a key belongs to; the same in every process and for ever. */
export function shardOf(key: string, shards: number): number {
  if (shards === 1) return 0
  return Number.parseInt(hash('sha1', key, 'hex').slice(0, 8), 16) % shards
}

/** The rows of all shards: how far each is written, applied, and in ClickHouse. */
export async function createShards(sql: Sql, shards: Record<Lane, number>): Promise<void> {
  for (const [lane, count] of Object.entries(shards)) {
    for (const table of ['log_head', 'flow_cursor', 'sink_cursor']) {
      await sql.query(
        `INSERT INTO ${table} (lane, shard)
         SELECT $1, shard FROM generate_series(0, $2 - 1) AS shard ON CONFLICT DO NOTHING`,
        [lane, count],
      )
    }
  }
}

/** Blocks of PostgreSQL and of the archive. */
export async function readBlocks(
  options: Pick<PostgresLogOptions, 'postgres' | 'archive'>,
  shard: ShardName,
  range: { after: number; limit: number },
): Promise<Block[]> {
  const rows = await options.postgres.query<BlockRow>(
    // Begins with the block of the next position: the last one that does not begin after it.
    `(SELECT first, count, bytes, NULL AS file FROM log_block
      WHERE lane = $1 AND shard = $2 AND first + count - 1 > $3 AND first <= $3 + $4
        AND first >= coalesce((SELECT max(first) FROM log_block
          WHERE lane = $1 AND shard = $2 AND first <= $3 + 1), 0) ORDER BY first LIMIT 200)
     UNION ALL
     (SELECT first, count, NULL, file FROM log_archive
      WHERE lane = $1 AND shard = $2 AND first + count - 1 > $3 AND first <= $3 + $4
        AND first >= coalesce((SELECT max(first) FROM log_archive
          WHERE lane = $1 AND shard = $2 AND first <= $3 + 1), 0) ORDER BY first LIMIT 200)
     ORDER BY first`,
    [shard.lane, shard.shard, range.after, range.limit],
  )
  const blocks: Block[] = []
  let expected: number | undefined
  for (const row of rows) {
    // A block moved to the archive between the two halves of the query shows as a gap: read again.
    if (expected !== undefined && row.first !== expected) break
    const bytes = row.bytes ?? (await options.archive.get(row.file ?? ''))
    blocks.push({
      ...shard,
      first: row.first,
      count: row.count,
      entries: unpackBlock(bytes),
    })
    expected = row.first + row.count
  }
  return blocks
}

async function readHeads(sql: Sql): Promise<(ShardName & { position: number })[]> {
  return sql.query(
    'SELECT lane, shard, (next - 1)::bigint AS position FROM log_head ORDER BY lane, shard',
  )
}

/** A server that only reads, or whose disk is full, fails here. The inner lane has no appends. */
async function checkWritable(postgres: Postgres): Promise<void> {
  await postgres.query("UPDATE log_head SET next = next WHERE lane = 'inner'")
}

type Upto = { position: number; writtenBefore?: Date | undefined }

/** Blocks archived in one go; all of them are in memory at once, up to 1 MB each. */
const BLOCKS_AT_ONCE = 50

/** Moves blocks of PostgreSQL to the archive. */
export async function archiveBlocks(
  options: ArchivePlace,
  shard: ShardName,
  { position, writtenBefore }: Upto,
): Promise<void> {
  const rows = await options.postgres.query<{ first: number; count: number; bytes: Buffer }>(
    `SELECT first, count, bytes FROM log_block
     WHERE lane = $1 AND shard = $2 AND first + count - 1 <= $3
       AND ($4::timestamptz IS NULL OR written_at < $4) ORDER BY first LIMIT $5`,
    [shard.lane, shard.shard, position, writtenBefore ?? null, BLOCKS_AT_ONCE],
  )
  for (const row of rows) {
    const file = `${shard.lane}-${shard.shard}/${String(row.first).padStart(15, '0')}.block`
    await options.archive.put(file, row.bytes)
    await options.postgres.transaction(async (sql) => {
      await noteArchived(sql, shard, { ...row, file, at: new Date(options.clock.now()) })
      await sql.query('DELETE FROM log_block WHERE lane = $1 AND shard = $2 AND first = $3', [
        shard.lane,
        shard.shard,
        row.first,
      ])
    })
  }
  if (rows.length === BLOCKS_AT_ONCE)
    await archiveBlocks(options, shard, { position, writtenBefore })
}

export type ArchivePlace = Pick<PostgresLogOptions, 'postgres' | 'archive' | 'clock'>

/** Says in the caller's transaction that a block is found in the archive from now on. */
export async function noteArchived(
  sql: Sql,
  { lane, shard }: ShardName,
  { first, count, file, at }: { first: number; count: number; file: string; at: Date },
): Promise<void> {
  await sql.query(
    `INSERT INTO log_archive (lane, shard, first, count, file, archived_at)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [lane, shard, first, count, file, at],
  )
}
