import type { House } from './house.ts'
import { buyersAmong } from './workload.ts'

/**
 * Before time counts: each event that was acknowledged is in history once, and made buyers of those
 * it should. Throws when it is not so: then no figure of the run means anything.
 */
export async function requireCorrect(house: House, buyers: number): Promise<void> {
  const sent = house.sent.reduce((sum, one) => sum + one.count, 0)
  const [history] = await house.clickhouse.query<{ rows: string; messages: string }>(
    `SELECT count() AS rows, uniqExact(message_id) AS messages FROM event
     WHERE startsWith(message_id, {run:String}) AND NOT startsWith(event, 'Bench ')`,
    { run: `${house.workload.run}-` },
  )
  const [members] = await house.postgres.query<{ size: number }>(
    'SELECT count(*) AS size FROM membership WHERE segment = $1',
    [buyers],
  )
  const found = {
    acknowledged: sent,
    in_history: Number(history?.rows ?? 0),
    different: Number(history?.messages ?? 0),
    buyers: members?.size ?? 0,
    buyers_expected: buyersAmong(house.sent),
  }
  const isWhole = found.in_history === sent && found.different === sent
  if (isWhole && found.buyers === found.buyers_expected) return
  throw new Error(`The result is wrong, so no time counts: ${JSON.stringify(found)}`)
}
