import type { House } from './house.ts'

const POLL_MS = 10
const PATIENCE_MS = 15 * 60 * 1000

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Asks until it is true; throws when it is not after a quarter of an hour. */
export async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`After 15 minutes still not: ${what}.`)
    await pause(POLL_MS)
  }
}

/** Waits until what the log holds is applied by the flow. */
export function untilApplied({ postgres }: House): Promise<void> {
  return until('everything applied', async () => {
    const behind = await postgres.query(
      `SELECT 1 FROM log_head AS h JOIN flow_cursor AS c USING (lane, shard)
       WHERE lane <> 'inner' AND c.position < h.next - 1`,
    )
    return behind.length === 0
  })
}

/** Waits until what the flow has applied has reached ClickHouse. */
export function untilInHistory({ postgres }: House): Promise<void> {
  return until('everything in ClickHouse', async () => {
    const behind = await postgres.query(
      `SELECT 1 FROM flow_cursor AS f JOIN sink_cursor AS s USING (lane, shard)
       WHERE s.position < f.position`,
    )
    return behind.length === 0
  })
}
