import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from './engines.ts'
import { forAtMost, historyOf, shuffled } from './histories.ts'
import { defineSegment, openStage, type Stage, type Told } from './history.ts'
import { sent } from './people.ts'

let database: TestDatabase
let stage: Stage
let neverBought: number

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
  neverBought = await defineSegment(
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

  it('a person who is new belongs to those who have never done something', async () => {
    await stage.play([sent(0, { userId: 'u1' })])
    const rows = await stage.postgres.query<{ segment: number }>('SELECT segment FROM membership')
    expect(rows.map((row) => row.segment)).toEqual([neverBought])
  })

  it('a link that people made twice is as old as the first of them, in any order', async () => {
    const [a, b] = ['u1', 'u2'].map((value) => ({ namespace: 'user_id', value }))
    const link = (minute: number): Told => ({
      receivedAt: sent(minute, {}).receivedAt,
      control: { type: 'identity_decision', a, b, verdict: 'link', author: 'test' },
    })
    const straight = await stage.play([link(1), link(2)], [1])
    expect(await stage.play([link(2), link(1)], [1])).toEqual(straight)
  })

  it('two people who sign in on one device in one instant are told apart in any order', async () => {
    const both = ['u1', 'u2', 'u3'].map((userId, index) => ({
      ...sent(5, { userId, anonymousId: 'd1', messageId: userId }),
      receivedAt: sent(5 + index, {}).receivedAt,
    }))
    // Whoever is read first is born first, with the smaller id.
    const straight = await stage.play(both, [1])
    const turned = both.map((told, index) => ({
      ...told,
      receivedAt: both[2 - index]?.receivedAt ?? 0,
    }))
    expect(Object.fromEntries(await stage.play(turned, [1]))).toEqual(Object.fromEntries(straight))
  })
})
