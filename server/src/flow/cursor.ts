import type { ShardName } from '../platform/log/log.ts'
import type { Sql } from '../platform/postgres.ts'
import { GONE_AFTER_S } from '../platform/presence.ts'

/** How far a shard was applied, and under whose lease. */
export type Position = { epoch: number; position: number }

/** The right to apply a shard's entries, until somebody with a higher epoch has it. */
export type Lease = ShardName & Position

/** The shard went on under another owner: whoever sees this has nothing to say any more. */
export class Fenced extends Error {
  constructor({ lane, shard }: ShardName) {
    super(`Shard ${shard} of lane ${lane} is no longer at the position this worker left it at.`)
    this.name = 'Fenced'
  }
}

/** Takes every shard from whoever has it: workers with an older epoch write nothing from now on. */
export async function takeShards(sql: Sql): Promise<Lease[]> {
  return sql.query(
    `UPDATE flow_cursor SET epoch = epoch + 1, owner = NULL
     RETURNING lane, shard, epoch, position`,
  )
}

/** A shard as one process sees it. */
export type Ownership = ShardName & {
  owner: 'me' | 'other' | 'nobody'
}

export type Holding = {
  shards: Ownership[]
  /** Processes with the role flow that are there, this one counted in. */
  processes: number
}

/** Who works on what. Owned by a process that is gone is owned by nobody. */
export async function readHolding(sql: Sql, me: string): Promise<Holding> {
  const shards = await sql.query<Ownership>(
    `SELECT c.lane, c.shard, CASE
       WHEN c.owner = $1 THEN 'me'
       WHEN p.seen_at > now() - make_interval(secs => $2) THEN 'other'
       ELSE 'nobody' END AS owner
     FROM flow_cursor c LEFT JOIN process p ON p.id = c.owner ORDER BY c.lane, c.shard`,
    [me, GONE_AFTER_S],
  )
  const [row] = await sql.query<{ n: number }>(
    `SELECT count(*) AS n FROM process
     WHERE id <> $1 AND 'flow' = ANY(roles) AND seen_at > now() - make_interval(secs => $2)`,
    [me, GONE_AFTER_S],
  )
  return { shards, processes: (row?.n ?? 0) + 1 }
}

/**
 * Takes a shard that is nobody's (or this process's own of an earlier life); null when somebody
 * else was quicker.
 */
export async function takeShard(
  sql: Sql,
  { lane, shard }: ShardName,
  me: string,
): Promise<Lease | null> {
  const [lease] = await sql.query<Lease>(
    `UPDATE flow_cursor SET epoch = epoch + 1, owner = $3
     WHERE lane = $1 AND shard = $2 AND NOT EXISTS (
       SELECT 1 FROM process p WHERE p.id = flow_cursor.owner AND p.id <> $3
         AND p.seen_at > now() - make_interval(secs => $4))
     RETURNING lane, shard, epoch, position`,
    [lane, shard, me, GONE_AFTER_S],
  )
  return lease ?? null
}

/** Gives a shard back, unless somebody has taken it already. */
export async function releaseShard(sql: Sql, { lane, shard, epoch }: Lease): Promise<void> {
  await sql.query(
    'UPDATE flow_cursor SET owner = NULL WHERE lane = $1 AND shard = $2 AND epoch = $3',
    [lane, shard, epoch],
  )
}

/** The fence: no row with this epoch and position means that somebody else went on. */
export async function lockCursor(sql: Sql, shard: ShardName, from: Position): Promise<void> {
  const rows = await sql.query(
    `SELECT 1 FROM flow_cursor
     WHERE lane = $1 AND shard = $2 AND epoch = $3 AND position = $4 FOR UPDATE`,
    [shard.lane, shard.shard, from.epoch, from.position],
  )
  if (rows.length === 0) throw new Fenced(shard)
}

export async function advanceCursor(sql: Sql, shard: ShardName, position: number): Promise<void> {
  await sql.query('UPDATE flow_cursor SET position = $3 WHERE lane = $1 AND shard = $2', [
    shard.lane,
    shard.shard,
    position,
  ])
}
