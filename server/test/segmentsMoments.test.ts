/** Segments of events that took place at a moment of the day or week, or on a public holiday. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentState, type SegmentWorld } from './segmentWorld.ts'

const clock = manualClock(Date.parse('2026-11-24T11:00:00Z'))
let world: SegmentWorld

beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())

let messages = 0
function order(userId: string, timestamp: string, event: string): object {
  messages += 1
  return { type: 'track', event, userId, timestamp, messageId: `moment-${messages}` }
}

const live = async (rule: object): Promise<SegmentState> =>
  world.whenLive((await world.create('Moments', rule)).id)

/** How many members there are; the preview and an answer about the past give as many. */
async function sizeOf({ id }: SegmentState, rule: object): Promise<number> {
  await world.settled()
  const size = (await world.members(id)).length
  const preview = await world.call<{ count: number }>('POST', '/segments/preview', { rule })
  const now = new Date(clock.now()).toISOString()
  const past = await world.call<{ total: number }>('GET', `/segments/${id}/members?asOf=${now}`)
  expect([preview.count, past.total]).toEqual([size, size])
  return size
}

const once = { times: { op: 'atLeast', count: 1 }, within: null }

it('an order on a public holiday: by the calendar of the workspace, told late or not', async () => {
  const did = 'Holiday Order'
  const rule = { did, when: { day: 'holiday' }, ...once }
  const segment = await live(rule)
  // In Paris the 12th of November has begun with the second.
  await world.send([
    order('a', '2026-11-11T22:59:59Z', did),
    order('b', '2026-11-11T23:00:00Z', did),
  ])
  expect(await sizeOf(segment, rule)).toBe(1)
  await world.send([order('b', '2026-11-01T09:00:00Z', did)])
  expect(await sizeOf(segment, rule)).toBe(2)
  expect(segment.sentence).toEqual({
    fr: 'a fait « Holiday Order » (un jour férié) au moins 1 fois',
    en: 'did “Holiday Order” (on a French public holiday) at least 1 time',
  })
})

it('where the workspace moves to another time zone, the days of the past are others', async () => {
  const did = 'Moved Order'
  const rule = { did, when: { weekdays: [1] }, ...once }
  const segment = await live(rule)
  await world.send([order('a', '2026-11-22T23:30:00Z', did)])
  expect(await sizeOf(segment, rule)).toBe(1)
  const members = async () => (await world.members(segment.id)).length
  await world.call('PATCH', '/workspace', { timeZone: 'Europe/Lisbon' })
  await expect.poll(members, { timeout: 10_000 }).toBe(0)
  await world.whenLive(segment.id)
  expect(await sizeOf(segment, rule)).toBe(0)
  await world.call('PATCH', '/workspace', { timeZone: 'Europe/Paris' })
  await expect.poll(members, { timeout: 10_000 }).toBe(1)
})

it('with the zone of the person the same evening is a working day of one and not of another', async () => {
  const did = 'Own Order'
  const when = { day: 'workday', hours: { from: 18, to: 24 } }
  const rule = { did, when, ...once, zone: 'person' }
  const segment = await live(rule)
  // A Friday's evening in Paris, a Saturday's morning in Tokyo.
  const at = '2026-11-20T22:30:00Z'
  const context = { timezone: 'Asia/Tokyo' }
  await world.send([
    { type: 'identify', userId: 'tokyo', messageId: 'zone-1', context },
    order('tokyo', at, did),
    order('paris', at, did),
  ])
  expect(await sizeOf(segment, rule)).toBe(1)
  const traits = { timezone: 'Europe/London' }
  await world.send([{ type: 'identify', userId: 'tokyo', messageId: 'zone-2', traits }])
  expect(await sizeOf(segment, rule)).toBe(2)
})

it('revenue of the nights, as a measure and as a computed trait', async () => {
  const did = 'Night Order'
  const of = { did, when: { hours: { from: 22, to: 6 } } }
  const measure = { measure: 'sum', of, property: 'total', within: null }
  await world.call('POST', '/computed-traits', {
    key: 'nights',
    name: 'Nights',
    definition: measure,
  })
  const compared = { op: 'greaterOrEqual', value: 30 }
  const rules = [
    { ...measure, ...compared },
    { trait: 'nights', ...compared },
  ]
  const segments = await Promise.all(rules.map(live))
  const paid = (at: string, total: number) => ({
    ...order('a', `2026-11-20T${at}:00Z`, did),
    properties: { total },
  })
  await world.send([paid('20:59', 100), paid('21:00', 20), paid('05:00', 100)])
  for (const [index, segment] of segments.entries()) {
    expect(await sizeOf(segment, rules[index] ?? {})).toBe(0)
  }
  await world.send([paid('04:59', 10)])
  for (const [index, segment] of segments.entries()) {
    expect(await sizeOf(segment, rules[index] ?? {})).toBe(1)
  }
})

it('counts of what is kept, the events of other moments included, and says where that ends', async () => {
  const did = 'Visit'
  const rule = { did, when: { weekdays: [6, 7] }, times: { op: 'atLeast', count: 2 }, within: null }
  const segment = await live(rule)
  const days = Array.from({ length: 9 }, (_, day) => `2026-11-${14 + day}T10:00:00Z`)
  await world.send(days.map((at) => order('a', at, did)))
  // 14, 15, 21 and 22 November.
  expect(await sizeOf(segment, rule)).toBe(1)
  const why = await world.call<{ parts: object[] }>(
    'GET',
    `/profiles/user_id:a/segments/${segment.id}/why`,
  )
  expect(why.parts[0]).toMatchObject({ holds: true, found: { value: 4, approximate: false } })
})

it.each([
  [{ hours: { from: 9, to: 25 } }, '/when/hours/to'],
  [{ weekdays: [0] }, '/when/weekdays/0'],
  [{ day: 'bank holiday' }, '/when/day'],
  [{ month: 5 }, '/when'],
])('refuses %j with its place', async (when, path) => {
  const rule = { did: 'Order', when, ...once }
  const answer = await world.request('POST', '/segments/preview', { rule })
  expect(answer.status).toBe(400)
  const { errors } = (await answer.json()) as { errors: { path: string }[] }
  expect(errors[0]?.path).toContain(path)
})
