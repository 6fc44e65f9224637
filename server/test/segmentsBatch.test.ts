/**
 * I5: live membership = ClickHouse's answer = a naive third implementation, on random histories.
 * `npm run equivalence` does the same at length.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { linkedWorld, playLinked, playSeparate, separateWorld } from './equivalence/worlds.ts'
import { openSegmentWorld } from './segmentWorld.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
console.info(`segmentsBatch.test.ts: SEED=${seed}`)
const parameters = { seed, numRuns: 1, endOnFailure: true }
/** A case is one segment and one person. */
const CASES_LEAST = 2_000

let cases = 0

it('I5: documents, ClickHouse and a naive reading agree on random rules and histories', async () => {
  const property = fc.asyncProperty(separateWorld, async (drawn) => {
    const played = await playSeparate(drawn, { open: openSegmentWorld })
    expect(played.differences.map(({ text }) => text)).toEqual([])
    cases += played.cases
  })
  await fc.assert(property, parameters)
}, 400_000)

it('I5: documents and ClickHouse agree through merges, shared devices and late logins', async () => {
  const property = fc.asyncProperty(linkedWorld, async (drawn) => {
    const played = await playLinked(drawn, { open: openSegmentWorld })
    expect(played.differences.map(({ text }) => text)).toEqual([])
    cases += played.cases
  })
  await fc.assert(property, parameters)
  expect(cases).toBeGreaterThan(CASES_LEAST)
}, 400_000)
