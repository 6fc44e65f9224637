/**
 * Two flow processes on the same profiles, at the same time, on PostgreSQL: one is held up before
 * each of its statements in turn, while the other goes as far as it can. Whatever the order, the
 * state must be that of one process that applies everything in sequence.
 */
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyItems } from '../src/flow/apply.ts'
import type { Lease } from '../src/flow/cursor.ts'
import { itemsOf } from '../src/flow/items.ts'
import { FlowWorld } from '../src/flow/world.ts'
import { manualClock } from '../src/platform/clock.ts'
import { newIdFrom } from '../src/platform/ids.ts'
import type { Postgres } from '../src/platform/postgres.ts'
import { openTestDatabase, type TestDatabase } from './engines.ts'
import { DAY, defineSegment, MINUTE, NOW, openStage, type Stage, type Told } from './history.ts'
import { sent } from './people.ts'

const logger = pino({ level: 'silent' })
const clock = manualClock(NOW)
const newId = newIdFrom(clock)
/** Long, for machines that do much else meanwhile. */
const ENOUGH_MS = 600_000

let database: TestDatabase
let stage: Stage

beforeAll(async () => {
  database = await openTestDatabase()
  stage = await openStage(database.postgres)
  await defineSegment(
    stage,
    { did: 'Viewed', times: { op: 'atLeast', count: 2 }, within: { days: 10 } },
    [{ definition: JSON.stringify({ event: 'Viewed', where: [] }), newest: 3, ms: 10 * DAY }],
  )
  await defineSegment(stage, { trait: 'city', op: 'equals', value: 'Lyon' }, [])
}, 60_000)
afterAll(async () => {
  await stage.log.close()
  await database.close()
})

/** Where a worker waits until it may go on. */
type Hold = { reached: Promise<void>; reach(): void; passing: Promise<void>; pass(): void }

function openHold(): Hold {
  const one = Promise.withResolvers<void>()
  const other = Promise.withResolvers<void>()
  return { reached: one.promise, reach: one.resolve, passing: other.promise, pass: other.resolve }
}

/** The same PostgreSQL, held up once, where `isHere` says so of a statement of a transaction. */
function holding(postgres: Postgres, hold: Hold, isHere: (text: string) => boolean): Postgres {
  let held = false
  return {
    ...postgres,
    transaction: (work) =>
      postgres.transaction((sql) =>
        work({
          query: async (text, values) => {
            if (!held && isHere(text)) {
              held = true
              hold.reach()
              await hold.passing
            }
            return sql.query(text, values)
          },
        }),
      ),
  }
}

async function leaseOf(shard: 0 | 1): Promise<Lease> {
  const [lease] = await database.postgres.query<Lease>(
    `UPDATE flow_cursor SET epoch = epoch + 1 WHERE lane = 'live' AND shard = $1
     RETURNING lane, shard, epoch, position`,
    [shard],
  )
  if (!lease) throw new Error('The log has no such shard.')
  return lease
}

const worldOn = (postgres: Postgres) =>
  new FlowWorld({ postgres, log: stage.log, clock, newId }, { sends: true })

/** Applies what a shard holds, as a process with this memory does. */
async function apply(world: FlowWorld, shard: 0 | 1): Promise<void> {
  const lease = await leaseOf(shard)
  const items = itemsOf(await stage.log.read(lease, lease.position, 1_000), lease.position)
  await applyItems({ world, logger }, lease, { items, poisoned: new Map() })
}

/** Resolves when `work` is done, or can't go on because somebody holds what it needs. */
async function doneOrWaiting(work: Promise<unknown>): Promise<void> {
  let done = false
  const end = work.then(() => {
    done = true
  })
  while (!done) {
    const waiting = await database.postgres.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
       AND wait_event_type = 'Lock'`,
    )
    if (waiting.length > 0) return
    await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 5))])
  }
}

type Scenario = { before?: Told[]; held: Told[]; free: Told[] }

/** Plays a scenario with the first worker held before its statement `index`; false: it has none. */
async function interleave({ before = [], held, free }: Scenario, index: number): Promise<boolean> {
  await stage.reset()
  await stage.append(before)
  await stage.fold()
  await stage.append([...on(0, held), ...on(1, free)])
  const hold = openHold()
  let passed = 0
  const slow = apply(worldOn(holding(database.postgres, hold, () => passed++ === index)), 0)
  const isHeld = await Promise.race([hold.reached.then(() => true), slow.then(() => false)])
  const quick = apply(worldOn(database.postgres), 1)
  await doneOrWaiting(quick)
  hold.pass()
  await Promise.all([slow, quick])
  return isHeld
}

const on = (shard: 0 | 1, history: readonly Told[]): Told[] =>
  history.map((told) => ({ ...told, shard, lane: 'live' }))

async function holdsEverywhere(scenario: Scenario): Promise<number> {
  const { before = [], held, free } = scenario
  const whole = Object.fromEntries(await stage.play([...before, ...on(0, held), ...on(1, free)]))
  for (let index = 0; ; index += 1) {
    const isHeld = await interleave(scenario, index)
    const state = Object.fromEntries(await stage.state())
    expect(state, `held before statement ${index}`).toEqual(whole)
    if (!isHeld) return index
  }
}

const view = (minute: number, ids: object) => sent(minute, { messageId: `v${minute}`, ...ids })
const says = (minute: number, ids: object) =>
  sent(minute, { type: 'identify', messageId: `i${minute}`, ...ids })
const mail = (email: string) => ({ traits: { email }, context: { traits: { email } } })
const link = (verdict: string, a: string, b: string): Told => ({
  receivedAt: NOW - 30 * MINUTE,
  control: {
    type: 'identity_decision',
    a: { namespace: 'user_id', value: a },
    b: { namespace: 'user_id', value: b },
    verdict,
    author: 'test',
  },
})

const u1 = { userId: 'u1' }
const u2 = { userId: 'u2' }
const d1 = { anonymousId: 'd1' }
const merging = says(20, { ...u1, ...mail('a@x.fr') })
const apart = [view(1, u1), says(2, mail('a@x.fr')), view(3, d1)]

const SCENARIOS: Record<string, Scenario> = {
  'see somebody for the first time': { held: [view(1, u1)], free: [view(2, u1)] },
  'receive the same message': { held: [view(1, u1)], free: [view(1, u1)] },
  'merge and tell of one who is merged': { before: apart, held: [merging], free: [view(21, u1)] },
  'tell of one who is merged, and merge': { before: apart, held: [view(21, u1)], free: [merging] },
  'merge one person with two others': {
    before: [...apart, view(4, u2)],
    held: [merging],
    free: [says(22, { ...u2, ...mail('a@x.fr') }), view(23, u1)],
  },
  'hear of a login, and of its device': {
    before: apart,
    held: [view(10, { ...d1, ...u1 })],
    free: [view(9, d1), view(40, d1)],
  },
  'hear of a device, and of a login there': {
    before: apart,
    held: [view(9, d1), view(40, d1)],
    free: [view(10, { ...d1, ...u1 })],
  },
  'hear of two logins on one device': {
    before: apart,
    held: [view(10, { ...d1, ...u1 })],
    free: [view(50, { ...d1, ...u2 }), view(51, d1)],
  },
  'merge, and are told that it is wrong': {
    before: [...apart, view(4, u2)],
    held: [merging, link('link', 'u1', 'u2')],
    free: [{ ...link('cannot_link', 'u1', 'u2'), receivedAt: NOW - 29 * MINUTE }, view(30, u2)],
  },
}

describe('two flow processes come to the state of one when they', () => {
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    it(name, { timeout: ENOUGH_MS }, async () => {
      // Each was held at every one of its statements: a batch has a dozen at the least.
      expect(await holdsEverywhere(scenario)).toBeGreaterThan(12)
    })
  }
})

describe('names that are given side by side', () => {
  const history = [
    { ...view(1, u1), shard: 0, lane: 'live' },
    { ...sent(2, { event: 'Named', ...u2 }), shard: 1, lane: 'live' },
  ] satisfies Told[]

  it('are all known to the loops of one process', { timeout: 60_000 }, async () => {
    await stage.reset()
    await stage.append(history)
    const read = openHold()
    const begun = openHold()
    let reads = 0
    const gated = holding(database.postgres, begun, (text) => /FROM flow_cursor/.test(text))
    const world = worldOn({
      ...gated,
      query: async <Row>(text: string, values?: unknown[]) => {
        const rows = await gated.query<Row>(text, values)
        // The first loop has read the names before the second one adds its own.
        if (text.includes('FROM registry') && reads++ === 0) {
          read.reach()
          await read.passing
        }
        return rows
      },
    })
    const first = apply(world, 0)
    await read.reached
    const second = apply(world, 1)
    await begun.reached
    read.pass()
    await first
    begun.pass()
    await second
    const state = Object.fromEntries(await stage.state())
    expect(state).toEqual(Object.fromEntries(await stage.play(history)))
  })

  it('are learnt from the documents of another process', { timeout: 60_000 }, async () => {
    const lyon = says(5, { ...u1, traits: { city: 'Lyon' } })
    const history = [view(1, u1), lyon, ...apart.slice(1), merging]
    await stage.reset()
    const [one, other] = [worldOn(database.postgres), worldOn(database.postgres)]
    await stage.append(on(0, [view(1, u1)]))
    await apply(one, 0)
    await stage.append(on(0, [lyon]))
    await apply(other, 0)
    // Two people are kept before they are one: what was kept is asked again about every name that
    // it holds, and the first process has never seen an event with the name "city".
    await stage.append(on(0, apart.slice(1)))
    await apply(one, 0)
    await stage.append(on(0, [merging]))
    await apply(one, 0)
    const state = Object.fromEntries(await stage.state())
    expect(state).toEqual(Object.fromEntries(await stage.play(history)))
  })
})
