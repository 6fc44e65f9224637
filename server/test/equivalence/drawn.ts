import fc from 'fast-check'
import { expect } from 'vitest'
import { openSegmentWorld } from '../segmentWorld.ts'
import { linkedWorlds, playLinked, playSeparate, separateWorlds, type WorldSize } from './worlds.ts'

/** One random world; shrinking it would take hours. */
const once = (seed: number) => ({ seed, numRuns: 1, endOnFailure: true })

/** I5 in a random world of separate people; how many cases it was: a segment and a person each. */
export async function agreeOnSeparate(
  seed: number,
  { size, pastInstants }: { size?: WorldSize; pastInstants?: number } = {},
): Promise<number> {
  let cases = 0
  const property = fc.asyncProperty(separateWorlds(size), async (drawn) => {
    const played = await playSeparate(drawn, { open: openSegmentWorld, pastInstants })
    expect(played.differences.map(({ text }) => text)).toEqual([])
    cases += played.cases
  })
  await fc.assert(property, once(seed))
  return cases
}

/** The same among people who turn out to be one. */
export async function agreeOnLinked(seed: number, size?: WorldSize): Promise<number> {
  let cases = 0
  const property = fc.asyncProperty(linkedWorlds(size), async (drawn) => {
    const played = await playLinked(drawn, { open: openSegmentWorld })
    expect(played.differences.map(({ text }) => text)).toEqual([])
    cases += played.cases
  })
  await fc.assert(property, once(seed))
  return cases
}
