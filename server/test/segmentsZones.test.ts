/** Segments that ask by the calendar of each person's own time zone. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentWorld } from './segmentWorld.ts'

/** Ten to midnight in Paris, ten to six in the afternoon in New York. */
const clock = manualClock(Date.parse('2026-11-24T22:50:00Z'))
let world: SegmentWorld

beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())

const today = { times: { op: 'atLeast', count: 1 }, within: { this: 'day' } }
const OWN = { did: 'Order Completed', ...today, zone: 'person' }

it('a day ends at midnight where the person is, by its timer and in the preview alike', async () => {
  const segment = await world.whenLive((await world.create('Today', OWN)).id)
  const people = { paris: {}, york: { timezone: 'America/New_York' }, mira: { timezone: 'Mars' } }
  await world.send(
    Object.entries(people).flatMap(([userId, context]) => [
      { type: 'identify', userId, messageId: `i-${userId}`, context },
      { type: 'track', userId, messageId: `o-${userId}`, event: 'Order Completed' },
    ]),
  )
  const count = async () => {
    await world.settled()
    const members = (await world.members(segment.id)).length
    const preview = { rule: OWN }
    const found = await world.call<{ count: number }>('POST', '/segments/preview', preview)
    expect(found.count).toBe(members)
    return members
  }
  expect(await count()).toBe(3)
  // Midnight in Paris: also for whoever names no zone that there is.
  clock.advance(10 * 60_000)
  expect(await count()).toBe(1)
  clock.advance(6 * 60 * 60_000 - 1)
  expect(await count()).toBe(1)
  clock.advance(1)
  expect(await count()).toBe(0)
  const [left] = (await world.effects()).slice(-1)
  expect(left).toMatchObject({ change: 'left', at: '2026-11-25T05:00:00.000Z' })
  // Who turns out to be further west has the day still.
  const traits = { timezone: 'pacific/honolulu' }
  await world.send([{ type: 'identify', userId: 'paris', messageId: 'i2', traits }])
  expect(await count()).toBe(1)
  const path = `/segments/${segment.id}/members?asOf=${new Date(clock.now()).toISOString()}`
  expect(await world.call('GET', path)).toMatchObject({ total: 1 })
  expect(segment.sentence.en).toContain('(in the person’s time zone)')
}, 60_000)

it('a computed trait has one value for everybody, so its condition takes no zone', async () => {
  const definition = { measure: 'count', of: { did: null }, within: { this: 'day' } }
  await world.call('POST', '/computed-traits', { key: 'visits', name: 'Visits', definition })
  const rule = { trait: 'visits', op: 'greater', value: 1, zone: 'person' }
  const answer = await world.request('POST', '/segments/preview', { rule })
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('/zone')])
})
