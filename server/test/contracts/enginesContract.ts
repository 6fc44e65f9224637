/**
 * What the program promises on PostgreSQL and ClickHouse, whoever started them: empty databases are
 * brought up to date, what is taken in reaches the memberships and the history, and a stop and a
 * start lose nothing.
 */
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stateHash } from '../../src/flow/stateHash.ts'
import { type ClickHouse, openClickHouse } from '../../src/platform/clickhouse.ts'
import { openPostgres, type Postgres } from '../../src/platform/postgres.ts'
import type { Addresses } from '../../src/program.ts'
import { type House, openHouse, WRITE_KEY } from '../childProgram.ts'
import { clientOf, until } from '../failures/place.ts'
import { CLICKHOUSE_MIGRATIONS, POSTGRES_MIGRATIONS } from '../migrationFiles.ts'

/** Engines that nobody else uses, with nothing in them. */
export type EnginesPlace = {
  /** Settings by which the program finds them; none: it starts its own. */
  env: Record<string, string>
  /** Where they answer while the program runs. */
  addresses(house: House): Addresses
  /** How the engines are once the program has stopped: true when that is as it should be. */
  areAsExpectedAfterStop(house: House): Promise<boolean>
  close(): Promise<void>
}

const PEOPLE = 30
const BUYERS = 10
/** An identify and two views of each, and an order of some. */
const EVENTS = PEOPLE * 3 + BUYERS
const SLOW_MS = 60_000

/** Runs the contract as tests of the current suite. */
export function enginesContract(open: () => Promise<EnginesPlace>): void {
  let place: EnginesPlace
  let house: House

  beforeAll(async () => {
    place = await open()
    house = await openHouse({ ALLOW_PRIVATE_NETWORK: 'true', ...place.env })
    await house.start()
  }, 240_000)
  afterAll(async () => {
    await house.close()
    await place.close()
  }, SLOW_MS)

  test('brings empty databases up to date', async () => {
    await onBoth(place.addresses(house), async ({ postgres, clickhouse }) => {
      const numbers = 'SELECT number FROM schema_migrations'
      const done = [await postgres.query(numbers), await clickhouse.query(numbers)]
      const files = [POSTGRES_MIGRATIONS, CLICKHOUSE_MIGRATIONS].map((one) => readdirSync(one))
      expect(done.map((rows) => rows.length)).toEqual(files.map((names) => names.length))
      expect(await countOf(clickhouse, 'event')).toBe(0)
    })
  })

  test('takes events to memberships and to the history', { timeout: SLOW_MS }, async () => {
    await makeSegment(house)
    await send(house, eventsOf('early', BUYERS))
    await onBoth(place.addresses(house), async (engines) => {
      await untilTold(engines, { events: EVENTS, members: BUYERS })
    })
    const { status, body } = await house.get('/profiles/user_id:early-0')
    expect(status).toBe(200)
    expect(body).toMatchObject({ eventCount: 4, traits: { city: { value: 'Lyon' } } })
  })

  test('is the same after a stop and a start, and goes on', { timeout: SLOW_MS }, async () => {
    const now = Date.now()
    const hash = () => onBoth(place.addresses(house), ({ postgres }) => stateHash(postgres, now))
    const before = await hash()
    expect(await house.interrupt()).toBe(0)
    expect(await place.areAsExpectedAfterStop(house)).toBe(true)
    await house.start()
    expect(await hash()).toBe(before)
    await onBoth(place.addresses(house), async (engines) => {
      expect(await countOf(engines.clickhouse, 'event')).toBe(EVENTS)
      // The first ones once more, as an SDK repeats what it had no answer for.
      await send(house, [...eventsOf('early', BUYERS), ...eventsOf('late', BUYERS)])
      await untilTold(engines, { events: 2 * EVENTS, members: 2 * BUYERS })
      const [counts] = await engines.postgres.query(
        `SELECT sum(accepted)::int AS accepted, sum(applied)::int AS applied,
           sum(duplicate)::int AS duplicate FROM intake_minute`,
      )
      expect(counts).toEqual({ accepted: 3 * EVENTS, applied: 2 * EVENTS, duplicate: EVENTS })
    })
    expect(await hash()).not.toBe(before)
  })
}

type Both = { postgres: Postgres; clickhouse: ClickHouse }

async function onBoth<T>(addresses: Addresses, work: (engines: Both) => Promise<T>): Promise<T> {
  const postgres = openPostgres({ url: addresses.postgresUrl, connectionsMax: 2 })
  const clickhouse = openClickHouse({ ...addresses.clickhouse, timeoutMs: SLOW_MS })
  try {
    return await work({ postgres, clickhouse })
  } finally {
    await Promise.all([postgres.close(), clickhouse.close()])
  }
}

async function countOf(clickhouse: ClickHouse, table: string): Promise<number> {
  const [row] = await clickhouse.query<{ n: number }>(
    'SELECT count() AS n FROM {table:Identifier}',
    { table },
  )
  return Number(row?.n)
}

/** Waits until memberships and history say so; fails when they have more. */
async function untilTold(
  { postgres, clickhouse }: Both,
  wanted: { events: number; members: number },
): Promise<void> {
  const read = async () => {
    const members = await postgres.query('SELECT 1 FROM membership')
    return {
      members: members.length,
      entered: await countOf(clickhouse, 'membership_change'),
      events: await countOf(clickhouse, 'event'),
    }
  }
  const told = { members: wanted.members, entered: wanted.members, events: wanted.events }
  await expect.poll(read, { timeout: 30_000, interval: 100 }).toEqual(told)
}

/** Who lives in Lyon and has ordered; resolves once it is live. */
async function makeSegment(house: House): Promise<void> {
  const ordered = { did: 'Order Completed', times: { op: 'atLeast', count: 1 } }
  const rule = {
    all: [
      { trait: 'city', op: 'equals', value: 'Lyon' },
      { ...ordered, within: { days: 30 } },
    ],
  }
  const { status, body } = await house.post('/segments', { name: 'Lyon', rule })
  expect(status, JSON.stringify(body)).toBe(201)
  const isLive = async () => (await house.get(`/segments/${body.id}`)).body.state === 'live'
  await until('the segment is live', isLive)
}

/** The same events for the same name, whenever they are asked for. */
function eventsOf(name: string, buyers: number): object[] {
  const timestamp = new Date().toISOString()
  return Array.from({ length: PEOPLE }, (_, n) => {
    const userId = `${name}-${n}`
    const shape = (kind: string) => ({ userId, timestamp, messageId: `${userId}-${kind}` })
    const view = (kind: string) => ({ type: 'track', event: 'Product Viewed', ...shape(kind) })
    const traits = { city: 'Lyon', email: `${userId}@exemple.fr` }
    const order = { type: 'track', event: 'Order Completed', ...shape('order') }
    return [
      { type: 'identify', traits, ...shape('is') },
      ...['one', 'two'].map(view),
      ...(n < buyers ? [order] : []),
    ]
  }).flat()
}

async function send(house: House, events: readonly object[]): Promise<void> {
  expect(await clientOf(house.url).send(events, WRITE_KEY)).toBe(200)
}
