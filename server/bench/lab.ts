import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Engines, startBenchEngines } from './engines.ts'
import { type House, openHouse } from './house.ts'

/** How much is measured. Times in milliseconds. */
export type Size = {
  mode: 'quick' | 'full'
  /** Repeats of program and ceiling in turn. */
  repeats: number
  /** One repeat of the intake. */
  intakeMs: number
  /** Load at a fixed rate, of which waiting times are read. */
  steadyMs: number
  people: number
  /** People of the small state that the large one is compared with. */
  fewPeople: number
  /** Events of one repeat of the flow. */
  flowEvents: number
  /** Events of the run from the intake to the end. */
  allInEvents: number
  exits: number
  /** How long after they entered people leave, at least. */
  enterMs: number
  /** Numbers of segments that are compared, and of such that every viewed product concerns. */
  segmentCounts: readonly number[]
  concernedCounts: readonly number[]
  /** People and events of one size of the mix of segments. */
  segmentPeople: number
  segmentEvents: number
  /** People with a past and their events, for previews and fills. */
  historyPeople: number
  historyEvents: number
  /** How long a segment is filled beside other work, at least. */
  fillMs: number
  /** Previews of conditions about traits; of those about events a third. */
  previews: number
  /** Profiles on which the rule engines are compared. */
  ruleProfiles: number
  rebuildEvents: number
  overloadMs: number
  /** Normal load after it. */
  afterMs: number
}

export const SIZES: Record<Size['mode'], Size> = {
  quick: {
    mode: 'quick',
    repeats: 1,
    intakeMs: 300,
    steadyMs: 500,
    people: 2_000,
    fewPeople: 500,
    flowEvents: 400,
    allInEvents: 1_500,
    exits: 500,
    enterMs: 600,
    segmentCounts: [10, 100, 1_000],
    concernedCounts: [10],
    segmentPeople: 100,
    segmentEvents: 100,
    historyPeople: 1_000,
    historyEvents: 10_000,
    fillMs: 1_000,
    previews: 2,
    ruleProfiles: 5,
    rebuildEvents: 600,
    overloadMs: 700,
    afterMs: 500,
  },
  full: {
    mode: 'full',
    repeats: 5,
    intakeMs: 5_000,
    steadyMs: 30_000,
    people: 1_000_000,
    fewPeople: 10_000,
    flowEvents: 40_000,
    allInEvents: 300_000,
    exits: 100_000,
    enterMs: 3_000,
    segmentCounts: [10, 1_000, 10_000],
    concernedCounts: [10, 100],
    segmentPeople: 3_000,
    segmentEvents: 10_000,
    historyPeople: 100_000,
    historyEvents: 1_000_000,
    fillMs: 3_000,
    previews: 60,
    ruleProfiles: 300,
    rebuildEvents: 200_000,
    overloadMs: 600_000,
    afterMs: 60_000,
  },
}

const CLOSE_MS = 30_000

/** What the rows share: engines, houses, and what one row measured and another needs. */
export type Lab = {
  size: Size
  engines: Engines
  /** Tells on stderr how far it is. */
  say(text: string): void
  /** A house that lives until the end of the run. */
  house(name: string, people: number): Promise<House>
  /** The value of `make`, made the first time it is asked for under this name. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

export type LabOptions = { size: Size; profileDir: string | null; say: (text: string) => void }

export async function openLab({ size, profileDir, say }: LabOptions): Promise<Lab> {
  const engines = await startBenchEngines()
  const houses: House[] = []
  const made = new Map<string, Promise<unknown>>()
  return {
    size,
    engines,
    say,
    house: async (name, people) => {
      const house = await openHouse(engines, { name, people, profileDir })
      houses.push(house)
      return house
    },
    once: <T>(name: string, make: () => Promise<T>) => {
      const held = made.get(name) ?? make()
      made.set(name, held)
      return held as Promise<T>
    },
    close: async () => {
      const closing = Promise.allSettled(houses.map((house) => house.close()))
      // What waits for a held-up statement ends with the engines.
      const patience = new AbortController()
      const given = setTimeout(CLOSE_MS, null, { signal: patience.signal }).catch(() => null)
      await Promise.race([closing, given])
      patience.abort()
      // With `--profile` it holds the plans of the statements.
      if (profileDir) copyFileSync(engines.postgresLog, join(profileDir, 'postgres.log'))
      await engines.stop()
    },
  }
}
