import { hash } from 'node:crypto'
import type { Postgres, Sql } from '../postgres.ts'
import { createAppender } from './appender.ts'
import type { Archive } from './archive.ts'
import { unpackBlock } from './block.ts'
import { type ErasePlace, eraseFrom } from './erase.ts'
import type { Block, Lane, Log, ShardName } from './log.ts'
import { type BlockWriting, writeBlock } from './writeBlock.ts'

const BLOCK_BYTES_MAX = 1024 * 1024
const QUEUE_BYTES_MAX = 64 * 1024 * 1024

/** Shards of each lane on one machine. Changed only after a drain. */
export const SHARDS: Record<Lane, number> = { live: 2, bulk: 2, inner: 1 }

export type PostgresLogOptions = BlockWriting & {
  archive: Archive
  withoutEvents: ErasePlace['withoutEvents']
}

type BlockRow = { first: number; count: number; bytes: Buffer | null; file: string | null }

/** The log as blocks in PostgreSQL, older ones in the archive. See `log.ts` for the contract. */
export async function openPostgresLog(options: PostgresLogOptions): Promise<Log> {
  await createShards(options.postgres)
  const appender = createAppender({
    shards: SHARDS,
    blockBytesMax: BLOCK_BYTES_MAX,
    queueBytesMax: QUEUE_BYTES_MAX,
    shardOf: ({ lane, shardKey }) => shardOf(shardKey, SHARDS[lane]),
    write: (shard, entries) => writeBlock(options, shard, entries),
  })
  return {
    append: appender.append,
    onAppend: appender.onAppend,
    close: appender.close,
    read: (shard, after, limit) => readBlocks(options, shard, { after, limit }),
    heads: () => readHeads(options.postgres),
    trim: (shard, position) => archiveBlocks(options, shard, position),
    erase: (shard, positions) => eraseFrom(options, shard, positions),
    check: () => checkWritable(options.postgres),
  }
}

function shardOf(key: string, shards: number): number {
  if (shards === 1) return 0
  return Number.parseInt(hash('sha1', key, 'hex').slice(0, 8), 16) % shards
}

async function createShards(sql: Sql): Promise<void> {
  for (const [lane, count] of Object.entries(SHARDS)) {
    for (let shard = 0; shard < count; shard += 1) {
      for (const table of ['log_head', 'flow_cursor', 'sink_cursor']) {
        await sql.query(
          `INSERT INTO ${table} (lane, shard) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
          [lane, shard],
        )
      }
    }
  }
}

async function readBlocks(
  options: PostgresLogOptions,
  shard: ShardName,
  range: { after: number; limit: number },
): Promise<Block[]> {
  const rows = await options.postgres.query<BlockRow>(
    `SELECT first, count, bytes, file FROM (
       SELECT first, count, bytes, file, sum(count) OVER (ORDER BY first) - count AS before
       FROM (
         (SELECT first, count, bytes, NULL AS file FROM log_block
          WHERE lane = $1 AND shard = $2 AND first + count - 1 > $3 AND first > $3 - 100000
          ORDER BY first LIMIT 200)
         UNION ALL
         (SELECT first, count, NULL, file FROM log_archive
          WHERE lane = $1 AND shard = $2 AND first + count - 1 > $3 AND first > $3 - 100000
          ORDER BY first LIMIT 200)
       ) AS blocks
     ) AS running WHERE before < $4 ORDER BY first`,
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

async function archiveBlocks(
  options: PostgresLogOptions,
  shard: ShardName,
  position: number,
): Promise<void> {
  const rows = await options.postgres.query<{ first: number; count: number; bytes: Buffer }>(
    `SELECT first, count, bytes FROM log_block
     WHERE lane = $1 AND shard = $2 AND first + count - 1 <= $3 ORDER BY first`,
    [shard.lane, shard.shard, position],
  )
  for (const row of rows) {
    const file = `${shard.lane}-${shard.shard}/${String(row.first).padStart(15, '0')}.block`
    await options.archive.put(file, row.bytes)
    await options.postgres.transaction(async (sql) => {
      await sql.query(
        `INSERT INTO log_archive (lane, shard, first, count, file, archived_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
        [shard.lane, shard.shard, row.first, row.count, file, new Date(options.clock.now())],
      )
      await sql.query('DELETE FROM log_block WHERE lane = $1 AND shard = $2 AND first = $3', [
        shard.lane,
        shard.shard,
        row.first,
      ])
    })
  }
}
