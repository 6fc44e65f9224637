/** What the segment API refuses, and what a preview says. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentWorld } from './segmentWorld.ts'

const DAY = 24 * 60 * 60_000
const NOW = Date.parse('2026-11-22T12:00:00Z')
const clock = manualClock(NOW)
let world: SegmentWorld

beforeAll(async () => {
  world = await openSegmentWorld(clock)
  await world.send([
    ...person('a', { city: 'Lyon', score: 10 }, 3),
    ...person('b', { city: 'Lyon', score: 20 }, 1),
    ...person('c', { city: 'Paris', score: 30 }, 2),
    ...person('d', { city: 'Paris' }, 0),
  ])
  await world.settled()
}, 60_000)
afterAll(() => world.close())

function person(userId: string, traits: object, orders: number): object[] {
  const timestamp = new Date(NOW - DAY).toISOString()
  return [
    { type: 'identify', userId, traits, messageId: `${userId}-i`, timestamp },
    ...Array.from({ length: orders }, (_, n) => ({
      type: 'track',
      event: 'Order Completed',
      userId,
      messageId: `${userId}-${n}`,
      timestamp,
    })),
  ]
}

const city = { trait: 'city', op: 'equals', value: 'lyon' }
const times = { op: 'atLeast', count: 1 }
const did = { did: 'Order Completed', times, within: null }

function nested(depth: number): object {
  let rule: object = city
  for (let level = 0; level < depth; level += 1) rule = { not: rule }
  return rule
}

const many = (count: number) => Array.from({ length: count }, (_, n) => `value ${n}`)

const wrong: { description: string; rule: unknown; path: string }[] = [
  { description: 'nothing', rule: null, path: '/' },
  { description: 'a text', rule: 'city is Lyon', path: '/' },
  { description: 'a list', rule: [city], path: '/' },
  { description: 'an empty object', rule: {}, path: '/' },
  { description: 'an unknown kind', rule: { all: [city, { xor: [] }] }, path: '/all/1' },
  { description: 'two kinds at once', rule: { all: [], trait: 'city' }, path: '/trait' },
  { description: 'an unknown field', rule: { ...city, note: 'x' }, path: '/note' },
  { description: 'a group that is no list', rule: { any: city }, path: '/any' },
  { description: 'not without a rule', rule: { all: [{ not: 3 }] }, path: '/all/0/not' },
  { description: 'a trait that is no name', rule: { ...city, trait: 3 }, path: '/trait' },
  { description: 'a trait without a name', rule: { ...city, trait: '' }, path: '/trait' },
  { description: 'no operator', rule: { trait: 'city' }, path: '/' },
  { description: 'an unknown operator', rule: { ...city, op: 'like' }, path: '/op' },
  { description: 'no value', rule: { trait: 'city', op: 'equals' }, path: '/value' },
  { description: 'a value too many', rule: { ...city, op: 'exists' }, path: '/value' },
  { description: 'text for a number', rule: { ...city, op: 'greater' }, path: '/value' },
  {
    description: 'a number beyond what is kept',
    rule: { any: [{ ...city, value: 1e40 }] },
    path: '/any/0/value',
  },
  {
    description: 'a pair the wrong way round',
    rule: { trait: 'score', op: 'between', value: [5, 1] },
    path: '/value',
  },
  {
    description: 'a day that is none',
    rule: { trait: 'born', op: 'before', value: '2026-02-30' },
    path: '/value',
  },
  {
    description: 'a text of which nothing is left to look for',
    rule: { ...city, op: 'contains', value: ' \u0301 ' },
    path: '/value',
  },
  { description: 'an empty list', rule: { ...city, op: 'oneOf', value: [] }, path: '/value' },
  {
    description: '10,000 values',
    rule: { ...city, op: 'oneOf', value: many(10_000) },
    path: '/value',
  },
  {
    description: 'more values than fit',
    rule: { ...city, op: 'oneOf', value: many(1_000).map((one) => one.padEnd(500, '-')) },
    path: '/',
  },
  { description: 'a long text', rule: { ...city, value: 'x'.repeat(600) }, path: '/value' },
  { description: 'a NUL in a value', rule: { ...city, value: 'a\0b' }, path: '/value' },
  { description: 'half a character', rule: { ...city, trait: 'a\ud800' }, path: '/trait' },
  {
    description: 'a NUL deep in a filter',
    rule: { all: [{ ...did, where: [{ property: 'p', op: 'oneOf', value: ['a', '\0'] }] }] },
    path: '/all/0/where/0/value/1',
  },
  { description: 'no times', rule: { did: 'Order Completed', within: null }, path: '/' },
  {
    description: 'a negative count',
    rule: { ...did, times: { op: 'atLeast', count: -1 } },
    path: '/times/count',
  },
  {
    description: 'half a time',
    rule: { ...did, times: { op: 'atLeast', count: 1.5 } },
    path: '/times/count',
  },
  { description: 'a window of nothing', rule: { ...did, within: { days: 0 } }, path: '/within' },
  {
    description: 'a window of 600 years',
    rule: { ...did, within: { hours: 5_000_000 } },
    path: '/within',
  },
  {
    description: 'a filter that changes as time passes',
    rule: { ...did, where: [{ property: 'p', op: 'withinLast', value: { days: 1 } }] },
    path: '/where/0/op',
  },
  { description: 'groups 9 deep', rule: nested(9), path: '/not/not/not/not/not/not/not/not/not' },
  { description: 'groups 1,000 deep', rule: nested(1_000), path: '/not'.repeat(9) },
  { description: '101 conditions', rule: { all: Array(101).fill(city) }, path: '/all/100' },
]

describe('a wrong rule', () => {
  it.each(wrong)('is refused with its place: $description', async ({ rule, path }) => {
    for (const target of ['/segments/preview', '/segments']) {
      const named = target === '/segments' ? { name: 'Wrong', rule } : { rule }
      const answer = await world.request('POST', target, named)
      const problem = (await answer.json()) as { code?: string; errors?: { path: string }[] }
      expect(answer.status).toBe(400)
      const [first] = problem.errors ?? []
      expect(first?.path === path || first?.path.startsWith(`${path}/`), first?.path).toBe(true)
    }
  })

  it('leaves no segment and no stream behind', async () => {
    const { deps } = world.program()
    expect(
      await deps.postgres.query('SELECT 1 FROM segment UNION ALL SELECT 1 FROM stream'),
    ).toEqual([])
  })
})

describe('odd rules that are right', () => {
  const odd = ["'; DROP TABLE event; --", '{p0:String}', '$1', '\\', '%', '😀', '\t\n', '"']

  it.each(odd)('mean what they say, whatever a text holds: %j', async (text) => {
    const rule = {
      any: [
        { trait: text, op: 'equals', value: text },
        { did: text, where: [{ property: text, op: 'equals', value: text }], times, within: null },
      ],
    }
    const preview = await world.call<{ count: number; base: number }>('POST', '/segments/preview', {
      rule,
    })
    expect(preview).toMatchObject({ count: 0, base: 4 })
    const made = await world.create(text.trim() || 'x', rule)
    expect((await world.whenLive(made.id)).size).toBe(0)
  })

  it('may compare with 1,000 values', async () => {
    const value = [...many(999).map((one) => one.padEnd(50, '-')), 'Lyon']
    const rule = { trait: 'city', op: 'oneOf', value }
    const preview = await world.call<{ count: number }>('POST', '/segments/preview', { rule })
    expect(preview.count).toBe(2)
  })
})

describe('a preview', () => {
  type Preview = { count: number; base: number; conditions: { path: string; count: number }[] }
  const preview = (rule: unknown) => world.call<Preview>('POST', '/segments/preview', { rule })

  it('counts what remains after each line of an outermost all', async () => {
    const lines = [
      { trait: 'score', op: 'exists' },
      city,
      { ...did, times: { op: 'atLeast', count: 2 } },
    ]
    expect(await preview({ all: lines })).toMatchObject({
      count: 1,
      base: 4,
      conditions: [
        { path: '/all/0', count: 3 },
        { path: '/all/1', count: 2 },
        { path: '/all/2', count: 1 },
      ],
    })
    for (const length of [1, 2, 3]) {
      const made = await world.create('Line', { all: lines.slice(0, length) })
      expect((await world.whenLive(made.id)).size).toBe(4 - length)
    }
  })

  it('counts each line of an outermost any for itself', async () => {
    expect(await preview({ any: [city, did] })).toMatchObject({
      count: 3,
      conditions: [{ count: 2 }, { count: 3 }],
    })
  })

  it.each([
    { description: 'everyone', rule: { all: [] }, count: 4 },
    { description: 'nobody', rule: { any: [] }, count: 0 },
    { description: 'not nobody', rule: { not: { any: [] } }, count: 4 },
  ])('of $description counts $count', async ({ rule, count }) => {
    expect(await preview(rule)).toMatchObject({ count, base: 4 })
  })

  it('ends in ClickHouse when nobody waits for it any more', async () => {
    const { url, deps } = world.program()
    // Events without an end: the question would last until its time is over. They are of two
    // people, so that what is counted does not grow: its disposal would take time too.
    await deps.clickhouse.command(`CREATE OR REPLACE VIEW event_of_profile AS
      SELECT toUInt32(1) AS workspace, true AS counted, 'Order Completed' AS event,
        now64(3) AS time, sleepEachRow(0.00001) AS slept,
        toUUID(concat('00000000-0000-4000-8000-00000000000', toString(number % 2))) AS profile
      FROM system.numbers WHERE sleepEachRow(0.00001) = 0`)
    const running = async () => {
      const [row] = await deps.clickhouse.query<{ n: number }>(
        `SELECT count() AS n FROM system.processes
         WHERE query LIKE '%AS fulfils%' AND query NOT LIKE '%system.processes%'
           AND current_database = currentDatabase()`,
      )
      return row?.n
    }
    const leave = new AbortController()
    const answer = fetch(`${url}/api/v1/segments/preview`, {
      method: 'POST',
      signal: leave.signal,
      headers: {
        authorization: 'Bearer ck_test_admin_key_0123456789',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ rule: did }),
    })
    const left = expect(answer).rejects.toThrow()
    await expect.poll(running).toBe(1)
    leave.abort()
    await left
    await expect.poll(running, { timeout: 15_000 }).toBe(0)
  })
})
