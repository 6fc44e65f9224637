import { percentile } from './generator.ts'
import type { House } from './house.ts'
import { send } from './sending.ts'
import { probeName, type Workload } from './workload.ts'

const POLL_MS = 5
const PATIENCE_MS = 60_000
const PROBES_PER_SECOND = 20

export type LatencyResult = {
  p50: number
  p99: number
  probes: number
  /** Load beside the probes. */
  background_events_per_s: number
}

export type LatencyOrder = {
  workload: Workload
  segment: string
  /** Number of the first event of the background load. */
  first: number
  perSecond: number
  durationMs: number
}

/**
 * Milliseconds from the moment at which a probe event was due to be sent until its person is seen
 * as a member by another connection; the look itself adds up to 5 ms and is not taken off.
 */
export async function measureLatency(
  house: House,
  { workload, segment, first, perSecond, durationMs }: LatencyOrder,
): Promise<LatencyResult & { sent: number }> {
  const target = { ...workload, url: house.url, writeKey: house.writeKey, durationMs, first }
  const seen = new Map<string, number>()
  const expected = Math.ceil((durationMs / 1_000) * PROBES_PER_SECOND)
  const watching = watch(house, { segment, seen, expected, durationMs })
  const [load, probes] = await Promise.all([
    send({
      ...target,
      kind: 'events',
      batch: 10,
      perSecond,
      connections: 64,
      countMax: Number.MAX_SAFE_INTEGER,
    }),
    send({
      ...target,
      kind: 'probes',
      first: 0,
      batch: 1,
      perSecond: PROBES_PER_SECOND,
      connections: 32,
      countMax: expected,
    }),
  ])
  await watching
  const latencies = probes.due.map((due, index) => {
    const at = seen.get(probeName(index, workload.run))
    if (at === undefined) throw new Error(`Probe ${index} never entered its segment.`)
    return at - due
  })
  const sorted = Float64Array.from(latencies).sort()
  return {
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    probes: latencies.length,
    background_events_per_s: Math.round(load.acknowledged / load.seconds),
    sent: load.acknowledged,
  }
}

type Watch = { segment: string; seen: Map<string, number>; expected: number; durationMs: number }

async function watch(house: House, { segment, seen, expected, durationMs }: Watch): Promise<void> {
  const now = () => performance.timeOrigin + performance.now()
  const deadline = now() + durationMs + PATIENCE_MS
  while (seen.size < expected && now() < deadline) {
    const rows = await house.postgres.query<{ value: string }>(
      `SELECT i.value FROM membership AS m JOIN identifier AS i ON i.id = m.profile
       WHERE m.segment = (SELECT id FROM segment WHERE public_id = $1)`,
      [segment],
    )
    const at = now()
    for (const { value } of rows) if (!seen.has(value)) seen.set(value, at)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
