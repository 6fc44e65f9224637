/** A person keeps so many moments of a kind of event: an answer that is of those alone says so. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { OBJECTS_MAX } from '../src/profile/index.ts'
import { ENTRIES_MAX } from '../src/segment/measure.ts'
import { openSegmentWorld, type SegmentWorld } from './segmentWorld.ts'

const clock = manualClock(Date.parse('2026-11-24T11:00:00Z'))
let world: SegmentWorld

beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())

type Approximate = { path: string; people: number; keeps: string; kept: number }
const count = { measure: 'count', of: { did: 'Clicked' }, op: 'greater', value: 10 }

it('why says that a measure is of the newest events alone, unless its period holds fewer', async () => {
  const rule = {
    all: [
      { ...count, within: null },
      { ...count, within: { minutes: 60 } },
      // All that is kept is newer than the week that is asked: what it held is not known any more.
      { not: { ...count, within: { previous: 'week' } } },
      { did: 'Clicked', times: { op: 'atLeast', count: 3 }, within: null },
    ],
  }
  const { id } = await world.whenLive((await world.create('Clicks', rule)).id)
  const at = (n: number) => new Date(clock.now() - n * 6_000).toISOString()
  await world.send([
    ...Array.from({ length: ENTRIES_MAX + 9 }, (_, n) => {
      return { type: 'track', userId: 'u', messageId: `c${n}`, event: 'Clicked', timestamp: at(n) }
    }),
    { type: 'track', userId: 'v', messageId: 'v', event: 'Clicked', timestamp: at(1) },
  ])
  await world.settled()
  const path = `/profiles/user_id:u/segments/${id}/why`
  const { parts } = await world.call<{ parts: { path: string; found: unknown }[] }>('GET', path)
  const found = Object.fromEntries(parts.map((part) => [part.path, part.found]))
  expect(found).toMatchObject({
    '/all/0': { value: ENTRIES_MAX, approximate: true },
    '/all/1': { value: 600, approximate: false },
    '/all/2/not': { value: 0, approximate: true },
  })
  const conditions = ['/all/0', '/all/2/not'].map((place) => {
    return { path: place, people: 1, keeps: 'events', kept: ENTRIES_MAX }
  })
  expect(await approximate(id, rule)).toMatchObject(conditions)
}, 60_000)

it('a condition about objects is of those that were named last, and says so', async () => {
  const rule = { object: 'card', times: { op: 'atLeast', count: 1 } }
  const { id } = await world.whenLive((await world.create('Cards', rule)).id)
  const named = (userId: string, cards: number) =>
    Array.from({ length: cards }, (_, n) => {
      const properties = { object: { type: 'card', id: `${userId}-${n}` } }
      return { type: 'track', event: 'Said', userId, messageId: `o-${userId}-${n}`, properties }
    })
  await world.send([...named('many', OBJECTS_MAX + 1), ...named('few', 2)])
  await world.settled()
  const why = (user: string) => {
    const path = `/profiles/user_id:${user}/segments/${id}/why`
    return world.call<{ parts: unknown[] }>('GET', path)
  }
  expect((await why('many')).parts).toMatchObject([
    { found: { value: OBJECTS_MAX, approximate: true } },
  ])
  expect((await why('few')).parts).toMatchObject([{ found: { value: 2, approximate: false } }])
  expect(await approximate(id, rule)).toMatchObject([
    { path: '', people: 1, keeps: 'objects', kept: OBJECTS_MAX },
  ])
}, 60_000)

it('what only asks for a few of the newest is exact of everybody', async () => {
  const rule = { did: 'Clicked', times: { op: 'atLeast', count: 3 }, within: null }
  const { id } = await world.whenLive((await world.create('Three clicks', rule)).id)
  expect(await approximate(id, rule)).toEqual([])
})

/** What the preview of a rule, and the segment that has it, say of it: the same. */
async function approximate(id: string, rule: object): Promise<Approximate[]> {
  type Answer = { approximate: Approximate[] }
  const preview = await world.call<Answer>('POST', '/segments/preview', { rule })
  const live = await world.call<{ data: Approximate[] }>('GET', `/segments/${id}/approximate`)
  expect(preview.approximate).toEqual(live.data)
  return live.data
}
