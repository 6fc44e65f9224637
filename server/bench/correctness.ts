import type { House } from './house.ts'
import { buyersAmong, type Workload } from './workload.ts'

export type Correctness = {
  correct: boolean
  sent: number
  in_history: number
  buyers: number
  buyers_expected: number
}

/** Before time counts: each event that was acknowledged is there once, and moved whom it should. */
export async function checkCorrectness(
  house: House,
  { workload, sent, buyers: segment }: { workload: Workload; sent: number; buyers: string },
): Promise<Correctness> {
  const [history] = await house.clickhouse.query<{ rows: string; messages: string }>(
    `SELECT count() AS rows, uniqExact(message_id) AS messages FROM event
     WHERE startsWith(message_id, {run:String}) AND event != 'Bench Probe'`,
    { run: `${workload.run}-` },
  )
  const [members] = await house.postgres.query<{ size: number }>(
    `SELECT count(*) AS size FROM membership
     WHERE segment = (SELECT id FROM segment WHERE public_id = $1)`,
    [segment],
  )
  const rows = Number(history?.rows ?? 0)
  const messages = Number(history?.messages ?? 0)
  const buyers = members?.size ?? 0
  const expected = buyersAmong(sent)
  const correct = rows === sent && messages === sent && buyers === expected
  return { correct, sent, in_history: rows, buyers, buyers_expected: expected }
}
