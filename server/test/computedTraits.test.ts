/** Computed traits through the API: made late, as if always there; read, compared, changed. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import {
  makeTrait,
  openSegmentWorld,
  type SegmentWorld,
  traitsWhen,
  usersIn,
} from './segmentWorld.ts'

const DAY = 24 * 60 * 60_000
const NOW = Date.parse('2026-11-22T12:00:00Z')
const clock = manualClock(NOW)
let world: SegmentWorld

type Trait = {
  id: string
  key: string
  state: string
  version: number
  progress: number
  type: string
  sentence: { fr: string; en: string }
  usedBy: { segments: { id: string }[] }
  givenToo: boolean
}
type TraitView = {
  value: unknown
  type: string
  time: string
  computed?: { id: string; events: number; approximate: boolean; complete: boolean }
}

let sent = 0
const order = (userId: string, daysAgo: number, properties: object) => {
  sent += 1
  return {
    ...{ type: 'track', event: 'Order Completed', userId, messageId: `order-${sent}`, properties },
    timestamp: new Date(clock.now() - daysAgo * DAY).toISOString(),
  }
}

const ORDERS = { of: { did: 'Order Completed' }, within: null }
const REVENUE = { measure: 'sum', property: 'total', ...ORDERS }

beforeAll(async () => {
  world = await openSegmentWorld(clock)
  await world.send([
    order('ada', 40, { total: 80, shop: 'Lyon Part-Dieu', products: [{ category: 'Linge' }] }),
    order('ada', 20, { total: 40.5, shop: 'Lyon Part-Dieu', products: [{ category: 'Été' }] }),
    order('ada', 3, { total: 19.5, shop: 'Paris', products: [{ category: 'Linge' }] }),
    order('bob', 10, { total: 15, shop: 'Paris' }),
    { type: 'identify', userId: 'bob', messageId: 'bob', traits: { plan: 'gold' } },
  ])
  await world.settled()
}, 120_000)
afterAll(() => world.close(), 60_000)

const make = (key: string, definition: object) => makeTrait<Trait>(world, key, definition)

const traitsOnce = (user: string, isSo: (traits: Record<string, TraitView>) => boolean) =>
  traitsWhen<TraitView>({ world, clock }, user, isSo)

const peopleIn = (id: string) => usersIn(world, id)

it('is filled from history, and shown on the person with what it was made of', async () => {
  const made = await make('revenue', REVENUE)
  expect(made).toMatchObject({ type: 'number', progress: 1, version: 1 })
  expect(made.sentence.fr).toBe('total de total sur « Order Completed »')
  const traits = await traitsOnce('ada', ({ revenue }) => revenue !== undefined)
  expect(traits.revenue).toMatchObject({
    ...{ value: 140, type: 'number' },
    computed: { id: made.id, events: 3, approximate: false, complete: true },
  })
})

it('gives lists, the most frequent value, dates, days and ratios', async () => {
  await make('favourite_shop', { mostFrequent: 'shop', ...ORDERS })
  await make('ranges', { uniqueList: 'products[].category', ...ORDERS })
  await make('last_order', { timeOf: 'last', ...ORDERS })
  await make('days_since_order', { daysSince: 'last', ...ORDERS })
  await make('basket', { ratio: [REVENUE, { measure: 'count', ...ORDERS }] })
  await make('usual_hour', { usualTime: 'hour', ...ORDERS })
  const traits = await traitsOnce('ada', ({ usual_hour }) => usual_hour !== undefined)
  expect(traits.favourite_shop?.value).toBe('lyon part-dieu')
  expect(traits.ranges?.value).toEqual(['linge', 'ete'])
  expect(traits.last_order).toMatchObject({ type: 'date', value: '2026-11-19T12:00:00.000Z' })
  expect(traits.days_since_order?.value).toBe(3)
  expect(traits.basket?.value).toBe(46.666666)
  // Noon UTC is one o'clock in Paris, in winter as in summer's end.
  expect([13, 14]).toContain(traits.usual_hour?.value)
})

it('is compared by segments as any trait, from the second an event changes it', async () => {
  const { id } = await world.create('Big', { trait: 'revenue', op: 'greaterOrEqual', value: 100 })
  await world.whenLive(id)
  expect(await peopleIn(id)).toEqual(['ada'])
  await world.send([order('bob', 0, { total: 90, shop: 'Paris' })])
  await world.settled()
  expect(await peopleIn(id)).toEqual(['ada', 'bob'])
  const all = await world.call<{ data: Trait[] }>('GET', '/computed-traits')
  const revenue = all.data.find(({ key }) => key === 'revenue')
  expect(revenue?.usedBy.segments.map((segment) => segment.id)).toEqual([id])
  const preview = await world.call<{ count: number; sentence: { en: string } }>(
    'POST',
    '/segments/preview',
    { rule: { trait: 'revenue', op: 'less', value: 120 } },
  )
  expect(preview).toMatchObject({ count: 1, sentence: { en: 'Trait revenue is below 120' } })
})

it('I6: somebody enters at the instant at which so many days have passed', async () => {
  const rule = { trait: 'days_since_order', op: 'greater', value: 30 }
  const { id } = await world.create('Lapsed', rule)
  await world.whenLive(id)
  expect(await peopleIn(id)).toEqual([])
  const bought = Date.parse('2026-11-19T12:00:00Z')
  const [timer] = await world
    .program()
    .deps.postgres.query<{ due: Date }>(
      `SELECT due FROM timer JOIN identifier ON identifier.id = profile WHERE value = 'ada'`,
    )
  // Not tomorrow, and the day after: once, when the answer turns.
  expect(timer?.due.getTime()).toBe(bought + 31 * DAY)
  clock.advance(bought + 31 * DAY - clock.now() - 1)
  await world.settled()
  expect(await peopleIn(id)).toEqual([])
  clock.advance(1)
  await world.settled()
  expect(await peopleIn(id)).toEqual(['ada'])
})

it('fills the segments that name it again when its definition changes', async () => {
  const all = await world.call<{ data: Trait[] }>('GET', '/computed-traits')
  const revenue = all.data.find(({ key }) => key === 'revenue')
  const [segment] = revenue?.usedBy.segments ?? []
  if (!revenue || !segment) throw new Error('The trait of the tests before is not there.')
  const where = [{ property: 'shop', op: 'equals', value: 'Lyon Part-Dieu' }]
  const definition = { ...REVENUE, of: { did: 'Order Completed', where } }
  const path = `/computed-traits/${revenue.id}`
  const changed = await world.call<Trait>('PATCH', path, { definition, version: 1 })
  expect(changed.version).toBe(2)
  await world.whenLive(segment.id)
  expect(await peopleIn(segment.id)).toEqual(['ada'])
  const late = await world.request('PATCH', path, { description: 'Lyon only', version: 1 })
  expect(late.status).toBe(409)
  expect(await late.json()).toMatchObject({ title: 'changed meanwhile' })
  const archived = await world.request('DELETE', path)
  expect(await archived.json()).toMatchObject({
    detail: 'Segments ask for this trait: “Big”. Take it out of them first.',
  })
})

it('shows before it is saved what it would be, and from which events', async () => {
  const traits = await world.call<{ id: string }>('GET', '/profiles/user_id:ada')
  type Preview = {
    have: number
    people: { id: string; value: unknown; count: number; events: { told: object }[] }[]
  }
  const definition = { measure: 'max', property: 'total', ...ORDERS }
  const body = { definition, profile: traits.id }
  const one = await world.call<Preview>('POST', '/computed-traits/preview', body)
  expect(one).toMatchObject({ have: 2, people: [{ id: traits.id, value: 80, count: 3 }] })
  expect(one.people[0]?.events[0]?.told).toMatchObject({ total: 19.5 })
  const few = await world.call<Preview>('POST', '/computed-traits/preview', {
    definition: { uniqueList: 'shop', ...ORDERS },
  })
  expect(few.people.map(({ value }) => value)).toEqual(
    expect.arrayContaining([['paris', 'lyon part-dieu'], ['paris']]),
  )
})

it('refuses names that are taken and definitions that cannot be read', async () => {
  const refused = async (body: object) => {
    const answer = await world.request('POST', '/computed-traits', body)
    return { status: answer.status, ...((await answer.json()) as { detail: string }) }
  }
  const draft = { key: 'plan', name: 'Plan', definition: REVENUE }
  expect(await refused(draft)).toMatchObject({
    status: 409,
    detail: 'Events have told a trait plan. Take a key that none of them has.',
  })
  expect(await refused({ ...draft, key: 'revenue' })).toMatchObject({ status: 409 })
  expect(
    await refused({ ...draft, key: 'x', definition: { measure: 'sum', ...ORDERS } }),
  ).toMatchObject({
    status: 400,
    detail: "The definition can't be read at /property: only a count needs no property.",
  })
  expect(await refused({ ...draft, key: 'x', definition: { magic: true } })).toMatchObject({
    status: 400,
  })
  const where = [{ property: 'total', op: 'greater', value: 'much' }]
  const filtered = { ...REVENUE, of: { did: 'Order Completed', where } }
  expect(await refused({ ...draft, key: 'x', definition: filtered })).toMatchObject({
    status: 400,
    detail:
      "The definition can't be read at /of/where/0/value: the operator greater takes a number.",
  })
  const date = await world.request('POST', '/segments', {
    name: 'Dated',
    rule: { all: [{ trait: 'last_order', op: 'contains', value: '2026' }] },
  })
  expect(date.status).toBe(400)
  expect(await date.json()).toMatchObject({ errors: [{ path: '/all/0/op' }] })
})

it('keeps its name when events tell a trait of the same name later', async () => {
  await world.send([
    { type: 'identify', userId: 'ada', messageId: 'late', traits: { basket: 'wicker' } },
  ])
  await world.settled()
  expect((await traitsOnce('ada', () => true)).basket?.value).toBe(46.666666)
  const { data } = await world.call<{ data: Trait[] }>('GET', '/computed-traits')
  expect(data.find(({ key }) => key === 'basket')?.givenToo).toBe(true)
})

it('a ready-made trait: the mean days between the purchases of a person', async () => {
  type Template = { key: string; name: object; sentence: object; definition: object }
  const { data } = await world.call<{ data: Template[] }>('GET', '/computed-traits/templates')
  const template = data.find(({ key }) => key === 'order_interval')
  expect(template).toMatchObject({
    name: { fr: 'Intervalle entre achats', en: 'Purchase interval' },
    sentence: {
      fr: 'moyenne des jours entre deux de « Order Completed »',
      en: 'mean days from one to the next of “Order Completed”',
    },
  })
  await make('order_interval', template?.definition ?? {})
  const intervalOf = async (user: string, isSo: (value: unknown) => boolean) => {
    const traits = await traitsOnce(user, ({ order_interval }) => isSo(order_interval?.value))
    return traits.order_interval?.value
  }
  // Gaps of 20 and of 17 days.
  expect(await intervalOf('ada', (value) => value !== undefined)).toBe(18.5)
  const rule = { trait: 'order_interval', op: 'less', value: 1 }
  const { id } = await world.create('Often', rule)
  await world.whenLive(id)
  const first = clock.now() - 10 * DAY
  await world.send([order('eve', 10, {})])
  await world.settled()
  // Who bought once has none.
  expect(await intervalOf('eve', () => true)).toBeUndefined()
  expect(await peopleIn(id)).toEqual([])
  const later = [first + 1.5 * DAY, first + DAY].map((at) => {
    return { ...order('eve', 0, {}), timestamp: new Date(at).toISOString() }
  })
  // The one in the middle is told last: a day and a half in two gaps.
  await world.send(later)
  await world.settled()
  expect(await intervalOf('eve', (value) => value !== undefined)).toBe(0.75)
  expect(await peopleIn(id)).toEqual(['eve'])
  expect(await world.call('POST', '/segments/preview', { rule })).toMatchObject({ count: 1 })
})
