/** Staff and test profiles, whom segments leave out unless they say otherwise. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentState, type SegmentWorld } from './segmentWorld.ts'

const clock = manualClock(Date.parse('2026-11-24T11:00:00Z'))
let world: SegmentWorld

const CITY = { trait: 'city', op: 'equals', value: 'Lyon' }
const NOBODY = { domains: [], emails: [], trait: null, list: null }
const EMAILS = { ana: 'ana@client.example', bo: 'bo@acme.fr', cy: 'cy+test@client.example' }

beforeAll(async () => {
  world = await openSegmentWorld(clock)
  const people: [string, object][] = Object.entries(EMAILS).map(([who, email]) => [who, { email }])
  people.push(['di', { internal: true }], ['ed', {}])
  await world.send(
    people.map(([userId, traits]) => {
      return { type: 'identify', userId, traits: { city: 'Lyon', ...traits }, messageId: userId }
    }),
  )
  await world.settled()
}, 60_000)
afterAll(() => world.close())

const put = (staff: object) => world.call<{ count: number }>('PUT', '/segments/staff', staff)
const namesOf = async (ids: readonly string[]) => {
  const rows = await world.program().deps.postgres.query<{ id: string; value: string }>(
    `SELECT coalesce(a.profile, i.id) AS id, i.value FROM identifier i
     LEFT JOIN profile_alias a ON a.identifier = i.id WHERE i.namespace = 'user_id'`,
  )
  const names = new Map(rows.map(({ id, value }) => [id, value]))
  return ids.map((id) => names.get(id)).sort()
}
const membersOf = async ({ id }: { id: string }) => {
  await world.whenLive(id)
  await world.settled()
  return namesOf(await world.members(id))
}
const preview = (body: object) =>
  world.call<{ count: number; base: number; leftOut: number }>('POST', '/segments/preview', body)
const asOf = async ({ id }: SegmentState) => {
  const path = `/segments/${id}/members?asOf=${new Date(clock.now()).toISOString()}`
  const { data } = await world.call<{ data: { id: string }[] }>('GET', path)
  return namesOf(data.map((one) => one.id))
}
const why = (id: string) =>
  world.call<{ parts: { holds: boolean; sentence: { en: string } }[] }>(
    'GET',
    `/profiles/user_id:bo/segments/${id}/why`,
  )

it('who is staff leaves each segment the moment the setting names a sign, and comes back', async () => {
  const segment = await world.create('Lyon', CITY)
  expect(await membersOf(segment)).toEqual(['ana', 'bo', 'cy', 'di', 'ed'])
  const list = await world.call<{ id: string }>('POST', '/lists', { name: 'Testers' })
  await world.call('POST', `/lists/${list.id}/members`, { add: ['user_id:ed'], remove: [] })
  await world.settled()
  const staff = { domains: ['@ACME.fr'], emails: ['+test@'], trait: 'internal', list: list.id }
  const effects = (await world.effects()).length
  expect(await put(staff)).toMatchObject({ domains: ['acme.fr'], count: 4 })
  expect(await membersOf(segment)).toEqual(['ana'])
  expect(await asOf(segment)).toEqual(['ana'])
  expect(await preview({ rule: CITY })).toMatchObject({ count: 1, base: 1, leftOut: 4 })
  expect(await preview({ rule: CITY, includesStaff: true })).toMatchObject({ count: 5, base: 5 })
  const parts = (await why(segment.id)).parts
  expect(parts.find(({ sentence }) => sentence.en === 'is a staff or test profile')).toMatchObject({
    holds: true,
    found: { value: true },
  })
  expect((await world.request('DELETE', `/lists/${list.id}`)).status).toBe(409)
  await put(NOBODY)
  expect(await membersOf(segment)).toEqual(['ana', 'bo', 'cy', 'di', 'ed'])
  expect((await world.effects()).length).toBe(effects)
}, 60_000)

it('a segment may take them in, one that refers to it too, and new signs are seen live', async () => {
  await put({ ...NOBODY, domains: ['acme.fr'] })
  const all = await world.call<SegmentState>('POST', '/segments', {
    ...{ name: 'With staff', rule: CITY, includesStaff: true },
  })
  const without = await world.create('Of it', { segment: all.id })
  const onlyStaff = await world.call<SegmentState>('POST', '/segments', {
    ...{ name: 'Staff', rule: { staff: true }, includesStaff: true },
  })
  expect(await membersOf(all)).toEqual(['ana', 'bo', 'cy', 'di', 'ed'])
  expect(await membersOf(without)).toEqual(['ana', 'cy', 'di', 'ed'])
  expect(await membersOf(onlyStaff)).toEqual(['bo'])
  clock.advance(1_000)
  await world.send([
    { type: 'identify', userId: 'ed', messageId: 'ed2', traits: { email: 'ed@acme.fr' } },
  ])
  expect(await membersOf(without)).toEqual(['ana', 'cy', 'di'])
  expect(await membersOf(onlyStaff)).toEqual(['bo', 'ed'])
  await world.call('PATCH', `/segments/${all.id}`, { includesStaff: false })
  expect(await membersOf(all)).toEqual(['ana', 'cy', 'di'])
  expect(await membersOf(without)).toEqual(['ana', 'cy', 'di'])
  const other = { rule: CITY, includesStaff: true }
  const diff = await world.call('POST', `/segments/${all.id}/diff`, other)
  expect(diff).toMatchObject({ enters: 2, leaves: 0, stays: 3 })
}, 60_000)

it('I6: everybody is in exactly one class of a segmentation, who is left out in none', async () => {
  await put({ ...NOBODY, emails: ['+TEST@'] })
  const rule = { identifier: 'email' }
  const classes = [{ name: 'With an address', rule }]
  const body = { name: 'Address', classes, otherwise: { name: 'Without' } }
  type Made = { id: string; classes: { id: string }[] }
  const made = await world.call<Made>('POST', '/segmentations', body)
  const inClasses = async () => Promise.all(made.classes.map(membersOf))
  expect(await inClasses()).toEqual([['ana', 'bo', 'ed'], ['di']])
  const counted = await world.call('POST', '/segmentations/preview', { classes })
  expect(counted).toMatchObject({ base: 4, leftOut: 1, classes: [{ count: 3 }, { count: 1 }] })
  await world.call('PATCH', `/segmentations/${made.id}`, { includesStaff: true })
  expect(await inClasses()).toEqual([['ana', 'bo', 'cy', 'ed'], ['di']])
}, 60_000)

it('the fifths of an RFM and its grid are made of customers, and follow the setting', async () => {
  await put(NOBODY)
  const totals = { ana: 10, bo: 1_000, cy: 20, di: 30, ed: 40 }
  await world.send(
    Object.entries(totals).map(([userId, total]) => {
      const event = { type: 'track', event: 'Order Completed', properties: { total } }
      return { ...event, userId, messageId: `order-${userId}` }
    }),
  )
  await world.settled()
  const definition = { rfm: { did: 'Order Completed' }, monetary: 'total', within: null }
  const body = { key: 'rfm', name: 'RFM', definition }
  const { id } = await world.call<{ id: string }>('POST', '/computed-traits', body)
  type Rfm = { recomputed: { m: number[] } | null; recomputedAt: string | null }
  const fifths = async () => {
    const { recomputed, recomputedAt } = await world.call<Rfm>('GET', `/computed-traits/${id}`)
    return recomputedAt === null ? null : recomputed?.m
  }
  await expect.poll(fifths, { timeout: 10_000 }).toEqual([20, 30, 40, 1_000])
  await put({ ...NOBODY, domains: ['acme.fr'] })
  // Bo and Ed are staff: of three people the fifths are at the first, second, second and third.
  await expect.poll(fifths, { timeout: 10_000 }).toEqual([10, 20, 20, 30])
  const grid = await world.call<{ cells: { people: number; sum: number }[] }>(
    'GET',
    `/computed-traits/${id}/grid?since=2026-01-01`,
  )
  const sumOf = (key: 'people' | 'sum') => grid.cells.reduce((sum, cell) => sum + cell[key], 0)
  expect([sumOf('people'), sumOf('sum')]).toEqual([3, 60])
  const preview = { definition }
  expect(await world.call('POST', '/computed-traits/preview', preview)).toMatchObject({ have: 5 })
}, 60_000)

it('the base of a portrait is made of those whom the segment can have', async () => {
  await put({ ...NOBODY, domains: ['acme.fr'] })
  const rule = { trait: 'city', op: 'exists' }
  const made = [false, true].map((includesStaff) =>
    world.call<SegmentState>('POST', '/segments', { name: 'Portrait', rule, includesStaff }),
  )
  const portraits = (await Promise.all(made)).map(async ({ id }) => {
    await world.whenLive(id)
    await world.settled()
    return world.call('GET', `/segments/${id}/portrait`)
  })
  expect(await Promise.all(portraits)).toMatchObject([
    { size: 3, base: 3, active: 3, baseActive: 3 },
    { size: 5, base: 5, active: 5, baseActive: 5 },
  ])
}, 60_000)

it('a sign that is none is answered with a sentence', async () => {
  const refused = async (staff: object) => {
    const answer = await world.request('PUT', '/segments/staff', { ...NOBODY, ...staff })
    const { type } = (await answer.json()) as { type: string }
    return [answer.status, type.split(':').at(-1)]
  }
  expect(await refused({ domains: ['acme'] })).toEqual([400, 'invalid_domain'])
  expect(await refused({ emails: ['a '] })).toEqual([400, 'invalid_email_part'])
  expect(await refused({ trait: 'a\0b' })).toEqual([400, 'invalid_text'])
  const list = '00000000-0000-4000-8000-000000000000'
  expect(await refused({ list })).toEqual([400, 'unknown_list'])
})
