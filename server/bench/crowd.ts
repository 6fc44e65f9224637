import type { Role } from '../src/platform/config.ts'
import { type CeilingResult, flowCeiling } from './flowCeilingRun.ts'
import { closeGate } from './gate.ts'
import type { House, Program } from './house.ts'
import type { Lab } from './lab.ts'
import { loadPeople } from './people.ts'
import { preload } from './preload.ts'
import { type CpuTime, cpuBetween, readCpu } from './processes.ts'
import { installSegments, mixOf, type Watched } from './segmentMix.ts'
import { untilApplied, untilInHistory } from './settling.ts'
import type { Popularity } from './workload.ts'

/** Segments of the large state, of the published mix. */
export const SEGMENTS = 100

/** A house full of people, with its segments. */
export type Crowd = {
  house: House
  watched: Watched
  /** The one process that runs on it, or null. Changed by `runs` only. */
  program: Program | null
}

/** The large state: loaded once, used by all rows that ask about many profiles. */
export function openCrowd(lab: Lab): Promise<Crowd> {
  return lab.once('crowd', () => makeCrowd(lab, { name: 'crowd', people: lab.size.people }))
}

export async function makeCrowd(
  lab: Lab,
  { name, people }: { name: string; people: number },
): Promise<Crowd> {
  const house = await lab.house(name, people)
  const watched = await installSegments(house, mixOf(SEGMENTS))
  lab.say(`loading ${people} people`)
  await loadPeople(house, { people, say: lab.say })
  return { house, watched, program: null }
}

/** Has just one process with these roles run on the crowd. */
export async function runs(crowd: Crowd, roles: readonly Role[]): Promise<Program> {
  const held = crowd.program
  if (held && held.roles.join() === roles.join()) return held
  await held?.stop()
  crowd.program = await crowd.house.start(roles)
  return crowd.program
}

export type FlowRun = { events: number; seconds: number; cpu: CpuTime }

/** The flow alone: a log that is full, a process that is warm and begins when it may. */
export async function runFlow(
  crowd: Crowd,
  { events, popularity }: { events: number; popularity: Popularity },
): Promise<FlowRun> {
  const { house } = crowd
  await runs(crowd, ['flow'])
  const sink = await closeGate(house, 'sink')
  const flow = await closeGate(house, 'flow')
  await preload(house, events, { popularity })
  const before = readCpu(house.roots())
  const startedAt = performance.now()
  await flow.open()
  await untilApplied(house)
  const seconds = (performance.now() - startedAt) / 1_000
  const cpu = cpuBetween(before, readCpu(house.roots()))
  await sink.open()
  return { events, seconds, cpu }
}

/** As many events through the bare transactions, over the same tables, while the flow rests. */
export async function runCeiling(
  crowd: Crowd,
  { events, popularity }: { events: number; popularity: Popularity },
): Promise<CeilingResult & { cpu: CpuTime }> {
  const { house } = crowd
  await untilInHistory(house)
  const before = readCpu(house.roots())
  const result = await flowCeiling(house, { events, popularity })
  return { ...result, cpu: cpuBetween(before, readCpu(house.roots())) }
}
