/** Measures, sequences, activity in test time; why somebody is a member; what was in the past. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentState, type SegmentWorld } from './segmentWorld.ts'

const HOUR = 60 * 60_000
const DAY = 24 * HOUR
/** A Tuesday, at noon in Paris. */
const clock = manualClock(Date.parse('2026-11-24T11:00:00Z'))
let world: SegmentWorld
let round = 0

beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())
beforeEach(() => {
  round += 1
})

const named = (name: string) => `${name} ${round}`
let messages = 0

/** An event of Claire, so long ago. */
function event(name: string, ago: number, properties: object = {}): object {
  messages += 1
  return {
    type: 'track',
    event: named(name),
    userId: `claire-${round}`,
    messageId: `kinds-${messages}`,
    timestamp: new Date(clock.now() - ago).toISOString(),
    properties,
  }
}

async function live(rule: unknown): Promise<SegmentState> {
  return world.whenLive((await world.create(named('Segment'), rule)).id)
}

/** Whether Claire is in a segment now. */
async function isIn(segment: SegmentState): Promise<boolean> {
  await world.settled()
  return (await world.members(segment.id)).length === 1
}

async function told(...events: object[]): Promise<void> {
  await world.send(events)
}

it('revenue of the last days, refunds taken off, enters and leaves by itself', async () => {
  const segment = await live({
    measure: 'sum',
    of: { did: named('Order') },
    property: 'total',
    less: { of: { did: named('Refund') }, property: 'total' },
    within: { days: 30 },
    op: 'greaterOrEqual',
    value: 100,
  })
  await told(event('Order', 10 * DAY, { total: 60 }))
  expect(await isIn(segment)).toBe(false)
  await told(event('Order', DAY, { total: 40.5 }))
  expect(await isIn(segment)).toBe(true)
  await told(event('Refund', HOUR, { total: 10 }))
  expect(await isIn(segment)).toBe(false)
  // It came late, and is older than all that is known.
  await told(event('Order', 25 * DAY, { total: 9.5 }))
  expect(await isIn(segment)).toBe(true)
  clock.advance(5 * DAY)
  expect(await isIn(segment)).toBe(false)
})

it('more this month than last month: the first of a month changes the answer', async () => {
  const spent = (within: object) => {
    return { measure: 'sum', of: { did: named('Order') }, property: 'total', within }
  }
  const segment = await live({
    ...spent({ this: 'month' }),
    op: 'greater',
    than: spent({ previous: 'month' }),
  })
  await told(event('Order', HOUR, { total: 80 }), event('Order', 35 * DAY, { total: 50 }))
  expect(await isIn(segment)).toBe(true)
  // Until midnight in Paris nothing happens.
  const midnight = Date.parse('2026-11-30T23:00:00Z')
  clock.set(Math.max(clock.now(), midnight - 1))
  expect(await isIn(segment)).toBe(true)
  clock.set(midnight)
  expect(await isIn(segment)).toBe(false)
})

it('an abandoned basket: four hours after it, and until the order comes', async () => {
  const segment = await live({
    sequence: [{ did: named('Added') }, { did: named('Order') }],
    within: { hours: 4 },
    missing: true,
    same: ['sku', 'products[].sku'],
    begun: { days: 2 },
  })
  await told(event('Added', 0, { sku: 'A1' }), event('Added', 0, { sku: 'B2' }))
  expect(await isIn(segment)).toBe(false)
  clock.advance(HOUR)
  await told(event('Order', 0, { products: [{ sku: 'b2' }, { sku: 'C3' }] }))
  clock.advance(3 * HOUR - 1)
  expect(await isIn(segment)).toBe(false)
  clock.advance(1)
  expect(await isIn(segment)).toBe(true)
  // The order of the other thing had been made in time, and is told late.
  await told(event('Order', 2 * HOUR, { products: [{ sku: 'A1' }] }))
  expect(await isIn(segment)).toBe(false)
})

it('on three different days of the last seven', async () => {
  const segment = await live({
    active: { did: null },
    unit: 'day',
    times: { op: 'atLeast', count: 3 },
    last: 7,
  })
  await told(event('Visit', 0), event('Visit', HOUR), event('Visit', DAY))
  expect(await isIn(segment)).toBe(false)
  await told(event('Other', 3 * DAY))
  expect(await isIn(segment)).toBe(true)
  clock.advance(4 * DAY)
  expect(await isIn(segment)).toBe(false)
})

it('says why and why not: each condition with what it found, its time and its source', async () => {
  const order = (total: number) => event('Order', HOUR, { total })
  const at = clock.now()
  const segment = await live({
    all: [
      { trait: 'city', op: 'equals', value: 'Lyon' },
      {
        measure: 'sum',
        of: { did: named('Order') },
        property: 'total',
        within: { days: 30 },
        op: 'greater',
        value: 100,
      },
    ],
  })
  const identify = {
    type: 'identify',
    userId: `claire-${round}`,
    messageId: `why-${round}`,
    timestamp: new Date(at - 2 * HOUR).toISOString(),
    traits: { city: 'Paris' },
  }
  await told(identify, order(80), order(40.25))
  await world.settled()
  const why = await world.call<{ memberSince: string | null; parts: unknown[] }>(
    'GET',
    `/profiles/user_id:claire-${round}/segments/${segment.id}/why`,
  )
  expect(why).toMatchObject({
    memberSince: null,
    parts: [
      { path: '', depth: 0, holds: false, found: null },
      {
        path: '/all/0',
        depth: 1,
        holds: false,
        sentence: { fr: 'city est « Lyon »', en: 'city is “Lyon”' },
        found: { value: 'Paris', at: new Date(at - 2 * HOUR).toISOString() },
      },
      {
        path: '/all/1',
        holds: true,
        found: { value: 120.25, at: new Date(at - HOUR).toISOString(), source: null },
      },
    ],
  })
  expect(why.parts[1]).toMatchObject({ found: { source: { name: expect.any(String) } } })
})

it('I7: members of a past instant, by what is known today and by what was known then', async () => {
  const segment = await live({
    did: named('Order'),
    times: { op: 'atLeast', count: 1 },
    within: { days: 10 },
  })
  const before = clock.now()
  clock.advance(20 * DAY)
  // It took place 21 days ago, and only now do we hear of it.
  await told(event('Order', 21 * DAY))
  await world.settled()
  const total = async (query: string) => {
    return (await world.call<{ total: number }>('GET', `/segments/${segment.id}/members${query}`))
      .total
  }
  const then = new Date(before).toISOString()
  expect(await total('')).toBe(0)
  expect(await total(`?asOf=${then}`)).toBe(1)
  expect(await total(`?knownAt=${then}`)).toBe(0)
  const wrong = await world.request('GET', `/segments/${segment.id}/members?asOf=yesterday`)
  expect([wrong.status, await wrong.text()]).toEqual([
    400,
    expect.stringContaining('asOf takes a date'),
  ])
})

it('asks in the past what was told of a person, not what an order beside it says', async () => {
  const userId = `u-both-${round}`
  const at = (ago: number) => ({
    ...{ userId, messageId: `both-${round}-${ago}` },
    timestamp: new Date(clock.now() - ago).toISOString(),
  })
  const price = { trait: 'products[].price', op: 'lessOrEqual', value: 0 }
  const rule = { any: [price, { did: 'Order', times: { op: 'atLeast', count: 5 }, within: null }] }
  const segment = await world.whenLive((await world.create('Free', rule)).id)
  await world.send([
    { ...at(2 * HOUR), type: 'identify', traits: { products: [{ price: 3 }] } },
    { ...at(HOUR), type: 'track', event: 'Order', properties: { products: [{ price: 0 }] } },
  ])
  await world.settled()
  const path = `/segments/${segment.id}/members?asOf=${new Date(clock.now()).toISOString()}`
  expect(await world.call('GET', path)).toMatchObject({ total: 0 })
})

it('says who would enter, leave and stay before a rule is saved, and that comes true', async () => {
  const person = (name: string, city: string) => ({
    type: 'identify',
    userId: `${name}-${round}`,
    messageId: `diff-${name}-${round}`,
    timestamp: new Date(clock.now() - HOUR).toISOString(),
    traits: { city, round },
  })
  const inRound = { trait: 'round', op: 'equals', value: round }
  const cities = (...value: string[]) => {
    return { all: [inRound, { trait: 'city', op: 'oneOf', value }] }
  }
  await told(person('a', 'Lyon'), person('b', 'Paris'), person('c', 'Nice'))
  const segment = await live(cities('Lyon', 'Paris'))
  await world.settled()
  const rule = cities('Paris', 'Nice')
  const diff = await world.call<{ samples: { enters: { id: string }[] } }>(
    'POST',
    `/segments/${segment.id}/diff`,
    { rule },
  )
  expect(diff).toMatchObject({ enters: 1, leaves: 1, stays: 1 })
  const before = await world.members(segment.id)
  await world.call('PATCH', `/segments/${segment.id}`, { rule })
  await world.whenLive(segment.id)
  const after = await world.members(segment.id)
  expect(after.filter((id) => !before.includes(id))).toEqual(
    diff.samples.enters.map(({ id }) => id),
  )
  expect(after).toHaveLength(2)
})

it('follows the workspace to another time zone: its day begins at another instant', async () => {
  clock.set(Math.ceil(clock.now() / DAY) * DAY + 11 * HOUR)
  const segment = await live({
    did: named('Order'),
    times: { op: 'atLeast', count: 1 },
    within: { this: 'day' },
  })
  // Half past midnight in Paris, half past eleven in Lisbon.
  await told(event('Order', 11.5 * HOUR))
  expect(await isIn(segment)).toBe(true)
  await world.call('PATCH', '/workspace', { timeZone: 'Europe/Lisbon' })
  await expect.poll(() => isIn(segment), { timeout: 10_000 }).toBe(false)
  await world.call('PATCH', '/workspace', { timeZone: 'Europe/Paris' })
  await expect.poll(() => isIn(segment), { timeout: 10_000 }).toBe(true)
  expect(await world.effects()).not.toContainEqual(
    expect.objectContaining({ segment: segment.id, change: 'left' }),
  )
})
