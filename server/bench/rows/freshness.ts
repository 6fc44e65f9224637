import { openCrowd, runs } from '../crowd.ts'
import type { House } from '../house.ts'
import type { Lab } from '../lab.ts'
import { cpuBetween, readCpu } from '../processes.ts'
import { cpuPer, type Measured, type Row } from '../row.ts'
import { send } from '../sending.ts'
import { pause, untilApplied } from '../settling.ts'
import { percentilesOf, round } from '../statistics.ts'
import { probeName } from '../workload.ts'
import { measureAllIn } from './flow.ts'

const LOAD_SHARE = 0.7
const PROBES_PER_S = 20
const P50_MS = 100
const P99_MS = 1_000
const POLL_MS = 5
/** Probes that are looked for at once: more are never under way unless something is wrong. */
const LOOKED_FOR = 200
const PATIENCE_MS = 60_000

/** P4: how soon an acknowledged event shows in a membership. */
export const freshnessRow: Row = {
  id: 'P4',
  group: 'flow',
  what: 'Acknowledged → membership readable, at 70 % load',
  target: 'p50 ≤ 100 ms, p99 ≤ 1 s',
  measure: measureFreshness,
}

async function measureFreshness(lab: Lab): Promise<Measured> {
  const allIn = await measureAllIn(lab)
  const crowd = await openCrowd(lab)
  const { house } = crowd
  const program = await runs(crowd, ['collect', 'flow', 'deliver'])
  // Of what can go on for ever: history keeps up as well.
  const perSecond = Math.round(allIn.in_history_per_s * LOAD_SHARE)
  lab.say(`probes beside ${perSecond} events a second`)
  const durationMs = lab.size.steadyMs * 1.5
  const expected = Math.floor((durationMs / 1_000) * PROBES_PER_S)
  const target = { url: program.url, key: house.writeKey, workload: house.workload, durationMs }
  const seen = watchProbes(house, { segment: crowd.watched.probes, expected })
  const before = readCpu(house.roots())
  const [load, probes] = await Promise.all([
    send({
      ...{ ...target, kind: 'events', first: house.next, batch: 10, perSecond, connections: 64 },
      ...{ countMax: Number.MAX_SAFE_INTEGER, comesAgain: true },
    }),
    send({
      ...{ ...target, kind: 'probes', first: 0, batch: 1, perSecond: PROBES_PER_S },
      ...{ connections: 16, countMax: expected, comesAgain: true },
    }),
  ])
  house.sent.push({ first: house.next, count: load.acknowledged, workload: house.workload })
  house.next += load.sent
  const cpu = cpuBetween(before, readCpu(house.roots()))
  const times = await seen
  await untilApplied(house)
  const fromAcknowledged = probes.probes.map((probe, index) => {
    return Math.max(0, (times.get(index) ?? Number.NaN) - probe.acknowledged)
  })
  const fromDue = probes.probes.map((probe, index) => (times.get(index) ?? Number.NaN) - probe.due)
  const latency = percentilesOf(fromAcknowledged)
  return {
    rate: Math.round(load.acknowledged / load.seconds),
    ...latency,
    cpu_us: cpuPer(cpu, load.acknowledged).total,
    // Near their number, the waiting times are those of a queue.
    busy_cores: round(cpu.total / 1e6 / load.seconds + load.generator_cpu, 2),
    reached: latency.p50_ms <= P50_MS && latency.p99_ms <= P99_MS,
    load_share: LOAD_SHARE,
    probes: probes.probes.length,
    from_due: percentilesOf(fromDue),
  }
}

type Watching = { segment: number; expected: number }

/**
 * Looks every 5 ms, from another connection, which probes have become members; the look itself
 * adds up to that, and is not taken off. Resolves with the epoch ms at which each was seen.
 */
export async function watchProbes(house: House, { segment, expected }: Watching) {
  const seen = new Map<number, number>()
  const now = () => performance.timeOrigin + performance.now()
  let first = 0
  let changedAt = now()
  while (seen.size < expected) {
    while (seen.has(first)) first += 1
    const wanted = Array.from({ length: LOOKED_FOR }, (_, offset) => first + offset)
    const numbers = wanted.filter((number) => number < expected && !seen.has(number))
    const rows = await house.postgres.query<{ number: number }>(
      `SELECT w.number FROM unnest($3::text[], $4::int[]) AS w (value, number)
       JOIN identifier AS i ON i.workspace = $1 AND i.namespace = 'user_id' AND i.value = w.value
       JOIN membership AS m ON m.segment = $2 AND m.profile = i.id`,
      [
        house.workspace.id,
        segment,
        numbers.map((number) => probeName(number, house.workload.run)),
        numbers,
      ],
    )
    const at = now()
    if (rows.length > 0) changedAt = at
    for (const { number } of rows) seen.set(number, at)
    if (at - changedAt > PATIENCE_MS) throw new Error(`Probe ${first} never entered its segment.`)
    await pause(POLL_MS)
  }
  return seen
}
