import type { House } from './house.ts'

const POLL_MS = 20
const PATIENCE_MS = 10 * 60 * 1000

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`After 10 minutes still not: ${what}.`)
    await pause(POLL_MS)
  }
}

/** Waits until what the log holds is applied by the flow. */
export function untilApplied({ postgres }: House): Promise<void> {
  return until('everything applied', () => isCaughtUp(postgres, 'flow_cursor'))
}

/** Waits until what the log holds has reached ClickHouse. */
export function untilInHistory({ postgres }: House): Promise<void> {
  return until('everything in ClickHouse', () => isCaughtUp(postgres, 'sink_cursor'))
}

async function isCaughtUp(
  postgres: House['postgres'],
  cursors: 'flow_cursor' | 'sink_cursor',
): Promise<boolean> {
  const behind = await postgres.query(
    `SELECT 1 FROM log_head AS h JOIN ${cursors} AS c USING (lane, shard)
     WHERE lane <> 'inner' AND c.position < h.next - 1`,
  )
  return behind.length === 0
}

/** Waits until a new segment answers from its whole history. */
export function untilLive({ api }: House, id: string): Promise<void> {
  return until('segment live', async () => {
    const segment = (await api('GET', `/segments/${id}`)) as { state: string }
    return segment.state === 'live'
  })
}
