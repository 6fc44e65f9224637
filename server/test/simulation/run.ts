import fc from 'fast-check'
import { DAY } from '../history.ts'
import type { Defect } from './defects.ts'
import { plans } from './plan.ts'
import { simulate } from './simulation.ts'
import type { SimulatedSegment, Store } from './store.ts'

const VIEWED = JSON.stringify({ event: 'Viewed', where: [] })
const BOUGHT = JSON.stringify({ event: 'Bought', where: [] })
const viewed = { definition: VIEWED, newest: 3, ms: 10 * DAY }
const bought = { definition: BOUGHT, newest: 3, ms: null }

/** Windows that end by themselves, something missing, a trait, and one that is being filled. */
export const SEGMENTS: readonly SimulatedSegment[] = [
  {
    rule: { did: 'Viewed', times: { op: 'atLeast', count: 2 }, within: { days: 10 } },
    state: 'live',
    streams: [viewed],
  },
  {
    rule: { not: { did: 'Bought', times: { op: 'atLeast', count: 1 }, within: null } },
    state: 'live',
    streams: [bought],
  },
  {
    rule: { did: 'Bought', times: { op: 'atLeast', count: 1 }, within: { minutes: 60 } },
    state: 'live',
    streams: [bought],
  },
  { rule: { trait: 'city', op: 'equals', value: 'Lyon' }, state: 'live', streams: [] },
  {
    rule: { did: 'Viewed', times: { op: 'atLeast', count: 1 }, within: { days: 3 } },
    state: 'backfilling',
    streams: [viewed],
  },
]

/** Histories tried to make a failing one smaller. */
const SHRINKS_MAX = 120

/**
 * Plays the history of a seed.
 * @returns null, or what went wrong with the smallest such history that was found.
 */
export async function playSeed(
  store: Store,
  seed: number,
  { defect, shrinks = SHRINKS_MAX }: { defect: Defect | null; shrinks?: number },
): Promise<string | null> {
  let failures = 0
  let tried = 0
  const property = fc.asyncProperty(plans, async (plan) => {
    if (failures > 0) tried += 1
    if (tried > shrinks) return
    try {
      await simulate(store, plan, defect)
    } catch (error) {
      failures += 1
      throw error
    }
  })
  const report = await fc.check(property, { seed, numRuns: 1 })
  if (!report.failed) return null
  const [plan] = report.counterexample ?? []
  const cause = report.errorInstance
  const why = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
  return `Seed ${seed}: ${why}\nThe smallest history found:\n${JSON.stringify(plan, null, 1)}`
}

/** Seeds of one run, in order, until `failuresMax` have failed. */
export async function playSeeds(
  store: Store,
  seeds: { first: number; count: number },
  options: {
    defect: Defect | null
    failuresMax: number
    shrinks?: number
    onProgress?: (played: number) => void
  },
): Promise<string[]> {
  const failures: string[] = []
  for (let played = 0; played < seeds.count; played += 1) {
    const said = await playSeed(store, seeds.first + played, options)
    if (said !== null) failures.push(said)
    options.onProgress?.(played + 1)
    if (failures.length >= options.failuresMax) break
  }
  return failures
}
