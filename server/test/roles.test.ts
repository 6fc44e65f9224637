/**
 * The roles as processes of their own, several of each, on shared engines: two take events in, two
 * apply them, one delivers and one answers. One of those that apply is killed in the middle.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN_KEY, type House, openHouse, WRITE_KEY } from './childProgram.ts'
import { openTestDatabase, type TestDatabase } from './engines.ts'
import { clickhouseOf, clientOf, houseEnv, pause, until } from './failures/place.ts'
import { openWebhookReceiver, type WebhookReceiver } from './webhookReceiver.ts'

const PEOPLE = 100
/** Every second one orders, once. */
const BUYERS = PEOPLE / 2
const BATCH = 10
const BATCHES = 200
const EVENTS = BATCH * BATCHES
const SHARDS = 5
const ROLES = ['collect', 'collect', 'flow', 'flow', 'deliver', 'api'] as const
const COLLECTS = [0, 1]
const KILLED = 2
const SURVIVOR = 3

let database: TestDatabase
let receiver: WebhookReceiver
let houses: House[]

beforeAll(async () => {
  database = await openTestDatabase()
  receiver = await openWebhookReceiver()
  const { postgresUrl } = database
  const shared = houseEnv({ postgresUrl, clickhouse: clickhouseOf(database) })
  const keys = { CLIENTELE_ADMIN_KEY: ADMIN_KEY, CLIENTELE_WRITE_KEY: WRITE_KEY }
  houses = await Promise.all(ROLES.map((role) => openHouse({ ...shared, ...keys, ROLES: role })))
  await Promise.all(houses.map((one) => one.start()))
}, 240_000)

afterAll(async () => {
  await Promise.all(houses.map((one) => one.close()))
  await receiver.close()
  await database.close()
}, 60_000)

const house = (index: number): House => {
  const found = houses[index]
  if (!found) throw new Error(`There is no process ${index}.`)
  return found
}
const api = () => house(ROLES.indexOf('api'))

/** How many shards each process holds, the most first. */
async function shardsByOwner(): Promise<number[]> {
  const rows = await database.postgres.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM flow_cursor WHERE owner IS NOT NULL
     GROUP BY owner ORDER BY n DESC`,
  )
  return rows.map(({ n }) => n)
}

/** Who has ordered lately, and a destination that is told of them. */
async function makeSegment(): Promise<string> {
  const ordered = { did: 'Order Completed', times: { op: 'atLeast', count: 1 } }
  const rule = { ...ordered, within: { days: 30 } }
  const { body } = await api().post('/segments', { name: 'Buyers', rule })
  const isLive = async () => (await api().get(`/segments/${body.id}`)).body.state === 'live'
  await until('the segment is live', isLive)
  const made = await api().post('/destinations', {
    name: 'Receiver',
    kind: 'webhook',
    config: { url: receiver.url },
    triggers: [{ segment: body.id, on: ['entered'] }],
    enabled: true,
  })
  expect(made.status).toBe(201)
  receiver.trust(made.body.secret)
  return body.id
}

/** Event `n`: each person's first one says who they are, and the tenth of some is an order. */
function eventOf(n: number): object {
  const person = n % PEOPLE
  const round = Math.floor(n / PEOPLE)
  const shape = { userId: `p-${person}`, messageId: `m-${n}`, timestamp: new Date().toISOString() }
  if (round === 0) return { type: 'identify', traits: { city: 'Lyon' }, ...shape }
  const isOrder = round === 9 && person % 2 === 0
  return { type: 'track', event: isOrder ? 'Order Completed' : 'Product Viewed', ...shape }
}

/** Sends all batches, each to one of both doors in turn; `after` is told how many were taken. */
async function sendAll(after: (sent: number) => Promise<void>): Promise<void> {
  const doors = COLLECTS.map((index) => clientOf(house(index).url))
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const events = Array.from({ length: BATCH }, (_, index) => eventOf(batch * BATCH + index))
    expect(await doors[batch % doors.length]?.send(events, WRITE_KEY)).toBe(200)
    await after((batch + 1) * BATCH)
  }
}

type Counts = { accepted: number; applied: number; duplicate: number; dead: number }

async function counts() {
  const [taken] = await database.postgres.query<Counts>(
    `SELECT sum(accepted)::int AS accepted, sum(applied)::int AS applied,
       sum(duplicate)::int AS duplicate, sum(dead_lettered)::int AS dead FROM intake_minute`,
  )
  const [told] = await database.clickhouse.query<{ rows: number; ids: number }>(
    'SELECT count() AS rows, uniqExact(message_id) AS ids FROM event',
  )
  return { ...taken, rows: Number(told?.rows), ids: Number(told?.ids) }
}

/** User ids of the members. */
async function members(): Promise<string[]> {
  const rows = await database.postgres.query<{ value: string }>(
    `SELECT i.value FROM membership m JOIN identifier i ON i.namespace = 'user_id'
     LEFT JOIN profile_alias a ON a.identifier = i.id
     WHERE m.profile = coalesce(a.profile, i.id) ORDER BY i.value`,
  )
  return rows.map(({ value }) => value)
}

const buyers = Array.from({ length: BUYERS }, (_, index) => `p-${2 * index}`).sort()

test('each process is ready and has figures, whatever its role', async () => {
  for (const [index, role] of ROLES.entries()) {
    const { url } = house(index)
    const ready = await fetch(`${url}/readyz`)
    expect([role, ready.status]).toEqual([role, 200])
    const figures = await fetch(`${url}/metrics`)
    expect([role, figures.status]).toEqual([role, 200])
    expect(await figures.text()).toContain('clientele_')
    const isDoor = role === 'collect'
    const answered = await clientOf(url).send([], WRITE_KEY)
    expect([role, answered === 404]).toEqual([role, !isDoor])
    const { status } = await clientOf(url).ask('GET', '/segments')
    expect([role, status === 404]).toEqual([role, role !== 'api'])
  }
})

test('a flow process dies in the middle: all is applied once, and each told of once', async () => {
  await makeSegment()
  await expect.poll(shardsByOwner, { timeout: 20_000 }).toEqual([3, 2])
  await sendAll(async (sent) => {
    if (sent !== EVENTS / 2) return
    const isUnderWay = async () => ((await counts()).applied ?? 0) > 0
    await until('the flow is in the middle of it', isUnderWay)
    await house(KILLED).kill('everything')
  })
  const whole = { accepted: EVENTS, applied: EVENTS, duplicate: 0, dead: 0 }
  await expect
    .poll(counts, { timeout: 30_000, interval: 200 })
    .toEqual({ ...whole, rows: EVENTS, ids: EVENTS })
  await expect.poll(shardsByOwner, { timeout: 20_000 }).toEqual([SHARDS])
  expect(await members()).toEqual(buyers)
  await expect.poll(() => receiver.taken.length, { timeout: 20_000 }).toBe(BUYERS)
  // Longer than the first retry takes: nothing may come twice.
  await pause(1_000)
  expect(receiver.forged).toEqual([])
  expect(new Set(receiver.seen.map(({ id }) => id)).size).toBe(receiver.seen.length)
  expect(receiver.seen).toHaveLength(BUYERS)
  const told = receiver.taken.flatMap(({ identifiers }) => identifiers)
  expect(told.filter((one) => one.startsWith('user_id:')).sort()).toEqual(
    buyers.map((user) => `user_id:${user}`),
  )
  expect((await fetch(`${house(SURVIVOR).url}/readyz`)).status).toBe(200)
}, 120_000)
