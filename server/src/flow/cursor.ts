import type { ShardName } from '../platform/log/log.ts'
import type { Sql } from '../platform/postgres.ts'

/** How far a shard was applied, and under whose lease. */
export type Position = { epoch: number; position: number }

/** The shard went on under another owner: whoever sees this has nothing to say any more. */
export class Fenced extends Error {
  constructor({ lane, shard }: ShardName) {
    super(`Shard ${shard} of lane ${lane} is no longer at the position this worker left it at.`)
    this.name = 'Fenced'
  }
}

/** Takes every shard over: workers with an older epoch write nothing from now on. */
export async function takeShards(sql: Sql): Promise<(ShardName & Position)[]> {
  return sql.query(
    `UPDATE flow_cursor SET epoch = epoch + 1
     RETURNING lane, shard, epoch, position`,
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
