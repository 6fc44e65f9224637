/** Formulas through the API: traits made of traits, live, in order, and refused where they must. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import {
  makeTrait,
  openSegmentWorld,
  type SegmentWorld,
  traitsWhen,
  traitWhen,
  usersIn,
} from './segmentWorld.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const clock = manualClock(NOW)
let world: SegmentWorld

type Trait = {
  id: string
  key: string
  type: string
  state: string
  fault: string | null
  usedBy: { segments: { id: string }[]; traits: { id: string }[] }
}

let sent = 0
const order = (userId: string, total: number) => {
  sent += 1
  const properties = { total }
  return { type: 'track', event: 'Order Completed', userId, messageId: `order-${sent}`, properties }
}
const tell = (userId: string, traits: object) => {
  sent += 1
  return { type: 'identify', userId, messageId: `tell-${sent}`, traits }
}
const ORDERS = { of: { did: 'Order Completed' }, within: null }

beforeAll(async () => {
  world = await openSegmentWorld(clock)
  await world.send([
    ...[order('ada', 80), order('ada', 40), order('bob', 15)],
    ...[tell('ada', { goal: 100, birthday: '1984-02-29' }), tell('bob', { goal: 0 })],
    tell('eve', { goal: 50 }),
  ])
  await world.settled()
  await make('revenue', { measure: 'sum', property: 'total', ...ORDERS })
  await make('last_order', { timeOf: 'last', ...ORDERS })
}, 120_000)
afterAll(() => world.close(), 60_000)

const make = (key: string, definition: object) => makeTrait<Trait>(world, key, definition)

const whenLive = (id: string) => traitWhen<Trait>(world, id, ({ state }) => state === 'live')

async function traitOf(user: string, key: string, isSo: (value: unknown) => boolean) {
  const place = { world, clock }
  const traits = await traitsWhen<{ value: unknown }>(place, user, (all) => isSo(all[key]?.value))
  return traits[key]?.value
}

const peopleIn = (id: string) => usersIn(world, id)

async function refused(method: string, path: string, body?: object) {
  const answer = await world.request(method, path, body)
  return { status: answer.status, ...((await answer.json()) as { detail: string }) }
}

it('is made of given and computed traits, shown on the person and asked by segments', async () => {
  const share = await make('share', { formula: 'revenue / number(goal) * 100' })
  expect(share).toMatchObject({ type: 'number', fault: null })
  expect(await traitOf('ada', 'share', (value) => value !== undefined)).toBe(120)
  // By zero, and without an order, which sums up to 0.
  expect(await traitOf('bob', 'share', () => true)).toBeUndefined()
  expect(await traitOf('eve', 'share', () => true)).toBe(0)
  const { id } = await world.create('Reached', { trait: 'share', op: 'greaterOrEqual', value: 100 })
  await world.whenLive(id)
  expect(await peopleIn(id)).toEqual(['ada'])
  await world.send([order('eve', 60)])
  await world.settled()
  expect(await peopleIn(id)).toEqual(['ada', 'eve'])
  clock.advance(1_000)
  await world.send([tell('eve', { goal: 1_000 })])
  await world.settled()
  expect(await peopleIn(id)).toEqual(['ada'])
  const { usedBy } = await world.call<Trait>('GET', `/computed-traits/${share.id}`)
  expect(usedBy.segments.map((one) => one.id)).toEqual([id])
})

it('follows the trait that it refers to, also by way of another formula', async () => {
  const double = await make('double_share', { formula: 'share * 2' })
  const { id } = await world.create('Doubled', { trait: 'double_share', op: 'less', value: 1 })
  await world.whenLive(id)
  expect(await peopleIn(id)).toEqual([])
  const { data } = await world.call<{ data: Trait[] }>('GET', '/computed-traits')
  const revenue = data.find(({ key }) => key === 'revenue')
  const share = data.find(({ key }) => key === 'share')
  expect(share?.usedBy.traits.map((one) => one.id)).toEqual([double.id])
  const count = { measure: 'count', ...ORDERS }
  await world.call('PATCH', `/computed-traits/${revenue?.id}`, { definition: count })
  await whenLive(double.id)
  await world.whenLive(id)
  // One order of a goal of a thousand.
  expect(await peopleIn(id)).toEqual(['eve'])
  const preview = { rule: { trait: 'double_share', op: 'less', value: 1 } }
  expect(await world.call('POST', '/segments/preview', preview)).toMatchObject({ count: 1 })
})

it('is refused in a circle, with the way, and breaks nothing that refers to it', async () => {
  const { data } = await world.call<{ data: Trait[] }>('GET', '/computed-traits')
  const idOf = (key: string) => data.find((one) => one.key === key)?.id
  const circle = { definition: { formula: 'double_share + 1' } }
  expect(await refused('PATCH', `/computed-traits/${idOf('share')}`, circle)).toMatchObject({
    status: 400,
    detail:
      "The formula can't be read: formulas refer to each other in a circle: " +
      'share → double_share → share.',
    errors: [{ path: '/formula', start: 0, end: 12 }],
  })
  const date = { definition: { timeOf: 'first', ...ORDERS } }
  expect(await refused('PATCH', `/computed-traits/${idOf('revenue')}`, date)).toMatchObject({
    status: 409,
    detail: 'It would break the formula “Trait share”: this must be a number, and is a date.',
  })
  expect(await refused('DELETE', `/computed-traits/${idOf('share')}`)).toMatchObject({
    status: 409,
    detail: 'Formulas name this trait: double_share. Take it out of them first.',
  })
})

it('says where a text cannot be read, and that a trait was never told', async () => {
  const body = { key: 'x', name: 'X', definition: { formula: 'revenue + nothing' } }
  expect(await refused('POST', '/computed-traits', body)).toMatchObject({
    status: 400,
    errors: [{ path: '/formula', start: 10, end: 17, messages: { fr: expect.any(String) } }],
  })
  const long = { definition: { formula: `1${' + 1'.repeat(300)}` } }
  expect((await refused('POST', '/computed-traits/preview', long)).status).toBe(400)
})

it('is previewed on a person, with what it is made of', async () => {
  const ada = await world.call<{ id: string }>('GET', '/profiles/user_id:ada')
  const body = {
    definition: { formula: 'year(date(birthday)) + size(text(goal) + "!")' },
    profile: ada.id,
  }
  expect(await world.call('POST', '/computed-traits/preview', body)).toMatchObject({
    type: 'number',
    have: 0,
    people: [
      {
        id: ada.id,
        value: null,
        inputs: [
          { trait: 'birthday', value: '1984-02-29' },
          { trait: 'goal', value: 100 },
        ],
      },
    ],
  })
  const definition = { formula: 'daysBetween(date(birthday), last_order)' }
  const days = await world.call<{ people: { value: unknown }[] }>(
    'POST',
    '/computed-traits/preview',
    { definition, profile: ada.id },
  )
  expect(days.people[0]?.value).toBe(15_607)
})

it('has its usual values suggested, of a formula and of what events make', async () => {
  await make('kind', { formula: 'number(goal) > 60 ? "Big" : "Small"' })
  const valuesOf = (path: string) => world.call<object[]>('GET', `/traits/${path}`)
  expect(await valuesOf('kind/values')).toEqual([
    { value: 'big', count: 2 },
    { value: 'small', count: 1 },
  ])
  expect(await valuesOf('kind/values?q=Sm')).toEqual([{ value: 'small', count: 1 }])
  expect(await valuesOf('revenue/values')).toEqual([
    { value: '1', count: 2 },
    { value: '2', count: 1 },
  ])
})
