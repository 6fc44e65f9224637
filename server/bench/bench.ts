/**
 * `npm run bench`: what this program does on this machine, as JSON on stdout, each figure beside
 * the ceiling measured in the same run. `--quick` ends within a minute and is good for seeing that
 * it runs; figures to quote come from the full run on a machine that does nothing else.
 */
import { randomBytes } from 'node:crypto'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Ceilings, measureCeilings } from './ceilings.ts'
import { type Correctness, checkCorrectness } from './correctness.ts'
import { cpuBetween, readCpu } from './cpu.ts'
import type { SendOrder } from './generator.ts'
import { type House, openHouse } from './house.ts'
import { measureLatency } from './latency.ts'
import { send } from './sending.ts'
import { untilApplied, untilInHistory, untilLive } from './settling.ts'
import type { Workload } from './workload.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** Part of what the flow can take, so that the latency is that of a machine with room. */
const BACKGROUND_SHARE = 0.3
const FOREVER_MS = 10 * 60 * 1000

type Size = { warmUp: number; batch: number; single: number; latencyMs: number; flowMs: number }
const SIZES: Record<'quick' | 'full', Size> = {
  quick: { warmUp: 2_000, batch: 15_000, single: 2_000, latencyMs: 4_000, flowMs: 2_000 },
  full: { warmUp: 20_000, batch: 200_000, single: 20_000, latencyMs: 30_000, flowMs: 15_000 },
}

const did = (event: string, count: number) => ({
  all: [{ did: event, where: [], times: { op: 'atLeast', count }, within: { days: 30 } }],
})

/** What an ordinary shop would have, besides the two that the benchmark looks at. */
const SEGMENTS: Record<string, object> = {
  'Bench: buyers': did('Order Completed', 1),
  'Bench: probes': did('Bench Probe', 1),
  'Bench: lookers': did('Product Viewed', 5),
  'Bench: Lyon': { all: [{ trait: 'city', op: 'equals', value: 'Lyon' }] },
  'Bench: regulars': { all: [{ trait: 'visits', op: 'greater', value: 25 }] },
}

type Bench = { house: House; workload: Workload; sent: number; segments: Map<string, string> }

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

async function createSegments(house: House): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  for (const [name, rule] of Object.entries(SEGMENTS)) {
    const made = (await house.api('POST', '/segments', { name, rule })) as { id: string }
    await untilLive(house, made.id)
    ids.set(name, made.id)
  }
  return ids
}

function orderOf(bench: Bench, batch: number, countMax: number): SendOrder {
  const { house, workload, sent } = bench
  return {
    ...workload,
    url: house.url,
    writeKey: house.writeKey,
    kind: 'events',
    first: sent,
    batch,
    durationMs: FOREVER_MS,
    countMax,
    perSecond: null,
    // Enough of them that group commit has a group, as many senders would.
    connections: batch === 1 ? 64 : 16,
  }
}

/** Sends as fast as it is taken, and waits until all of it is applied and in ClickHouse. */
async function pushThrough(bench: Bench, order: SendOrder) {
  const { house } = bench
  const before = readCpu(house.programPid)
  const startedAt = performance.now()
  const result = await send(order)
  await untilApplied(house)
  const appliedS = (performance.now() - startedAt) / 1_000
  await untilInHistory(house)
  const historyS = (performance.now() - startedAt) / 1_000
  const cpu = cpuBetween(before, readCpu(house.programPid))
  bench.sent += result.acknowledged
  const each = (microseconds: number) => Math.round(microseconds / result.acknowledged)
  return {
    acknowledged_per_s: Math.round(result.acknowledged / result.seconds),
    acknowledge_ms: result.latency_ms,
    asked_again: result.asked_again,
    applied_per_s: Math.round(result.acknowledged / appliedS),
    in_history_per_s: Math.round(result.acknowledged / historyS),
    cpu_us_per_event: {
      program: each(cpu.program),
      postgres: each(cpu.postgres),
      clickhouse: each(cpu.clickhouse),
      total: each(cpu.total),
    },
  }
}

async function measure(bench: Bench, size: Size) {
  say('Warming up')
  await pushThrough(bench, orderOf(bench, 100, size.warmUp))
  const buyers = bench.segments.get('Bench: buyers') ?? ''
  requireCorrect(await check(bench, buyers))
  say('Batches of 100, as fast as they are taken')
  const batchOrder = orderOf(bench, 100, size.batch)
  const batch = await pushThrough(bench, batchOrder)
  say('Single events, as fast as they are taken')
  const singleOrder = orderOf(bench, 1, size.single)
  const single = await pushThrough(bench, singleOrder)
  say('From event to membership')
  const { sent, ...latency } = await measureLatency(bench.house, {
    workload: bench.workload,
    segment: bench.segments.get('Bench: probes') ?? '',
    first: bench.sent,
    perSecond: Math.max(Math.round(batch.applied_per_s * BACKGROUND_SHARE), 10),
    durationMs: size.latencyMs,
  })
  bench.sent += sent
  await untilApplied(bench.house)
  await untilInHistory(bench.house)
  const correctness = requireCorrect(await check(bench, buyers))
  say('The ceilings')
  const ceilings = await measureCeilings(bench.house, {
    batch: batchOrder,
    single: singleOrder,
    flowMs: size.flowMs,
  })
  return { batch, single, latency, correctness, ceilings }
}

function check(bench: Bench, buyers: string): Promise<Correctness> {
  return checkCorrectness(bench.house, { ...bench, buyers })
}

function requireCorrect(correctness: Correctness): Correctness {
  if (correctness.correct) return correctness
  throw new Error(`The result is wrong, so no time counts: ${JSON.stringify(correctness)}`)
}

type Measured = Awaited<ReturnType<typeof measure>>

function reportOf({ batch, single, latency, correctness, ceilings }: Measured, mode: string) {
  const beside = (measured: number, ceiling: Ceilings[keyof Ceilings]) => ({
    measured,
    ceiling,
    share: Math.round((100 * measured) / ceiling) / 100,
  })
  return {
    mode,
    machine: {
      cores: cpus().length,
      model: cpus()[0]?.model ?? 'unknown',
      memory_gb: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    correctness,
    acknowledged_events_per_s: {
      batch_100: beside(batch.acknowledged_per_s, ceilings.acknowledged_batch_100_per_s),
      single: beside(single.acknowledged_per_s, ceilings.acknowledged_single_per_s),
    },
    acknowledge_ms: { batch_100: batch.acknowledge_ms, single: single.acknowledge_ms },
    whole_flow_events_per_s: {
      ...beside(batch.applied_per_s, ceilings.flow_events_per_s),
      until_in_clickhouse: batch.in_history_per_s,
    },
    event_to_membership_ms: latency,
    cpu_us_per_event: { batch_100: batch.cpu_us_per_event, single: single.cpu_us_per_event },
    asked_again: batch.asked_again + single.asked_again,
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      // The output is always JSON; the flag is taken so that scripts may say so.
      json: { type: 'boolean', default: false },
    },
  })
  if (process.platform !== 'linux') {
    throw new Error('The benchmark reads processor times from /proc, so it needs Linux.')
  }
  const mode = values.quick ? 'quick' : 'full'
  say('Starting the program on engines of its own')
  const house = await openHouse(ROOT)
  try {
    const run = randomBytes(4).toString('hex')
    // A quarter of an hour ago: one millisecond an event stays in the past for the whole run.
    const workload = { run, startedAt: Date.now() - 15 * 60 * 1000 }
    const segments = await createSegments(house)
    const measured = await measure({ house, workload, sent: 0, segments }, SIZES[mode])
    process.stdout.write(`${JSON.stringify(reportOf(measured, mode), null, 2)}\n`)
  } finally {
    await house.close()
  }
}

await main()
