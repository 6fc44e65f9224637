import type { Rule } from '../../src/segment/index.ts'
import { requireCorrect } from '../correctness.ts'
import { type Crowd, runFlow } from '../crowd.ts'
import { addWorkspace, type House } from '../house.ts'
import type { Lab } from '../lab.ts'
import { loadPeople } from '../people.ts'
import type { Measured, Row } from '../row.ts'
import { compareEngines } from '../ruleEngines.ts'
import { installSegments, mixOf, ruleOfAll } from '../segmentMix.ts'
import { untilInHistory } from '../settling.ts'
import { round, spreadOf } from '../statistics.ts'

const GROWTH_MAX = [1, 1.3, 3]
/** Rules that the engines are compared on. */
const COMPARED_RULES = 1_000

/** P6: what an event costs when there are many more segments. */
export const segmentsRow: Row = {
  id: 'P6',
  group: 'segments',
  what: 'CPU per event, 10 → 1,000 → 10,000 segments',
  target: '≤ 1.3×, ≤ 3×',
  measure: measureSegments,
}

async function measureSegments(lab: Lab): Promise<Measured> {
  const house = await lab.house('segments', lab.size.segmentPeople)
  const crowds: Crowd[] = []
  for (const size of lab.size.segmentCounts) crowds.push(await crowdWith(lab, house, mixOf(size)))
  const all: Crowd[] = []
  for (const size of lab.size.concernedCounts) {
    const rules = Array.from({ length: size }, (_, number) => ruleOfAll(number))
    all.push(await crowdWith(lab, house, rules))
  }
  const [costs, costsAll] = await costsOf(lab, [crowds, all])
  await untilInHistory(house)
  for (const one of [...crowds, ...all]) await requireCorrect(one.house, one.watched.buyers)
  await crowds[0]?.program?.stop()
  const growth = relativeTo(costs)
  const isReached = growth.every((one, index) => one <= (GROWTH_MAX[index] ?? 1))
  lab.say(`the same ${COMPARED_RULES} rules in other engines`)
  const engines = await compareEngines({
    rules: COMPARED_RULES,
    profiles: lab.size.ruleProfiles,
  })
  return {
    cpu_us: costs.at(-1) ?? 0,
    growth,
    reached: lab.size.mode === 'full' ? isReached : null,
    segments: lab.size.segmentCounts,
    cpu_us_of_sizes: costs,
    all_concerned: {
      segments: lab.size.concernedCounts,
      cpu_us: costsAll,
      growth: relativeTo(costsAll),
    },
    engines,
  }
}

const relativeTo = (costs: readonly number[]) => costs.map((one) => round(one / (costs[0] ?? 1), 2))

/** A workspace of its own in the one house, so that one process is measured for all sizes. */
async function crowdWith(lab: Lab, house: House, rules: readonly Rule[]): Promise<Crowd> {
  const name = `mix${house.workspace.id}x${rules.length}${Math.round(performance.now())}`
  const own = await addWorkspace(house, name)
  const watched = await installSegments(own, rules)
  lab.say(`${lab.size.segmentPeople} people in ${rules.length} segments`)
  await loadPeople(own, { people: lab.size.segmentPeople, say: lab.say })
  return { house: own, watched, program: null }
}

/** CPU microseconds an event of flow and PostgreSQL, the sizes in turn, by group of crowds. */
async function costsOf(lab: Lab, groups: readonly [Crowd[], Crowd[]]) {
  const events = lab.size.segmentEvents
  const repeats = Math.min(lab.size.repeats, 3)
  const crowds = groups.flat()
  const costs = new Map(crowds.map((crowd) => [crowd, [] as number[]]))
  let program: Crowd['program'] = null
  for (let repeat = 0; repeat <= repeats; repeat += 1) {
    lab.say(repeat === 0 ? 'warming up each size' : `repeat ${repeat} of ${repeats}, sizes in turn`)
    for (const crowd of crowds) {
      // One process works for all of them.
      crowd.program = program
      const { cpu } = await runFlow(crowd, { events, popularity: 'zipf' })
      program = crowd.program
      if (repeat > 0) costs.get(crowd)?.push((cpu.program + cpu.postgres) / events)
    }
  }
  const median = (crowd: Crowd) => round(spreadOf(costs.get(crowd) ?? [0]).median, 1)
  return [groups[0].map(median), groups[1].map(median)] as const
}
