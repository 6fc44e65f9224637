/** Objects of people through the real intake: contracts that end, tickets that stay open. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { tellOldObjects } from '../src/sink/index.ts'
import { openSegmentWorld, type SegmentState, type SegmentWorld } from './segmentWorld.ts'

const HOUR = 60 * 60_000
const DAY = 24 * HOUR
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

const person = (name: string) => `${name}-${round}`
/** Types of their own, so that no test sees the objects of another one. */
const type = (name: string) => `${name} ${round}`
let messages = 0

/** An event of somebody, so long ago, that names one object or several. */
function said(who: string, ago: number, object: unknown): object {
  messages += 1
  return {
    type: 'track',
    event: 'Said',
    userId: person(who),
    messageId: `objects-${messages}`,
    timestamp: new Date(clock.now() - ago).toISOString(),
    properties: { object },
  }
}

const isoIn = (ms: number) => new Date(clock.now() + ms).toISOString()

type Asked = SegmentState & { rule: object }

async function live(rule: object): Promise<Asked> {
  const made = await world.create(`Segment ${messages} ${round}`, rule)
  return { ...(await world.whenLive(made.id)), rule }
}

/** The user ids of this test who are in a segment now, by the document and by ClickHouse. */
async function membersOf(segment: Asked): Promise<string[]> {
  await world.settled()
  const { data } = await world.call<{ data: { identifiers: string[] }[] }>(
    'GET',
    `/segments/${segment.id}/members`,
  )
  const { count } = await world.call<{ count: number }>('POST', '/segments/preview', {
    rule: segment.rule,
  })
  expect(count, 'ClickHouse counts as many').toBe(data.length)
  const ids = data.flatMap(({ identifiers }) =>
    identifiers.filter((one) => one.startsWith('user_id:')).map((one) => one.slice(8)),
  )
  return ids.map((id) => id.replace(/-\d+$/, '')).sort()
}

/** What a key is answered that may not see personal data. */
async function readMasked(path: string): Promise<string> {
  const scopes = ['profiles:read', 'segments:read']
  const { key } = await world.call<{ key: string }>('POST', '/api-keys', { name: 'Masked', scopes })
  const headers = { authorization: `Bearer ${key}` }
  const answer = await fetch(`${world.program().url}/api/v1${path}`, { headers })
  expect(answer.status).toBe(200)
  return answer.text()
}

const ending = () => ({
  object: type('contract'),
  where: [{ property: 'ends_at', op: 'withinNext', value: { days: 30 } }],
  times: { op: 'atLeast', count: 1 },
})

it('a contract that ends within 30 days: enters and leaves by time alone', async () => {
  const segment = await live(ending())
  await world.send([
    said('claire', 0, { type: type('contract'), id: 'C-1', ends_at: isoIn(40 * DAY) }),
    said('marc', 0, { type: type('contract'), id: 'C-2', ends_at: isoIn(400 * DAY) }),
  ])
  expect(await membersOf(segment)).toEqual([])
  clock.advance(10 * DAY - 1)
  expect(await membersOf(segment)).toEqual([])
  clock.advance(1)
  expect(await membersOf(segment)).toEqual(['claire'])
  clock.advance(30 * DAY)
  expect(await membersOf(segment)).toEqual([])
  const changes = (await world.effects()).filter((one) => one.segment === segment.id)
  expect(changes.map(({ change, cause }) => [change, cause])).toEqual([
    ['entered', 'timer'],
    ['left', 'timer'],
  ])
})

it('a ticket that is open for more than 48 hours, until it is closed', async () => {
  const segment = await live({
    object: type('ticket'),
    where: [
      { property: 'state', op: 'equals', value: 'open' },
      { property: 'opened_at', op: 'olderThan', value: { hours: 48 } },
    ],
    times: { op: 'atLeast', count: 1 },
  })
  const ticket = { type: type('ticket'), id: 71 }
  await world.send([said('claire', 0, { ...ticket, state: 'Open', opened_at: isoIn(0) })])
  expect(await membersOf(segment)).toEqual([])
  clock.advance(48 * HOUR)
  expect(await membersOf(segment)).toEqual(['claire'])
  clock.advance(HOUR)
  await world.send([said('claire', 0, { ...ticket, id: '71', state: 'closed' })])
  expect(await membersOf(segment)).toEqual([])
})

it('what comes late, twice or out of order ends in the same state', async () => {
  const segment = await live({
    object: type('ticket'),
    where: [{ property: 'state', op: 'equals', value: 'open' }],
    times: { op: 'atLeast', count: 1 },
  })
  const ticket = { type: type('ticket'), id: 'T' }
  const closed = said('claire', HOUR, { ...ticket, state: 'closed', priority: null })
  const opened = said('claire', 3 * HOUR, { ...ticket, state: 'open', priority: 'high' })
  const reopened = said('claire', 2 * HOUR, { ...ticket, state: 'open' })
  await world.send([closed])
  await world.send([opened, reopened, opened])
  expect(await membersOf(segment)).toEqual([])
  await world.send([said('claire', 0, { ...ticket, state: 'open' })])
  expect(await membersOf(segment)).toEqual(['claire'])
})

it('has none, how many, and sums of amounts; a removed object counts no more', async () => {
  const card = type('card')
  const none = await live({
    all: [
      { object: card, times: { op: 'exactly', count: 0 } },
      { identifier: 'user_id' },
      { object: type('seen'), times: { op: 'atLeast', count: 1 } },
    ],
  })
  const rich = await live({
    object: card,
    where: [{ property: 'blocked', op: 'notExists' }],
    measure: 'sum',
    property: 'points',
    op: 'greaterOrEqual',
    value: 500,
  })
  const seen = { type: type('seen'), id: 1 }
  await world.send([
    said('claire', HOUR, [
      seen,
      { type: card, id: 'A', points: 300 },
      { type: card, id: 'B', points: 200.5 },
      { type: card, id: 'C', points: 900, blocked: true },
    ]),
    said('marc', HOUR, seen),
  ])
  expect(await membersOf(none)).toEqual(['marc'])
  expect(await membersOf(rich)).toEqual(['claire'])
  await world.send([
    said('claire', 0, [
      { type: card, id: 'B', removed: true },
      { type: card, id: 'C', blocked: null },
    ]),
  ])
  expect(await membersOf(rich)).toEqual(['claire'])
  clock.advance(1_000)
  const all = ['A', 'C'].map((id) => ({ type: card, id, removed: true }))
  await world.send([said('claire', 0, all)])
  expect(await membersOf(rich)).toEqual([])
  expect(await membersOf(none)).toEqual(['claire', 'marc'])
})

it('people who turn out to be one have the objects of both, and part with their own', async () => {
  const card = type('card')
  const two = await live({ object: card, times: { op: 'atLeast', count: 2 } })
  const red = await live({
    object: card,
    where: [{ property: 'color', op: 'equals', value: 'red' }],
    times: { op: 'atLeast', count: 1 },
  })
  // The shared card is one: red by the later word, with the points of the earlier one.
  const points = await live({
    all: [
      { object: card, measure: 'sum', property: 'points', op: 'equals', value: 5 },
      { object: card, times: { op: 'exactly', count: 2 } },
    ],
  })
  const email = `marc-${round}@example.fr`
  const cards = [
    { type: card, id: 'shared', color: 'red' },
    { type: card, id: 'own' },
  ]
  const byEmail = { userId: undefined, context: { traits: { email } } }
  await world.send([
    said('claire', 2 * HOUR, { type: card, id: 'shared', color: 'blue', points: 5 }),
    { ...said('marc', HOUR, cards), ...byEmail },
  ])
  await world.settled()
  const sizes = async () => {
    const members = await Promise.all([two, red, points].map(membersOf))
    return members.map((one) => one.join())
  }
  // Marc has no user id, so only Claire is named.
  expect(await sizes()).toEqual(['', '', ''])
  const decide = (decision: string) =>
    world.call('POST', `/profiles/user_id:${person('claire')}/link`, {
      identifier: `email:${email}`,
      decision,
    })
  await decide('link')
  expect(await sizes()).toEqual(['claire', 'claire', 'claire'])
  clock.advance(1_000)
  await decide('retract')
  expect(await sizes()).toEqual(['', '', ''])
  expect(await world.members(two.id)).toHaveLength(1)
})

it('says why, with the source and the time of what was found', async () => {
  const segment = await live(ending())
  const contract = { type: type('contract'), id: 'C-1', ends_at: isoIn(3 * DAY) }
  await world.send([said('claire', HOUR, contract)])
  await world.settled()
  const at = isoIn(-HOUR)
  const why = await world.call<{ parts: unknown[] }>(
    'GET',
    `/profiles/user_id:${person('claire')}/segments/${segment.id}/why`,
  )
  expect(why.parts).toMatchObject([
    {
      holds: true,
      sentence: { en: expect.stringContaining('has at least 1') },
      found: { value: 1, at, source: { name: expect.any(String) } },
    },
  ])
})

it('why tells which objects count and which do not, five of them, and what they say', async () => {
  const contract = type('contract')
  const segment = await live({
    object: contract,
    where: [{ property: 'seller.email', op: 'endsWith', value: '@acme.fr' }],
    measure: 'sum',
    property: 'amount',
    op: 'greater',
    value: 100,
  })
  const signed = (id: string, ago: number, host: string) =>
    said('claire', ago, {
      ...{ type: contract, id, amount: 40, color: 'red' },
      seller: { email: `marc@${host}` },
    })
  await world.send([
    ...['A', 'B'].map((id, n) => signed(id, 9 * HOUR + n, 'acme.fr')),
    ...['C', 'D', 'E', 'F', 'G'].map((id, n) => signed(id, HOUR + n, 'other.fr')),
  ])
  await world.settled()
  const path = `/profiles/user_id:${person('claire')}/segments/${segment.id}/why`
  const { parts } = await world.call<{ parts: object[] }>('GET', path)
  const shown = (id: string, host: string) => ({
    ...{ id, counts: host === 'acme.fr' },
    said: [
      { path: 'seller.email', value: `marc@${host}` },
      { path: 'amount', value: 40 },
    ],
  })
  const counting = ['A', 'B'].map((id) => shown(id, 'acme.fr'))
  const others = ['C', 'D', 'E'].map((id) => shown(id, 'other.fr'))
  expect(parts).toMatchObject([
    {
      holds: false,
      found: {
        value: 80,
        at: isoIn(-9 * HOUR),
        objects: { shown: [...counting, ...others], more: 2 },
        approximate: false,
      },
    },
  ])
  const masked = await readMasked(path)
  expect(masked).toContain('m••••@acme.fr')
  expect(masked).not.toContain('marc@')
})

it('a profile tells its objects, and their types are known to who builds rules', async () => {
  const ticket = type('ticket')
  await world.send([
    said('claire', 2 * HOUR, { type: ticket, id: 'T', state: 'open', lines: [{ sku: 'A-1' }] }),
    said('claire', HOUR, { type: ticket, id: 'T', state: 'Closed', 'rating.stars': 4 }),
    said('claire', HOUR, { type: ticket, id: 'gone', removed: true }),
  ])
  await world.settled()
  const { objects } = await world.call<{ objects: { type: string }[] }>(
    'GET',
    `/profiles/user_id:${person('claire')}`,
  )
  const web = expect.objectContaining({ name: expect.any(String) })
  expect(objects).toEqual([
    {
      type: ticket,
      capped: false,
      objects: [
        {
          id: 'T',
          firstNamed: isoIn(-2 * HOUR),
          lastNamed: isoIn(-HOUR),
          source: web,
          attributes: [
            {
              ...{ key: 'lines', value: [{ sku: 'A-1' }], type: 'list' },
              ...{ source: web, time: isoIn(-2 * HOUR) },
            },
            expect.objectContaining({ key: 'rating.stars', value: 4, type: 'number' }),
            expect.objectContaining({ key: 'state', value: 'Closed', time: isoIn(-HOUR) }),
          ],
        },
      ],
    },
  ])
  await world.call('PUT', '/labels', { kind: 'object', name: ticket, fr: 'Ticket', en: 'Case' })
  const types = await world.call<{ type: string }[]>('GET', '/objects/types')
  expect(types.find((one) => one.type === ticket)).toEqual({
    type: ticket,
    displayName: { fr: 'Ticket', en: 'Case' },
    objects: 2,
    attributes: expect.arrayContaining([
      { path: 'state', types: ['text'], displayName: null, sampleValues: ['Closed', 'open'] },
      { path: 'lines[].sku', types: ['list'], displayName: null, sampleValues: ['A-1'] },
    ]),
  })
})

it('asked about the past it has what was known of the objects then', async () => {
  const segment = await live(ending())
  const contract = { type: type('contract'), id: 'C-1' }
  await world.send([
    said('claire', 20 * DAY, { ...contract, ends_at: isoIn(5 * DAY) }),
    said('claire', 2 * DAY, { ...contract, ends_at: isoIn(400 * DAY) }),
  ])
  await world.settled()
  const asOf = (ago: number) =>
    world.call<{ data: unknown[] }>('GET', `/segments/${segment.id}/members?asOf=${isoIn(-ago)}`)
  expect((await asOf(3 * DAY)).data).toHaveLength(1)
  expect((await asOf(DAY)).data).toHaveLength(0)
  expect((await asOf(21 * DAY)).data).toHaveLength(0)
})

it('objects of events from before they were read come to ClickHouse with a rebuild', async () => {
  const { clickhouse } = world.program().deps
  const contract = { type: type('contract'), id: 'C-1', amount: 480, ends_at: isoIn(DAY) }
  const segment = await live({ ...ending(), where: [] })
  await world.send([
    said('claire', 3 * HOUR, [contract, { type: type('card'), id: 7, lines: [{ sku: 'A-1' }] }]),
    said('marc', 2 * HOUR, { ...contract, removed: true }),
    said('anne', HOUR, contract),
    said('nobody', HOUR, 'a contract'),
    { ...said('robot', HOUR, contract), context: { userAgent: 'Googlebot/2.1' } },
  ])
  expect(await membersOf(segment)).toEqual(['anne', 'claire'])
  const rows = () =>
    clickhouse.query('SELECT * FROM object_said ORDER BY lane, shard, position, type, id')
  const all = await rows()
  const old = `time < {at:DateTime64(3)} AND endsWith(type, {round:String})`
  const at = new Date(clock.now() - 90 * 60_000).toISOString().slice(0, -1)
  await clickhouse.command(`DELETE FROM object_said WHERE ${old}`, { at, round: ` ${round}` })
  expect(await rows()).toHaveLength(all.length - 3)
  expect(await tellOldObjects(clickhouse)).toBe(3)
  expect(await rows()).toEqual(all)
  expect(await membersOf(segment)).toEqual(['anne', 'claire'])
  expect(await tellOldObjects(clickhouse)).toBe(0)
})

it('a rule that cannot be read is answered with the place of its fault', async () => {
  const refused = async (rule: object) => {
    const answer = await world.request('POST', '/segments', { name: 'x', rule })
    const { detail } = (await answer.json()) as { detail: string }
    return [answer.status, detail]
  }
  const where = [{ property: 'ends_at', op: 'withinNext', value: 'soon' }]
  const times = { op: 'atLeast', count: 1 }
  expect(await refused({ object: 'contract', where, times })).toEqual([
    400,
    expect.stringContaining('/where/0/value'),
  ])
  expect(await refused({ object: 'contract' })).toEqual([400, expect.stringContaining('times')])
  const measured = { object: 'contract', measure: 'first', property: 'a', op: 'exists' }
  expect(await refused(measured)).toEqual([400, expect.stringContaining('/measure')])
})
