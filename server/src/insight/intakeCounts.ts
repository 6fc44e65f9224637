import { MINUTE_MS } from '../platform/durations.ts'
import type { Sql } from '../platform/postgres.ts'
import type { Totals } from './eventSchema.ts'

export const minuteOf = (epochMs: number): number => Math.floor(epochMs / MINUTE_MS) * MINUTE_MS

/** What came in since `from` (epoch ms): received = accepted + rejected + dead-lettered. */
export async function readIntakeTotals(
  sql: Sql,
  { workspace, from }: { workspace: number; from: number },
): Promise<Totals & { applied: number }> {
  const [row] = await sql.query<Record<keyof Totals | 'applied', number | null>>(
    `SELECT sum(accepted) - sum(dead_lettered) AS accepted, sum(rejected) AS rejected,
       sum(dead_lettered) AS "deadLettered", sum(duplicate) AS duplicate, sum(flagged) AS flagged,
       sum(applied) AS applied, sum(accepted) + sum(rejected) AS received
     FROM intake_minute WHERE workspace = $1 AND minute >= $2`,
    [workspace, new Date(minuteOf(from))],
  )
  const count = (name: keyof Totals | 'applied') => Number(row?.[name] ?? 0)
  return {
    received: count('received'),
    accepted: count('accepted'),
    rejected: count('rejected'),
    deadLettered: count('deadLettered'),
    duplicate: count('duplicate'),
    flagged: count('flagged'),
    applied: count('applied'),
  }
}

/** Counts of each of the last `minutes`, oldest first; the last one is the current minute. */
export async function readMinuteCounts(
  sql: Sql,
  { workspace, now, minutes }: { workspace: number; now: number; minutes: number },
): Promise<{ accepted: number[]; handled: number[]; applied: number[] }> {
  const from = minuteOf(now) - (minutes - 1) * MINUTE_MS
  const rows = await sql.query<{
    minute: Date
    accepted: number
    handled: number
    applied: number
  }>(
    `SELECT minute, sum(accepted) AS accepted, sum(applied) AS applied,
       sum(applied) + sum(duplicate) + sum(dead_lettered) AS handled
     FROM intake_minute WHERE workspace = $1 AND minute >= $2 GROUP BY minute`,
    [workspace, new Date(from)],
  )
  const accepted = Array<number>(minutes).fill(0)
  const handled = Array<number>(minutes).fill(0)
  const applied = Array<number>(minutes).fill(0)
  for (const row of rows) {
    const index = Math.min(minutes - 1, (row.minute.getTime() - from) / MINUTE_MS)
    accepted[index] = Number(row.accepted)
    handled[index] = Number(row.handled)
    applied[index] = Number(row.applied)
  }
  return { accepted, handled, applied }
}

/** The rate now, a second: of the minute before and the part of this one that has passed. */
export function ratePerSecond(perMinute: readonly number[], now: number): number {
  const sum = (perMinute.at(-1) ?? 0) + (perMinute.at(-2) ?? 0)
  const seconds = (MINUTE_MS + (now - minuteOf(now))) / 1_000
  return Math.round((sum / seconds) * 100) / 100
}
