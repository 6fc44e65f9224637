/** Computed traits that a query makes: what it may read, when it runs, and what becomes of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import {
  openSegmentWorld,
  type SegmentWorld,
  traitsWhen,
  traitWhen,
  usersIn,
} from './segmentWorld.ts'

const HOUR = 60 * 60_000
const NOW = Date.parse('2026-11-22T12:10:00Z')
const clock = manualClock(NOW)
let world: SegmentWorld

type Trait = {
  id: string
  state: string
  recomputed: { people: number; changed: number } | null
  recomputedAt: string | null
  failure: { message: string; at: string } | null
  runningSince: string | null
  nextRunAt: string | null
}
type Run = { rows: number; matched: number; first: { key: string; value: unknown }[] }

let sent = 0
const order = (userId: string, total: number) => {
  sent += 1
  const properties = { total }
  return { type: 'track', event: 'Order Completed', userId, messageId: `order-${sent}`, properties }
}

const BIGGEST = `SELECT profile AS key, max(number['total']) AS value
  FROM events WHERE name = 'Order Completed' GROUP BY profile`
const definitionOf = (sql: string, more: object = {}) => {
  return { sql, key: 'profile', type: 'number', schedule: { every: 'hour' }, ...more }
}

beforeAll(async () => {
  world = await openSegmentWorld(clock)
  await world.send([order('ada', 80), order('ada', 40), order('bob', 15)])
  await world.settled()
}, 120_000)
afterAll(() => world.close(), 60_000)

async function preview(definition: object, profile?: string): Promise<{ run: Run }> {
  const body = { definition, ...(profile ? { profile } : {}) }
  return world.call('POST', '/computed-traits/preview', body)
}

async function refusal(sql: string) {
  const body = { definition: definitionOf(sql) }
  const answer = await world.request('POST', '/computed-traits/preview', body)
  return { status: answer.status, ...((await answer.json()) as { detail: string }) }
}

const until = (id: string, isSo: (trait: Trait) => boolean) => traitWhen(world, id, isSo)

const traitsOf = (user: string, key: string) =>
  traitsWhen<object>({ world, clock }, user, (traits) => key in traits)

const peopleIn = (id: string) => usersIn(world, id)

describe('what a query may read', () => {
  it('people and events of its own workspace, and nobody else’s', async () => {
    const { clickhouse } = world.program().deps
    const stranger = '01a20320-0000-7000-8000-00000000000f'
    await clickhouse.insert('profile_current', [
      { workspace: 2, profile: stranger, version: 1, deleted: 0, kind: 'person', known: true },
    ])
    await clickhouse.insert('event', [
      {
        ...{ workspace: 2, lane: 'live', shard: 0, position: 1, anchor: stranger, hash: 1 },
        ...{ time: NOW / 1_000, received_at: NOW / 1_000, source: 1, type: 'track' },
        ...{ event: 'Order Completed', message_id: 'x', counted: true, body: '{}' },
      },
    ])
    const events = `SELECT 'x' AS key, count() AS value FROM events WHERE name = 'Order Completed'`
    expect((await preview(definitionOf(events))).run).toMatchObject({
      rows: 1,
      matched: 0,
      first: [{ key: 'x', value: 3, profile: null }],
    })
    const people = "SELECT 'x' AS key, count() AS value FROM people"
    expect((await preview(definitionOf(people))).run.first).toMatchObject([{ value: 2 }])
  })

  it.each([
    ['a table', 'SELECT profile AS key, 1 AS value FROM profile_current'],
    ['a view', 'SELECT profile AS key, 1 AS value FROM event_of_profile'],
    ['a table behind IN', 'SELECT profile AS key, 1 AS value FROM people WHERE 1 IN event'],
    [
      'a table behind its own name',
      'WITH event AS (SELECT 1) SELECT 1 AS key, 1 AS value FROM event',
    ],
    ['another database', 'SELECT 1 AS key, 1 AS value FROM system.tables'],
    ['another database behind IN', 'SELECT 1 AS key, 1 AS value WHERE 1 IN system.one'],
    ['quoted names', 'SELECT 1 AS key, 1 AS value FROM `system`.`users`'],
    ['an address', "SELECT 1 AS key, 1 AS value FROM url('http://localhost', CSV, 'a String')"],
    ['a file', "SELECT 1 AS key, 1 AS value FROM file('/etc/passwd', 'LineAsString')"],
    ['a bucket', "SELECT 1 AS key, 1 AS value FROM s3('http://localhost/x', 'CSV')"],
    ['another server', "SELECT 1 AS key, 1 AS value FROM remote('127.0.0.1', system.one)"],
    [
      'a database of another kind',
      "SELECT 1 AS key, 1 AS value FROM postgresql('a', 'b', 'c', 'd', 'e')",
    ],
    ['made-up rows', 'SELECT number AS key, 1 AS value FROM numbers(10)'],
    ['a table by its function', "SELECT 1 AS key, 1 AS value FROM merge('.*')"],
    ['an explanation', 'EXPLAIN SELECT 1'],
    ['a file by a function', "SELECT 1 AS key, file('/etc/passwd') AS value"],
    ['a dictionary', "SELECT 1 AS key, dictGet('a', 'b', 1) AS value"],
    ['a join table', "SELECT 1 AS key, joinGet('event', 'x', 1) AS value"],
    ['the name of the machine', 'SELECT 1 AS key, hostName() AS value'],
    ['settings of the engine', "SELECT 1 AS key, getSetting('max_threads') AS value"],
    ['time without work', 'SELECT 1 AS key, sleep(3) AS value'],
    ['settings of its own', 'SELECT 1 AS key, 1 AS value SETTINGS readonly = 0'],
    ['a second statement', 'SELECT 1 AS key, 1 AS value; DROP TABLE event'],
    [
      'a bracket too many',
      'SELECT 1 AS key, 1 AS value) UNION ALL SELECT * FROM (SELECT * FROM event',
    ],
    ['an open comment', 'SELECT 1 AS key, 1 AS value /*'],
    ['another statement', 'DROP TABLE event'],
    ['an insert', 'INSERT INTO event VALUES (1)'],
    ['a parameter', 'SELECT {p0:String} AS key, 1 AS value'],
    ['a format', 'SELECT 1 AS key, 1 AS value FORMAT JSON'],
    ['an outfile', "SELECT 1 AS key, 1 AS value INTO OUTFILE '/tmp/x'"],
    ['columns by pattern', "SELECT COLUMNS('.*') FROM people"],
  ])('not %s', async (_, sql) => {
    const refused = await refusal(sql)
    expect(refused).toMatchObject({ status: 400, errors: [{ path: '/sql' }] })
    expect(refused.detail).toMatch(
      /^The (query can't be asked|definition can't be read at \/sql): /,
    )
  })

  it('says what the engine finds wrong, and what the columns are called', async () => {
    expect((await refusal('SELECT 1 AS who, 2 AS value FROM people')).detail).toContain('key')
    expect((await refusal('SELEC 1')).detail).toContain('Syntax error')
    expect((await refusal('SELECT nowhere AS key, 1 AS value FROM people')).status).toBe(400)
  })

  it('is for administrators', async () => {
    const key = await world.call<{ secret?: string; key?: string }>('POST', '/api-keys', {
      name: 'Traits',
      scopes: ['traits:read', 'traits:write', 'profiles:read'],
    })
    const answer = await fetch(`${world.program().url}/api/v1/computed-traits/preview`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key.secret ?? key.key}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ definition: definitionOf(BIGGEST) }),
    })
    expect(answer.status).toBe(403)
  })
})

describe('a trait that a query makes', () => {
  let id = ''
  let segment = ''

  it('is tried before it is saved, also on one person', async () => {
    const ada = await world.call<{ id: string }>('GET', '/profiles/user_id:ada')
    const { run } = await preview(definitionOf(BIGGEST), ada.id)
    expect(run).toMatchObject({ rows: 2, matched: 2, first: [{ key: ada.id, value: 80 }] })
  })

  it('is asked at once, told to everybody whom it found, and segments react', async () => {
    const body = { key: 'biggest', name: 'Biggest', definition: definitionOf(BIGGEST) }
    id = (await world.call<Trait>('POST', '/computed-traits', body)).id
    const trait = await until(id, ({ recomputed }) => recomputed !== null)
    expect(trait).toMatchObject({
      recomputed: { people: 2, changed: 2 },
      recomputedAt: new Date(NOW).toISOString(),
      failure: null,
      runningSince: null,
      nextRunAt: '2026-11-22T13:00:00.000Z',
    })
    await world.settled()
    const made = await world.create('Big', { trait: 'biggest', op: 'greater', value: 50 })
    segment = made.id
    await world.whenLive(segment)
    expect(await peopleIn(segment)).toEqual(['ada'])
    expect(
      await world.call('POST', '/segments/preview', {
        rule: { trait: 'biggest', op: 'greater', value: 50 },
      }),
    ).toMatchObject({ count: 1 })
    const ada = await traitsOf('ada', 'biggest')
    expect(ada.biggest).toMatchObject({ value: 80, type: 'number', computed: { id } })
    expect(Object.keys(ada).filter((key) => key.startsWith('$'))).toEqual([])
  })

  it('follows its schedule, and tells only what is another value now', async () => {
    await world.send([order('bob', 90)])
    await world.settled()
    expect(await peopleIn(segment)).toEqual(['ada'])
    clock.advance(HOUR)
    const trait = await until(id, (one) => one.recomputedAt !== new Date(NOW).toISOString())
    expect(trait.recomputed).toMatchObject({ people: 2, changed: 1 })
    await world.settled()
    expect(await peopleIn(segment)).toEqual(['ada', 'bob'])
  })

  it('says since when it is being asked, unless that died with its program', async () => {
    clock.advance(1_000)
    const begun = clock.now()
    const { postgres } = world.program().deps
    await postgres.query('UPDATE computed_trait SET attempted_at = $2 WHERE public_id = $1', [
      id,
      new Date(begun),
    ])
    const read = () => world.call<Trait>('GET', `/computed-traits/${id}`)
    expect(await read()).toMatchObject({ runningSince: new Date(begun).toISOString() })
    clock.advance(10 * 60_000 + 1)
    expect(await read()).toMatchObject({ runningSince: null, recomputed: { people: 2 } })
  })

  it('keeps its last values when it fails, and says why', async () => {
    const sql = `${BIGGEST} HAVING throwIf(1)`
    expect((await refusal(sql)).status).toBe(400)
    const failing = `SELECT profile AS key, toDate('none') AS value FROM people`
    const { deps } = world.program()
    await deps.postgres.query(
      `UPDATE computed_trait SET spec = jsonb_set(spec, '{sql}', to_jsonb($2::text)),
         attempted_at = NULL WHERE public_id = $1`,
      [id, failing],
    )
    const trait = await until(id, ({ failure }) => failure !== null)
    expect(trait.failure?.message).toMatch(/none|date/i)
    expect(trait.recomputed).toMatchObject({ people: 2 })
    expect(await peopleIn(segment)).toEqual(['ada', 'bob'])
    const next = await world.call<Trait>('POST', `/computed-traits/${id}/run`)
    expect(next.nextRunAt).toBeNull()
  })

  it('loses the value of who is no longer among them', async () => {
    clock.advance(1_000)
    const sql = `${BIGGEST} HAVING value > 85`
    const definition = definitionOf(sql)
    await world.call('PATCH', `/computed-traits/${id}`, { definition })
    const trait = await until(id, ({ recomputed }) => recomputed !== null)
    expect(trait).toMatchObject({ recomputed: { people: 1, changed: 1 }, failure: null })
    await world.whenLive(segment)
    await world.settled()
    expect(await peopleIn(segment)).toEqual(['bob'])
  }, 60_000)

  it('is keyed by an identifier, and gives texts, dates and yes or no', async () => {
    const byUser = `SELECT substring(arrayFirst(i -> startsWith(i, 'user_id:'), identifiers), 9) AS key`
    const text = definitionOf(`${byUser}, 'Été' AS value FROM people`, {
      key: 'user_id',
      type: 'text',
    })
    expect((await preview(text)).run).toMatchObject({ matched: 2 })
    const date = definitionOf(`${byUser}, first_seen AS value FROM people`, {
      ...{ key: 'user_id', type: 'date' },
      schedule: { every: 'week', weekday: 1, at: 6 },
    })
    expect((await preview(date)).run.first[0]?.value).toMatch(/^2026-11-22T/)
    const flag = definitionOf(`${byUser}, key = 'ada' AS value FROM people`, {
      ...{ key: 'user_id', type: 'boolean' },
      schedule: { every: 'day', at: 3 },
    })
    const values = (await preview(flag)).run.first.map(({ value }) => value)
    expect(values.sort()).toEqual([false, true])
  })
})

it('an archived trait comes back, with its history', async () => {
  const count = { measure: 'count', of: { did: 'Order Completed' }, within: null }
  const body = { key: 'orders', name: 'Orders', definition: count }
  const made = await world.call<Trait>('POST', '/computed-traits', body)
  await until(made.id, ({ state }) => state === 'live')
  await world.call('DELETE', `/computed-traits/${made.id}`)
  const back = await world.call<Trait>('POST', `/computed-traits/${made.id}/restore`)
  expect(back.state).toBe('backfilling')
  expect((await until(made.id, ({ state }) => state === 'live')).state).toBe('live')
  const again = await world.request('POST', `/computed-traits/${made.id}/restore`)
  expect(again.status).toBe(409)
})

it('templates have the names of what was seen', async () => {
  type Template = { key: string; missing: object[]; definition: { property?: string } }
  const { data } = await world.call<{ data: Template[] }>('GET', '/computed-traits/templates')
  const revenue = data.find(({ key }) => key === 'revenue')
  expect(revenue).toMatchObject({
    missing: [],
    definition: { of: { did: 'Order Completed' }, property: 'total' },
  })
  expect(data.find(({ key }) => key === 'favourite_shop')?.missing).toHaveLength(1)
  for (const { definition } of data) {
    const answer = await world.request('POST', '/computed-traits/preview', { definition })
    expect(answer.status).toBe(200)
  }
}, 60_000)
