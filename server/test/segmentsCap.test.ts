/** A person keeps so many moments of a kind of event: an answer that is of those alone says so. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { ENTRIES_MAX } from '../src/segment/measure.ts'
import { openSegmentWorld, type SegmentWorld } from './segmentWorld.ts'

const clock = manualClock(Date.parse('2026-11-24T11:00:00Z'))
let world: SegmentWorld

beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())

it('why says that a measure is of the newest events alone, unless its period holds fewer', async () => {
  const count = { measure: 'count', of: { did: 'Clicked' }, op: 'greater', value: 10 }
  const rule = {
    all: [
      { ...count, within: null },
      { ...count, within: { minutes: 60 } },
    ],
  }
  const { id } = await world.whenLive((await world.create('Clicks', rule)).id)
  const at = (n: number) => new Date(clock.now() - n * 60_000).toISOString()
  await world.send(
    Array.from({ length: ENTRIES_MAX + 9 }, (_, n) => {
      return { type: 'track', userId: 'u', messageId: `c${n}`, event: 'Clicked', timestamp: at(n) }
    }),
  )
  await world.settled()
  const path = `/profiles/user_id:u/segments/${id}/why`
  const { parts } = await world.call<{ parts: { found: unknown }[] }>('GET', path)
  expect(parts.slice(1)).toMatchObject([
    { holds: true, found: { value: ENTRIES_MAX, approximate: true } },
    { holds: true, found: { value: 60, approximate: false } },
  ])
}, 60_000)
