import { requireCorrect } from '../correctness.ts'
import { type Crowd, openCrowd, runCeiling, runFlow, runs, SEGMENTS } from '../crowd.ts'
import type { Lab } from '../lab.ts'
import { cpuBetween, readCpu, watchMemory } from '../processes.ts'
import { cpuPer, type Measured, memoryOf, type Row } from '../row.ts'
import { send } from '../sending.ts'
import { untilApplied, untilInHistory } from '../settling.ts'
import { round, spreadOf } from '../statistics.ts'
import type { Popularity } from '../workload.ts'

const TARGET_PER_S = 10_000
const TARGET_RATIO = 0.8
/** The machine of the target. */
const CORES = 2
const CONNECTIONS = 16
const BATCH = 100

/** P3: the whole way, and the flow alone beside bare transactions. */
export const flowRow: Row = {
  id: 'P3',
  group: 'flow',
  what: 'Whole flow committed, 1 M profiles, 100 segments',
  target: '≥ 10,000 events/s all-in on 2 cores; flow alone ≥ 80 % of the bare transaction',
  measure: measureFlow,
}

async function measureFlow(lab: Lab): Promise<Measured> {
  const crowd = await openCrowd(lab)
  const zipf = await measureAlone(lab)
  const worst = await measureWorst(lab)
  const allIn = await measureAllIn(lab)
  await requireCorrect(crowd.house, crowd.watched.buyers)
  const isFull = lab.size.mode === 'full'
  const isReached = allIn.rate >= TARGET_PER_S && zipf.ratio >= TARGET_RATIO
  return {
    rate: allIn.rate,
    ceiling: zipf.ceiling,
    ratio: zipf.ratio,
    ...allIn.latency,
    cpu_us: allIn.cpu.total,
    memory_mb: allIn.memory.total,
    reached: isFull ? isReached : null,
    summary: summaryOf(allIn, zipf, worst),
    people: lab.size.people,
    segments: SEGMENTS,
    popularity: 'Zipf, exponent 1',
    all_in: allIn,
    flow_alone: zipf,
    worst_case: worst,
  }
}

type Beside = { rate: number; ratio: number }

function summaryOf(allIn: { rate: number }, zipf: Beside, worst: Beside): string {
  const alone = ({ rate, ratio }: Beside) => `${rate}/s (${Math.round(ratio * 100)} %)`
  return `${allIn.rate}/s all-in; flow alone ${alone(zipf)}, worst case ${alone(worst)}`
}

/** The flow alone under Zipf's law, in turn with its ceiling; measured once a run. */
export function measureAlone(lab: Lab) {
  return lab.once('flow alone', async () => {
    const crowd = await openCrowd(lab)
    return compare(lab, crowd, { popularity: 'zipf', repeats: lab.size.repeats })
  })
}

/** The same when every event is another person's; measured once a run. */
export function measureWorst(lab: Lab) {
  return lab.once('flow alone, worst', async () => {
    const crowd = await openCrowd(lab)
    return compare(lab, crowd, { popularity: 'another', repeats: Math.min(lab.size.repeats, 3) })
  })
}

type Comparing = { popularity: Popularity; repeats: number }

async function compare(lab: Lab, crowd: Crowd, { popularity, repeats }: Comparing) {
  const events = lab.size.flowEvents
  lab.say(`warming up the flow (${popularity})`)
  await runFlow(crowd, { events: Math.ceil(events / 200) * 100, popularity })
  const ours: number[] = []
  const bare: number[] = []
  const costs: number[] = []
  const bareCosts: number[] = []
  let last = null
  for (let repeat = 1; repeat <= repeats; repeat += 1) {
    lab.say(`repeat ${repeat} of ${repeats}: the flow, then its ceiling (${popularity})`)
    const run = await runFlow(crowd, { events, popularity })
    ours.push(run.events / run.seconds)
    costs.push((run.cpu.program + run.cpu.postgres) / run.events)
    const ceiling = await runCeiling(crowd, { events, popularity })
    bare.push(ceiling.events / ceiling.seconds)
    bareCosts.push((ceiling.cpu.postgres + ceiling.cpu_us) / events)
    last = run.cpu
  }
  const rate = spreadOf(ours)
  const bareRate = spreadOf(bare)
  const cpuUs = round(spreadOf(costs).median, 1)
  const bareCpuUs = round(spreadOf(bareCosts).median, 1)
  return {
    rate: Math.round(rate.median),
    ceiling: Math.round(bareRate.median),
    ratio: round(rate.median / bareRate.median, 3),
    rate_spread: [Math.round(rate.min), Math.round(rate.max)],
    ceiling_spread: [Math.round(bareRate.min), Math.round(bareRate.max)],
    cpu_us: cpuUs,
    cpu_us_by_group: last && cpuPer(last, events),
    ceiling_cpu_us: bareCpuUs,
    // What to trust where others use the processor as well.
    ratio_by_cpu: round(bareCpuUs / cpuUs, 3),
  }
}

/** All roles and both engines, events from the network; measured once a run. */
export function measureAllIn(lab: Lab) {
  return lab.once('all in', async () => {
    const crowd = await openCrowd(lab)
    const { house } = crowd
    const program = await runs(crowd, ['collect', 'flow', 'deliver'])
    await untilInHistory(house)
    lab.say(`${lab.size.allInEvents} events from the network to the end`)
    const memory = watchMemory(house.roots)
    const before = readCpu(house.roots())
    const startedAt = performance.now()
    const workload = house.workload
    const result = await send({
      url: program.url,
      ...{ key: house.writeKey, workload, kind: 'events', first: house.next, batch: BATCH },
      durationMs: Number.MAX_SAFE_INTEGER,
      countMax: lab.size.allInEvents,
      ...{ perSecond: null, connections: CONNECTIONS, comesAgain: true },
    })
    house.sent.push({ first: house.next, count: result.acknowledged, workload })
    house.next += result.sent
    await untilApplied(house)
    const appliedS = (performance.now() - startedAt) / 1_000
    await untilInHistory(house)
    const historyS = (performance.now() - startedAt) / 1_000
    const cpu = cpuPer(cpuBetween(before, readCpu(house.roots())), result.acknowledged)
    return {
      rate: Math.round(result.acknowledged / appliedS),
      in_history_per_s: Math.round(result.acknowledged / historyS),
      acknowledged_per_s: Math.round(result.acknowledged / result.seconds),
      rate_by_cpu: Math.round((CORES * 1_000_000) / cpu.total),
      latency: result.latency,
      cpu,
      memory: memoryOf(memory.stop().peak),
      asked_to_come_later: result.refused,
      generator_cores: round(result.generator_cpu, 2),
    }
  })
}
