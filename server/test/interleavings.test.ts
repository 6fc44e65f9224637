/**
 * Two batches at once, on two shards, about the same person: wherever one of them is held up while
 * the other runs, the state is the one that either order gives.
 */
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyItems } from '../src/flow/apply.ts'
import { takeShard } from '../src/flow/cursor.ts'
import { itemsOf } from '../src/flow/items.ts'
import { FlowWorld } from '../src/flow/world.ts'
import { systemClock } from '../src/platform/clock.ts'
import { newIdFrom } from '../src/platform/ids.ts'
import type { Log } from '../src/platform/log/log.ts'
import type { Postgres } from '../src/platform/postgres.ts'
import { readProfiles } from '../src/profile/index.ts'
import { type LogHouse, openLogHouse } from './logHouse.ts'

const logger = pino({ level: 'silent' })
const newId = newIdFrom(systemClock)
const OWNER = '00000000-0000-4000-8000-00000000000a'
const DAY_MS = 24 * 60 * 60 * 1000
const STATEMENTS_MAX = 60

let house: LogHouse
let database: LogHouse['database']
let log: Log
let workspace: number

beforeAll(async () => {
  house = await openLogHouse('interleavings')
  ;({ database, log, workspace } = house)
}, 60_000)
afterAll(() => house.close())

type Said = Record<string, unknown>
type Shard = { lane: 'live'; shard: number }
let messages = 0

/** Appends to the shard that is asked for: the lane's shard follows from the key. */
async function append(wanted: Shard, event: Said): Promise<void> {
  messages += 1
  const full = { timestamp: new Date().toISOString(), messageId: `m-${messages}`, ...event }
  const body = Buffer.from(JSON.stringify({ batch: [full] }))
  const kind = 'request' as const
  const header = { workspace, kind, source: 1, receivedAt: Date.now(), count: 1 }
  const shardKey = wanted.shard === 0 ? KEYS[0] : KEYS[1]
  const place = await log.append({ lane: 'live', shardKey, entry: { header, body } })
  expect(place.shard).toBe(wanted.shard)
}

/** Keys that lead to shard 0 and to shard 1. */
const KEYS = ['b', 'a'] as [string, string]

/** Applies what waits in a shard, on the given connections. */
async function apply(shard: Shard, postgres: Postgres): Promise<void> {
  const lease = await takeShard(database.postgres, shard, OWNER)
  if (!lease) throw new Error('The shard should be free.')
  const items = itemsOf(await log.read(shard, lease.position, 1_000), lease.position)
  const world = new FlowWorld({ postgres, log, clock: systemClock, newId }, { sends: true })
  await applyItems({ world, logger }, lease, { items, poisoned: new Map() })
}

/** The same PostgreSQL, held up once before its `at`-th statement in a transaction. */
function heldUpAt(at: number) {
  let count = 0
  let isHeldUp = false
  const held = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  const postgres: Postgres = {
    ...database.postgres,
    transaction: (work) =>
      database.postgres.transaction((sql) =>
        work({
          query: async (text, values) => {
            count += 1
            if (count === at) {
              isHeldUp = true
              held.resolve()
              await go.promise
            }
            return sql.query(text, values)
          },
        }),
      ),
  }
  return { postgres, held: held.promise, release: () => go.resolve(), wasHeld: () => isHeldUp }
}

const SHARD_A: Shard = { lane: 'live', shard: 0 }
const SHARD_B: Shard = { lane: 'live', shard: 1 }

/** `profiles`: how many events each of the scenario's profiles must have, fewest first. */
type Scenario = { name: string; before: Said[]; a: Said; b: Said; profiles: number[] }

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Runs one interleaving; false when `a` has fewer statements than that. */
async function interleave({ before, a, b }: Scenario, at: number): Promise<boolean> {
  for (const event of before) await append(SHARD_A, event)
  if (before.length > 0) await apply(SHARD_A, database.postgres)
  await append(SHARD_A, a)
  await append(SHARD_B, b)
  const gate = heldUpAt(at)
  const first = apply(SHARD_A, gate.postgres)
  await Promise.race([gate.held, first])
  const second = apply(SHARD_B, database.postgres)
  let isDone = false
  const done = second.finally(() => {
    isDone = true
  })
  done.catch(() => {})
  while (!isDone && !(await isWaiting())) await pause(5)
  gate.release()
  await Promise.all([first, second])
  return gate.wasHeld()
}

/** True when a statement waits for a lock: one batch for the other that is held up. */
async function isWaiting(): Promise<boolean> {
  const rows = await database.postgres.query(
    `SELECT 1 FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  )
  return rows.length > 0
}

/** Every profile of the workspace with how many events it has; empty ones too. */
async function eventsByProfile(): Promise<number[]> {
  const rows = await database.postgres.query<{ id: string }>('SELECT id FROM profile')
  const stored = await readProfiles(
    database.postgres,
    rows.map(({ id }) => id),
  )
  return [...stored.values()].map(({ document }) =>
    document.fragments.reduce(
      (sum, fragment) => sum + [...fragment.events.values()].reduce((n, one) => n + one.count, 0),
      0,
    ),
  )
}

const daysAgo = (days: number): Said => ({
  timestamp: new Date(Date.now() - days * DAY_MS).toISOString(),
})
const track = (ids: Said): Said => ({ type: 'track', event: 'Seen', ...ids })
const identify = (ids: Said, email?: string): Said => ({
  ...{ type: 'identify', ...ids, traits: email ? { email } : {} },
})

/** Each is about new people in every interleaving: `n` sets them apart. */
const SCENARIOS: ((n: string) => Scenario)[] = [
  (n) => ({
    name: 'a new device is seen, and somebody signs in on it',
    before: [],
    a: track({ anonymousId: `d-${n}` }),
    b: identify({ userId: `u-${n}`, anonymousId: `d-${n}` }),
    profiles: [2],
  }),
  (n) => ({
    name: 'a device that is known is seen, and somebody signs in on it',
    before: [track({ anonymousId: `d-${n}` })],
    a: track({ anonymousId: `d-${n}` }),
    b: identify({ userId: `u-${n}`, anonymousId: `d-${n}` }),
    profiles: [3],
  }),
  (n) => ({
    name: 'a device of somebody was used by another long before',
    before: [identify({ userId: `u-${n}`, anonymousId: `d-${n}` })],
    // Before anybody's claim: it belongs to the device, which has no profile of its own yet.
    a: track({ anonymousId: `d-${n}`, ...daysAgo(45) }),
    b: identify({ userId: `v-${n}`, anonymousId: `d-${n}`, ...daysAgo(46) }),
    profiles: [1, 2],
  }),
  (n) => ({
    name: 'a new user is seen, and joined with an address that is known',
    before: [identify({}, `${n}@exemple.fr`)],
    a: track({ userId: `u-${n}` }),
    b: identify({ userId: `u-${n}` }, `${n}@exemple.fr`),
    profiles: [3],
  }),
  (n) => ({
    name: 'a new user is seen twice',
    before: [],
    a: track({ userId: `u-${n}` }),
    b: track({ userId: `u-${n}` }),
    profiles: [2],
  }),
]

/** Also with the other of the two held up. */
const BOTH_WAYS = SCENARIOS.flatMap((make) => [
  make,
  (n: string): Scenario => {
    const { name, a, b, ...rest } = make(`r${n}`)
    return { ...rest, name: `${name}, the other way round`, a: b, b: a }
  },
])

describe('two batches at once about one person', () => {
  it.each(BOTH_WAYS.map((make) => [make('').name, make] as const))(
    '%s: one profile with every event, wherever one of them is held up',
    async (_, make) => {
      for (let at = 1; at < STATEMENTS_MAX; at += 1) {
        await database.postgres.query('DELETE FROM profile')
        const scenario = make(`${BOTH_WAYS.indexOf(make)}-${at}`)
        const wasHeld = await interleave(scenario, at)
        const found = (await eventsByProfile()).sort((x, y) => x - y)
        expect({ at, profiles: found }).toEqual({ at, profiles: scenario.profiles })
        if (!wasHeld) return
      }
      throw new Error('A batch has more statements than the test tries.')
    },
    120_000,
  )
})
