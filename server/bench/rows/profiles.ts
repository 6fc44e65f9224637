import { type Crowd, makeCrowd, openCrowd, runFlow } from '../crowd.ts'
import type { Lab } from '../lab.ts'
import type { Measured, Row } from '../row.ts'
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
  const few = await costOf(lab, small, 'visiting')
  const fewZipf = isFull ? await costOf(lab, small, 'zipf') : null
  await small.program?.stop()
  const many = await costOf(lab, large, 'visiting')
  const manyZipf = isFull ? await costOf(lab, large, 'zipf') : null
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

/** CPU microseconds an event of the flow and PostgreSQL. */
async function costOf(lab: Lab, crowd: Crowd, popularity: Popularity): Promise<number> {
  const events = lab.size.flowEvents
  const repeats = Math.min(lab.size.repeats, 3)
  lab.say(`the flow over ${crowd.house.workload.people} people (${popularity})`)
  await runFlow(crowd, { events: Math.ceil(events / 200) * 100, popularity })
  const costs: number[] = []
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const { cpu } = await runFlow(crowd, { events, popularity })
    costs.push((cpu.program + cpu.postgres) / events)
  }
  return round(spreadOf(costs).median, 1)
}
