import { type Crowd, makeCrowd, openCrowd, runFlow } from '../crowd.ts'
import type { Lab } from '../lab.ts'
import type { Measured, Row } from '../row.ts'
import { untilInHistory } from '../settling.ts'
import { round, spreadOf } from '../statistics.ts'
import type { Popularity } from '../workload.ts'

const GROWTH_MAX = 1.3

/** P7: what an event costs when many more people are known. */
export const profilesRow: Row = {
  id: 'P7',
  group: 'flow',
  what: 'CPU per event, 10 k → 1 M profiles (10 M with --profiles 10000000)',
  target: '≤ 1.3×',
  measure: measureProfiles,
}

/**
 * Under Zipf's law a larger crowd also means more different people in a batch, and more of them
 * who come for the first time. What the size of the state itself costs shows where each event is
 * another person's and nobody's first, so that is the row's figure.
 */
async function measureProfiles(lab: Lab): Promise<Measured> {
  const { people, fewPeople } = lab.size
  const large = await openCrowd(lab)
  const small = await makeCrowd(lab, { name: 'few', people: fewPeople })
  const isFull = lab.size.mode === 'full'
  const crowds = [small, large]
  const [few = 0, many = 0] = await costsOf(lab, crowds, 'visiting')
  const [fewZipf, manyZipf] = isFull ? await costsOf(lab, crowds, 'zipf') : []
  await small.program?.stop()
  const growth = round(many / few, 2)
  return {
    cpu_us: many,
    growth: [1, growth],
    reached: isFull ? growth <= GROWTH_MAX : null,
    people: [fewPeople, people],
    cpu_us_of_sizes: [few, many],
    growth_zipf: manyZipf && fewZipf ? [1, round(manyZipf / fewZipf, 2)] : null,
  }
}

/**
 * CPU microseconds an event of the flow and PostgreSQL, of each crowd; in turn, so that a machine
 * that changes its speed changes it for all of them.
 */
async function costsOf(
  lab: Lab,
  crowds: readonly Crowd[],
  popularity: Popularity,
): Promise<number[]> {
  const events = lab.size.flowEvents
  const repeats = Math.min(lab.size.repeats, 3)
  const costs = crowds.map((): number[] => [])
  for (let repeat = 0; repeat <= repeats; repeat += 1) {
    const isWarmUp = repeat === 0
    lab.say(isWarmUp ? `warming up (${popularity})` : `repeat ${repeat} of ${repeats}, in turn`)
    for (const [index, crowd] of crowds.entries()) {
      const count = isWarmUp ? Math.ceil(events / 200) * 100 : events
      const { cpu } = await runFlow(crowd, { events: count, popularity })
      // What the sink has left to do must not be counted as the other crowd's.
      await untilInHistory(crowd.house)
      if (!isWarmUp) costs[index]?.push((cpu.program + cpu.postgres) / events)
    }
  }
  return costs.map((one) => round(spreadOf(one).median, 1))
}
