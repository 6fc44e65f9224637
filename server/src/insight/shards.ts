import type { Sql } from '../platform/postgres.ts'
import { GONE_AFTER_S } from '../platform/presence.ts'

/** A shard of the log, and how far the flow and the history behind it have come. Epoch ms. */
export type ShardState = {
  lane: string
  shard: number
  /** The last position given. */
  head: number
  position: number
  /** When the oldest event was written that the flow has not applied; null: it applied all. */
  waitsSince: number | null
  historyPosition: number
  historyWaitsSince: number | null
  /** How often the range being written to the history was tried before. */
  historyAttempts: number
  /** The process that applies it; null: nobody does. */
  owner: string | null
}

type ShardRow = {
  lane: string
  shard: number
  head: number
  position: number
  waits_since: Date | null
  history_position: number
  history_waits_since: Date | null
  attempt: number
  owner: string | null
}

/** Every shard in the order of the flow: live, bulk, then the program's own timers. */
export async function readShards(sql: Sql): Promise<ShardState[]> {
  const rows = await sql.query<ShardRow>(
    `SELECT h.lane, h.shard, h.next - 1 AS head, f.position, flow.written_at AS waits_since,
       s.position AS history_position, sink.written_at AS history_waits_since, s.attempt,
       p.id AS owner
     FROM log_head h
     JOIN flow_cursor f ON f.lane = h.lane AND f.shard = h.shard
     JOIN sink_cursor s ON s.lane = h.lane AND s.shard = h.shard
     LEFT JOIN process p
       ON p.id = f.owner AND p.seen_at > now() - make_interval(secs => $1)
     LEFT JOIN LATERAL (${BLOCK_AFTER('f.position')}) AS flow ON f.position < h.next - 1
     LEFT JOIN LATERAL (${BLOCK_AFTER('s.position')}) AS sink ON s.position < h.next - 1
     ORDER BY array_position(ARRAY['live', 'bulk', 'inner'], h.lane), h.shard`,
    [GONE_AFTER_S],
  )
  return rows.map((row) => ({
    lane: row.lane,
    shard: row.shard,
    head: row.head,
    position: row.position,
    waitsSince: row.waits_since?.getTime() ?? null,
    historyPosition: row.history_position,
    historyWaitsSince: row.history_waits_since?.getTime() ?? null,
    historyAttempts: row.attempt,
    owner: row.owner,
  }))
}

/** Positions are dense: the next one is in the last block that begins at or before it. */
const BLOCK_AFTER = (position: string): string =>
  `SELECT written_at FROM log_written b
   WHERE b.lane = h.lane AND b.shard = h.shard AND b.first <= ${position} + 1
   ORDER BY b.first DESC LIMIT 1`

export type Progress = {
  /** Events in the log that the flow has not applied. */
  waiting: number
  /** All that was written before this instant is applied; null: everything is. */
  flowWaitsSince: number | null
  historyWaiting: number
  historyWaitsSince: number | null
}

/** How far the shards are together: the slowest of them says how far. Pure. */
export function progressOf(shards: readonly ShardState[]): Progress {
  // What the program says to itself is no event that anybody waits for.
  const outside = shards.filter(({ lane }) => lane !== 'inner')
  const sum = (values: number[]) => values.reduce((total, one) => total + Math.max(0, one), 0)
  return {
    waiting: sum(outside.map((one) => one.head - one.position)),
    flowWaitsSince: earliest(outside.map(({ waitsSince }) => waitsSince)),
    historyWaiting: sum(outside.map((one) => one.head - one.historyPosition)),
    historyWaitsSince: earliest(outside.map((one) => one.historyWaitsSince)),
  }
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((one) => one !== null)
  return known.length === 0 ? null : Math.min(...known)
}

/** The age of what waits, ms; 0 when nothing does. */
export function ageOf(since: number | null, now: number): number {
  return since === null ? 0 : Math.max(0, now - since)
}
