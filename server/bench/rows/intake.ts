import { join } from 'node:path'
import { type Child, startChild } from '../child.ts'
import type { House } from '../house.ts'
import type { Lab } from '../lab.ts'
import type { SendResult } from '../order.ts'
import { type CpuTime, cpuBetween, readCpu, watchMemory } from '../processes.ts'
import { cpuPer, type Measured, memoryOf, type Row } from '../row.ts'
import { send } from '../sending.ts'
import { untilApplied } from '../settling.ts'
import { round, spreadOf } from '../statistics.ts'

const CEILING = join(import.meta.dirname, '..', 'intakeCeiling.ts')
const WITHOUT_END = Number.MAX_SAFE_INTEGER
/** Waiting times are read at this part of the rate that was measured. */
const LATENCY_SHARE = 0.7

type Shape = { batch: number; connections: number }

/** P1, P2: the intake with nothing behind it, beside a server that only parses and commits. */
export const intakeRows: Row[] = [
  {
    id: 'P1',
    group: 'intake',
    what: 'Acknowledged-durable intake, batches of 100',
    target: '≥ 50 % of parse + group commit alone',
    measure: (lab) => measureIntake(lab, { batch: 100, connections: 16 }, 0.5),
  },
  {
    id: 'P2',
    group: 'intake',
    what: 'Acknowledged-durable intake, one event a request, 64 connections',
    target: '≥ 60 % of bare node:http parse + commit',
    measure: (lab) => measureIntake(lab, { batch: 1, connections: 64 }, 0.6),
  },
]

async function measureIntake(lab: Lab, shape: Shape, target: number): Promise<Measured> {
  const house = await lab.once('intake', () => lab.house('intake', lab.size.people))
  const [program, ceiling] = await Promise.all([
    house.start(['collect']),
    startChild(CEILING, { args: (port) => [house.postgresUrl, String(port)] }),
  ])
  const place = { house, shape, program, ceiling }
  try {
    const memory = watchMemory(house.roots)
    const positions = await positionsOf(house)
    const inTurn = await measureInTurn(lab, place)
    const rate = spreadOf(inTurn.ours.map(rateOf))
    const bare = spreadOf(inTurn.bare.map(rateOf))
    const perSecond = Math.round(rate.median * LATENCY_SHARE)
    lab.say(`waiting times at ${perSecond} events a second`)
    const steady = await sendNext(place, program.url, { durationMs: lab.size.steadyMs, perSecond })
    await requireInLog(house, positions, inTurn.acknowledged + steady.acknowledged)
    const peak = memory.stop().peak
    await Promise.all([program.stop(), ceiling.stop()])
    const ratio = round(rate.median / bare.median, 3)
    return {
      rate: Math.round(rate.median),
      ceiling: Math.round(bare.median),
      ratio,
      ...steady.latency,
      cpu_us: inTurn.cpu.total,
      memory_mb: memoryOf(peak).total,
      reached: ratio >= target,
      rate_spread: [Math.round(rate.min), Math.round(rate.max)],
      ceiling_spread: [Math.round(bare.min), Math.round(bare.max)],
      latency_at_rate: perSecond,
      cpu_us_by_group: inTurn.cpu,
      ceiling_cpu_us: inTurn.bareCpuUs,
      // Of little worth where the processor is free; what to trust where others use it as well.
      ratio_by_cpu: round(inTurn.bareCpuUs / (inTurn.cpu.program + inTurn.cpu.postgres), 3),
      generator_cores: mostCpu(inTurn.ours),
      generator_cores_ceiling: mostCpu(inTurn.bare),
      // In a quick run the whole way is measured once, in P3.
      all_in: lab.size.mode === 'full' ? await measureBesideFlow(lab, shape) : null,
    }
  } finally {
    await Promise.all([program.stop(), ceiling.stop()])
  }
}

type Place = { house: House; shape: Shape; program: Child; ceiling: Child }

async function measureInTurn(lab: Lab, place: Place) {
  const { house, program, ceiling } = place
  const { repeats, intakeMs } = lab.size
  lab.say('warming up both')
  const warm = await sendNext(place, program.url, { durationMs: intakeMs / 2 })
  await sendNext(place, ceiling.url, { durationMs: intakeMs / 2 })
  const ours: SendResult[] = []
  const bare: SendResult[] = []
  let bareSpent = 0
  const spent: CpuTime = { program: 0, postgres: 0, clickhouse: 0, total: 0 }
  for (let repeat = 1; repeat <= repeats; repeat += 1) {
    lab.say(`repeat ${repeat} of ${repeats}: the program, then its ceiling`)
    const before = readCpu(house.roots())
    ours.push(await sendNext(place, program.url, { durationMs: intakeMs }))
    const used = cpuBetween(before, readCpu(house.roots()))
    for (const group of ['program', 'postgres', 'clickhouse', 'total'] as const) {
      spent[group] += used[group]
    }
    const bareBefore = readCpu({ ...house.roots(), program: [ceiling.pid] })
    bare.push(await sendNext(place, ceiling.url, { durationMs: intakeMs }))
    const bareUsed = cpuBetween(bareBefore, readCpu({ ...house.roots(), program: [ceiling.pid] }))
    bareSpent += bareUsed.program + bareUsed.postgres
  }
  const measured = ours.reduce((sum, one) => sum + one.acknowledged, 0)
  const cpu = cpuPer(spent, measured)
  const bareCpuUs = round(bareSpent / bare.reduce((sum, one) => sum + one.acknowledged, 0), 1)
  return { ours, bare, cpu, bareCpuUs, acknowledged: warm.acknowledged + measured }
}

const mostCpu = (results: readonly SendResult[]) =>
  round(Math.max(...results.map((one) => one.generator_cpu)), 2)

/** Acknowledged events a second while flow and sink work on them at the same time. */
async function measureBesideFlow(lab: Lab, shape: Shape) {
  const house = await lab.once('intakeAllIn', () => lab.house('intake_all_in', lab.size.people))
  const program = await house.start(['collect', 'flow', 'deliver'])
  const place = { house, shape, program, ceiling: program }
  lab.say('the intake while the flow works beside it')
  const { intakeMs, allInEvents } = lab.size
  const options = { durationMs: intakeMs, countMax: allInEvents / 2 }
  const result = await sendNext(place, program.url, options)
  await untilApplied(house)
  await program.stop()
  const { latency, refused } = result
  return { rate: Math.round(rateOf(result)), ...latency, refused }
}

const rateOf = (result: SendResult) => result.acknowledged / result.seconds

type Sending = { durationMs: number; perSecond?: number; countMax?: number }

/** Sends, and leaves the next sender other numbers. */
async function sendNext({ house, shape }: Place, url: string, sending: Sending) {
  const result = await send({
    ...{ countMax: WITHOUT_END, perSecond: null, ...sending },
    ...shape,
    url,
    key: house.writeKey,
    workload: house.workload,
    kind: 'events',
    first: house.next,
    comesAgain: true,
  })
  house.next += result.sent
  return result
}

/** Before time counts: the log holds each acknowledged event, and no other. */
async function requireInLog(house: House, before: number, acknowledged: number): Promise<void> {
  const positions = (await positionsOf(house)) - before
  if (positions === acknowledged) return
  throw new Error(`${acknowledged} events were acknowledged, and the log holds ${positions}.`)
}

async function positionsOf({ log }: House): Promise<number> {
  return (await log.heads()).reduce((sum, head) => sum + head.position, 0)
}
