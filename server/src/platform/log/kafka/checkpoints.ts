import type { Postgres, Sql } from '../../postgres.ts'
import type { Lane, ShardName } from '../log.ts'
import type { KafkaBlock } from './client.ts'
import type { TopicId } from './topics.ts'

/** The record at `offset` begins at position `first`, whether it is written already or not. */
export type Point = { first: number; offset: number }

/** Where the last checkpoints of a shard are, so that the next is made neither early nor late. */
export type Marks = { lasting: number; writtenAt: number }

export type Checkpoint = ShardName & Point & { writtenAt: number; lasting: boolean }

/** Positions between two lasting checkpoints, about: what is read in vain at the most. */
const POSITIONS_APART = 2_000
/** How exactly the age of what waits is known. */
const MS_APART = 1_000

/**
 * Begins the checkpoints of shards that have none: their first record takes the position after what
 * an earlier log of this installation holds.
 * @throws when the flow has not applied all of that (the order of a key would be lost), or when the
 * database belongs to other topics.
 */
export async function beginCheckpoints(
  postgres: Postgres,
  topics: readonly TopicId[],
): Promise<void> {
  await postgres.transaction(async (sql) => {
    for (const { name, id } of topics) await refuseOther(sql, { name, id })
    const begun = await sql.query<{ lane: Lane; shard: number; waits: boolean }>(
      `INSERT INTO log_checkpoint (lane, shard, first, record_offset, written_at, lasting)
       SELECT lane, shard, next, 0, now(), true FROM log_head h
       WHERE lane <> 'inner'
         AND NOT EXISTS (SELECT 1 FROM log_checkpoint c WHERE c.lane = h.lane AND c.shard = h.shard)
       ON CONFLICT DO NOTHING
       RETURNING lane, shard, EXISTS (
         SELECT 1 FROM flow_cursor f WHERE f.lane = log_checkpoint.lane
           AND f.shard = log_checkpoint.shard AND f.position < first - 1) AS waits`,
    )
    if (begun.some(({ waits }) => waits)) {
      throw new Error(
        'The log in PostgreSQL holds events that are not applied yet. Start once without ' +
          'KAFKA_BROKERS and without letting events in, wait until nothing waits, then set it.',
      )
    }
  })
}

/** Offsets mean nothing in another topic than the one in which they were counted. */
async function refuseOther(sql: Sql, { name, id }: TopicId): Promise<void> {
  await sql.query(
    `INSERT INTO log_topic (name, id)
     SELECT $1, $2 WHERE (SELECT count(*) FROM log_topic) < 2 ON CONFLICT DO NOTHING`,
    [name, id],
  )
  const rows = await sql.query('SELECT 1 FROM log_topic WHERE name = $1 AND id = $2', [name, id])
  if (rows.length > 0) return
  throw new Error(
    `Topic ${name} is not the one that this database belongs to: it was made again, or ` +
      'KAFKA_BROKERS or KAFKA_TOPIC_PREFIX was changed. Set them as they were.',
  )
}

type LatestRow = ShardName & Point & { written_at: Date; lasting_first: number }

/** The last checkpoint of each of the given shards. */
export async function latestCheckpoints(
  sql: Sql,
  shards: readonly ShardName[],
): Promise<(ShardName & { point: Point; marks: Marks })[]> {
  const rows = await sql.query<LatestRow>(
    `SELECT lane, shard, last.first, last.record_offset AS offset, last.written_at,
       (SELECT first FROM log_checkpoint c WHERE c.lane = s.lane AND c.shard = s.shard AND lasting
        ORDER BY first DESC LIMIT 1) AS lasting_first
     FROM unnest($1::text[], $2::int[]) AS s (lane, shard)
     CROSS JOIN LATERAL (
       SELECT * FROM log_checkpoint c WHERE c.lane = s.lane AND c.shard = s.shard
       ORDER BY first DESC LIMIT 1) AS last (lane_, shard_, first, record_offset, written_at, l)`,
    [shards.map(({ lane }) => lane), shards.map(({ shard }) => shard)],
  )
  return rows.map(({ lane, shard, first, offset, written_at, lasting_first }) => ({
    ...{ lane, shard },
    point: { first, offset },
    marks: { lasting: lasting_first, writtenAt: written_at.getTime() },
  }))
}

/** The last checkpoint at or before a position; null: Kafka does not hold the position any more. */
export async function checkpointBefore(
  sql: Sql,
  { lane, shard }: ShardName,
  position: number,
): Promise<Point | null> {
  const [row] = await sql.query<Point>(
    `SELECT first, record_offset AS offset FROM log_checkpoint
     WHERE lane = $1 AND shard = $2 AND first <= $3 ORDER BY first DESC LIMIT 1`,
    [lane, shard, position],
  )
  return row ?? null
}

/** The last checkpoint at or before an offset. */
export async function checkpointBeforeOffset(
  sql: Sql,
  { lane, shard }: ShardName,
  offset: number,
): Promise<Point | null> {
  const [row] = await sql.query<Point>(
    `SELECT first, record_offset AS offset FROM log_checkpoint
     WHERE lane = $1 AND shard = $2 AND record_offset <= $3
     ORDER BY record_offset DESC, first DESC LIMIT 1`,
    [lane, shard, offset],
  )
  return row ?? null
}

/** The checkpoints that records deserve which are read for the first time; moves `marks`. */
export function checkpointsOf(
  shard: ShardName,
  { point, marks }: { point: Point; marks: Marks },
  blocks: readonly KafkaBlock[],
): Checkpoint[] {
  const found: Checkpoint[] = []
  let first = point.first
  for (const { offset, count, writtenAt } of blocks) {
    const lasting = first - marks.lasting >= POSITIONS_APART
    if (lasting || writtenAt - marks.writtenAt >= MS_APART) {
      found.push({ lane: shard.lane, shard: shard.shard, first, offset, writtenAt, lasting })
      marks.writtenAt = writtenAt
      if (lasting) marks.lasting = first
    }
    first += count
  }
  return found
}

/**
 * Writes checkpoints and how far shards are known; the same again changes nothing, and whoever
 * knows less changes nothing. Deletes those that only told an age which nobody asks for any more.
 */
export async function writeKnowledge(
  sql: Sql,
  checkpoints: readonly Checkpoint[],
  heads: readonly (ShardName & { next: number })[],
): Promise<void> {
  if (checkpoints.length > 0) {
    await sql.query(
      `INSERT INTO log_checkpoint (lane, shard, first, record_offset, written_at, lasting)
       SELECT lane, shard, first, record_offset, to_timestamp(at / 1000), lasting
       FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::float8[], $6::boolean[])
         AS new (lane, shard, first, record_offset, at, lasting)
       ORDER BY 1, 2, 3
       ON CONFLICT DO NOTHING`,
      [
        checkpoints.map(({ lane }) => lane),
        checkpoints.map(({ shard }) => shard),
        checkpoints.map(({ first }) => first),
        checkpoints.map(({ offset }) => offset),
        checkpoints.map(({ writtenAt }) => writtenAt),
        checkpoints.map(({ lasting }) => lasting),
      ],
    )
    await sql.query(
      `DELETE FROM log_checkpoint c USING flow_cursor f, sink_cursor s
       WHERE (c.lane, c.shard) IN (SELECT * FROM unnest($1::text[], $2::int[]))
         AND (f.lane, f.shard) = (c.lane, c.shard) AND (s.lane, s.shard) = (c.lane, c.shard)
         AND NOT c.lasting AND c.first < (
           SELECT max(first) FROM log_checkpoint l
           WHERE (l.lane, l.shard) = (c.lane, c.shard)
             AND l.first <= least(f.position, s.position) + 1)`,
      [checkpoints.map(({ lane }) => lane), checkpoints.map(({ shard }) => shard)],
    )
  }
  if (heads.length > 0) {
    await sql.query(
      `UPDATE log_head h SET next = known.next
       FROM unnest($1::text[], $2::int[], $3::bigint[]) AS known (lane, shard, next)
       WHERE h.lane = known.lane AND h.shard = known.shard AND h.next < known.next`,
      [
        heads.map(({ lane }) => lane),
        heads.map(({ shard }) => shard),
        heads.map(({ next }) => next),
      ],
    )
  }
}
