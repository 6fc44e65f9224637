/** Segments that ask whose data something is: the company's own, a partner's, or bought. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentState, type SegmentWorld } from './segmentWorld.ts'

const clock = manualClock(Date.parse('2026-11-24T11:00:00Z'))
let world: SegmentWorld
let bought: { id: string; writeKey: string; party: string }

const ORDERS = { did: 'Order Completed', times: { op: 'atLeast', count: 1 }, within: null }
const LYON = { trait: 'city', op: 'equals', value: 'Lyon' }

beforeAll(async () => {
  world = await openSegmentWorld(clock)
  const wish = { name: 'Panel', kind: 'other', party: 'third' }
  bought = await world.call('POST', '/sources', wish)
  await identify('ana', { city: 'Lyon' })
  await identify('bo', { city: 'Lyon' }, bought.writeKey)
  await identify('cy', { city: 'Lyon' }, bought.writeKey)
  await identify('cy', { city: 'Lyon' })
  await order('ana')
  await order('bo', bought.writeKey)
  await world.settled()
}, 60_000)
afterAll(() => world.close())

let sent = 0
async function tell(message: object, writeKey?: string) {
  sent += 1
  clock.advance(1_000)
  await world.send([{ ...message, messageId: `m${sent}` }], writeKey)
}
const identify = (userId: string, traits: object, writeKey?: string) =>
  tell({ type: 'identify', userId, traits }, writeKey)
const order = (userId: string, writeKey?: string) =>
  tell({ type: 'track', userId, event: 'Order Completed' }, writeKey)

async function namesOf(ids: readonly string[]) {
  const rows = await world
    .program()
    .deps.postgres.query<{ id: string; value: string }>(
      `SELECT id, value FROM identifier WHERE namespace = 'user_id'`,
    )
  const names = new Map(rows.map(({ id, value }) => [id, value]))
  return ids.map((id) => names.get(id)).sort()
}

/** Who is in it: as the flow, ClickHouse of now and ClickHouse of the past say alike. */
async function membersOf({ id }: { id: string }, rule: object) {
  await world.whenLive(id)
  await world.settled()
  const members = await namesOf(await world.members(id))
  const counted = await world.call<{ count: number }>('POST', '/segments/preview', { rule })
  const path = `/segments/${id}/members?asOf=${new Date(clock.now()).toISOString()}`
  const past = await world.call<{ data: { id: string }[] }>('GET', path)
  expect(await namesOf(past.data.map((one) => one.id))).toEqual(members)
  expect(counted.count).toBe(members.length)
  return members
}

const change = (party: string) => world.call('PATCH', `/sources/${bought.id}`, { party })

it('what a source brings counts for its party, and elsewhere once it is of another', async () => {
  const ownOrders = { ...ORDERS, party: ['first'] }
  const own = await world.create('Own orders', ownOrders)
  const boughtCity = { ...LYON, party: ['third'] }
  const city = await world.create('Bought city', boughtCity)
  const notOwn = { trait: 'city', op: 'notExists', party: ['first', 'second'] }
  const unknown = await world.create('No city of our own', notOwn)
  const within = await world.create('Of those', { segment: own.id })
  expect(await membersOf(own, ownOrders)).toEqual(['ana'])
  expect(await membersOf(city, boughtCity)).toEqual(['bo'])
  expect(await membersOf(unknown, notOwn)).toEqual(['bo'])
  const effects = (await world.effects()).length
  await change('first')
  expect(await membersOf(own, ownOrders)).toEqual(['ana', 'bo'])
  expect(await membersOf(within, { segment: own.id })).toEqual(['ana', 'bo'])
  expect(await membersOf(city, boughtCity)).toEqual([])
  expect(await membersOf(unknown, notOwn)).toEqual([])
  await change('second')
  expect(await membersOf(own, ownOrders)).toEqual(['ana'])
  // Streams that were read before hold what came meanwhile.
  await change('third')
  expect(await membersOf(city, boughtCity)).toEqual(['bo'])
  expect(await membersOf(own, ownOrders)).toEqual(['ana'])
  expect((await world.effects()).length).toBe(effects)
  expect(own.sentence.en).toContain('“Order Completed” (first-party data)')
}, 60_000)

it('the value that counts is the one told last, whoever told the same before', async () => {
  const rule = { ...LYON, party: ['third'] }
  const segment = await world.create('Told by the panel', rule)
  await membersOf(segment, rule)
  await identify('dee', { city: 'Lyon' })
  expect(await membersOf(segment, rule)).not.toContain('dee')
  await identify('dee', { city: 'Lyon' }, bought.writeKey)
  expect(await membersOf(segment, rule)).toContain('dee')
  await identify('dee', { city: 'Lyon' })
  expect(await membersOf(segment, rule)).not.toContain('dee')
  const changes = (await world.effects()).filter((one) => one.segment === segment.id)
  expect(changes.slice(-2).map((one) => one.change)).toEqual(['entered', 'left'])
}, 60_000)

it('everything that came from a party is asked of events of any name', async () => {
  const of = { did: null, party: ['third'] }
  const rule = { measure: 'count', of, within: { days: 30 }, op: 'greaterOrEqual', value: 1 }
  const segment = await world.create('Known by bought data', rule)
  const members = await membersOf(segment, rule)
  expect(members).toEqual(['bo', 'cy', 'dee'])
  await identify('eve', {}, bought.writeKey)
  expect(await membersOf(segment, rule)).toEqual([...members, 'eve'])
}, 60_000)

it('what other sources tell while a segment is live counts for nothing in it', async () => {
  const rule = { did: 'Shop Visited', times: { op: 'atLeast', count: 1 }, within: null }
  const own = { ...rule, party: ['first'] }
  const third = { ...rule, party: ['third'] }
  const segments = [await world.create('Our shops', own), await world.create('Panel', third)]
  for (const { id } of segments) await world.whenLive(id)
  await tell({ type: 'track', userId: 'fay', event: 'Shop Visited' })
  await tell({ type: 'track', userId: 'gil', event: 'Shop Visited' }, bought.writeKey)
  expect(await membersOf(segments[0] ?? { id: '' }, own)).toEqual(['fay'])
  expect(await membersOf(segments[1] ?? { id: '' }, third)).toEqual(['gil'])
}, 60_000)

it('says what is wrong with a party, and where', async () => {
  const refused = async (method: string, path: string, body: object) => {
    const answer = await world.request(method, path, body)
    return [answer.status, await answer.text()]
  }
  const preview = (rule: object) => refused('POST', '/segments/preview', { rule })
  const at = (path: string) => [400, expect.stringContaining(`"path":"${path}"`)]
  expect(await preview({ all: [{ ...LYON, party: ['own'] }] })).toEqual(at('/all/0/party/0'))
  const traits = '/computed-traits'
  const definition = { measure: 'count', of: { did: null }, within: null }
  const made = { key: 'visits', name: 'Visits', definition }
  const ofBought = { ...definition, of: { did: null, party: ['third'] } }
  expect(await refused('POST', traits, { ...made, definition: ofBought })).toEqual(at('/of/party'))
  await world.call('POST', traits, made)
  const computed = { trait: 'visits', op: 'greater', value: 1, party: ['first'] }
  expect(await preview(computed)).toEqual(at('/party'))
  expect(await refused('PATCH', `/sources/${bought.id}`, { party: 'own' })).toEqual([
    400,
    expect.stringContaining('party'),
  ])
})

it('a segment of before is as it was where all sources are of the first party', async () => {
  await change('first')
  const rule = { ...ORDERS, party: ['first'] }
  const streams = async () => {
    const sql = 'SELECT count(*)::int AS n FROM stream'
    const [row] = await world.program().deps.postgres.query<{ n: number }>(sql)
    return row?.n
  }
  await world.create('All orders', ORDERS)
  const before = await streams()
  const segment: SegmentState = await world.create('Own orders again', rule)
  expect(await streams()).toBe(before)
  expect(await membersOf(segment, rule)).toEqual(['ana', 'bo'])
}, 60_000)
