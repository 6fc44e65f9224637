import type { Sql } from '../platform/postgres.ts'
import type { Verdict } from './outcome.ts'
import { restMs } from './schedule.ts'

/**
 * Counts the failures in a row of a destination and lets it rest when there are too many, or when
 * it asks for it. An answer of any other kind shows that it lives: it begins again with none.
 * `now`: epoch ms.
 */
export async function tendBreaker(
  sql: Sql,
  destination: string,
  { verdict, now }: { verdict: Verdict; now: number },
): Promise<void> {
  if (!verdict.failed) {
    // A rest that began while this request was under way is kept: it may be the receiver's wish.
    await sql.query(
      `UPDATE destination SET failures = 0,
         paused_until = CASE WHEN paused_until > $2 THEN paused_until END
       WHERE id = $1 AND (failures > 0 OR paused_until <= $2)`,
      [destination, new Date(now)],
    )
    return
  }
  const [row] = await sql.query<{ failures: number }>(
    'UPDATE destination SET failures = failures + 1 WHERE id = $1 RETURNING failures',
    [destination],
  )
  const rest = restMs(row?.failures ?? 0)
  const until = Math.max(rest === 0 ? 0 : now + rest, verdict.pausedUntil ?? 0)
  if (until <= now) return
  await sql.query(
    'UPDATE destination SET paused_until = greatest(paused_until, $2) WHERE id = $1',
    [destination, new Date(until)],
  )
}
