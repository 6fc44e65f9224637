import { HOUR_MS } from '../platform/durations.ts'
import type { Sql } from '../platform/postgres.ts'
import type { DestinationView } from './schema.ts'

type Stats = DestinationView['stats']

const HOURS = 24

type StatsRow = {
  id: string
  delivered: number
  failed: number
  refused: number
  waiting: number
  last_at: Date | null
  hours: number[] | null
}

/** What happened to the deliveries of each destination in the 24 hours before `now` (epoch ms). */
export async function readStats(
  sql: Sql,
  { destinations, now }: { destinations: readonly string[]; now: number },
): Promise<Map<string, Stats>> {
  const rows = await sql.query<StatsRow>(
    `SELECT t.id,
       (SELECT count(*) FROM delivery WHERE destination = t.id
          AND state = 'delivered' AND updated_at > $2) AS delivered,
       (SELECT count(*) FROM delivery WHERE destination = t.id
          AND state IN ('retrying', 'dead') AND updated_at > $2) AS failed,
       (SELECT count(*) FROM delivery WHERE destination = t.id
          AND state = 'refused' AND updated_at > $2) AS refused,
       (SELECT count(*) FROM delivery WHERE destination = t.id
          AND state IN ('waiting', 'retrying')) AS waiting,
       (SELECT max(updated_at) FROM delivery WHERE destination = t.id
          AND state = 'delivered') AS last_at,
       (SELECT array_agg(floor(extract(epoch FROM $3 - updated_at) / 3600)::int)
          FROM delivery WHERE destination = t.id
          AND state = 'delivered' AND updated_at > $2) AS hours
     FROM unnest($1::uuid[]) AS t (id)`,
    [destinations, new Date(now - HOURS * HOUR_MS), new Date(now)],
  )
  return new Map(rows.map((row) => [row.id, statsOf(row)]))
}

/** For a destination that has never been asked about. */
export const noStats: Stats = {
  ...{ delivered24h: 0, failed24h: 0, refused24h: 0, waiting: 0, lastDeliveryAt: null },
  perHour: Array.from({ length: HOURS }, () => 0),
}

function statsOf(row: StatsRow): Stats {
  const perHour = Array.from({ length: HOURS }, () => 0)
  for (const ago of row.hours ?? []) {
    const index = HOURS - 1 - Math.max(ago, 0)
    perHour[index] = (perHour[index] ?? 0) + 1
  }
  return {
    delivered24h: row.delivered,
    failed24h: row.failed,
    refused24h: row.refused,
    waiting: row.waiting,
    lastDeliveryAt: row.last_at?.toISOString() ?? null,
    perHour,
  }
}
