import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from './engines.ts'
import { forAtMost, historyOf, shuffled } from './histories.ts'
import { defineSegment, openStage, type Stage } from './history.ts'

let database: TestDatabase
let stage: Stage

/** On a busy machine a property is tried less often rather than for longer. */
const ENOUGH_MS = 12_000

beforeAll(async () => {
  database = await openTestDatabase()
  stage = await openStage(database.postgres)
  const streams = (name: string, newest: number, ms: number | null) => [
    { definition: JSON.stringify({ event: name, where: [] }), newest, ms },
  ]
  await defineSegment(
    stage,
    { did: 'Viewed', times: { op: 'atLeast', count: 2 }, within: { days: 10 } },
    streams('Viewed', 3, 10 * 24 * 60 * 60_000),
  )
  await defineSegment(
    stage,
    { not: { did: 'Bought', times: { op: 'atLeast', count: 1 }, within: null } },
    streams('Bought', 2, null),
  )
  await defineSegment(stage, { trait: 'city', op: 'equals', value: 'Lyon' }, [])
})
afterAll(async () => {
  await stage.log.close()
  await database.close()
})

describe('I3: state is a function of the set of log entries', () => {
  it('order, batches and shards do not change it', async () => {
    await fc.assert(
      fc.asyncProperty(
        historyOf({ events: 14 }),
        fc.nat(),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
        forAtMost(ENOUGH_MS, async (history, seed, sizes) => {
          const whole = await stage.play(history)
          const apart = await stage.play(shuffled(history, seed), sizes)
          expect(Object.fromEntries(apart)).toEqual(Object.fromEntries(whole))
        }),
      ),
      { numRuns: 60 },
    )
  }, 60_000)
})
