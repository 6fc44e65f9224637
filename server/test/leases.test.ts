/**
 * Several flow processes on one database: each has its share of the shards, one that is gone is
 * replaced, and one that comes back from a pause can write nothing any more.
 */
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyItems } from '../src/flow/apply.ts'
import { Fenced, takeShard } from '../src/flow/cursor.ts'
import { itemsOf } from '../src/flow/items.ts'
import { type Flow, startFlow } from '../src/flow/worker.ts'
import { FlowWorld } from '../src/flow/world.ts'
import { systemClock } from '../src/platform/clock.ts'
import { newIdFrom } from '../src/platform/ids.ts'
import type { Log } from '../src/platform/log/log.ts'
import type { Postgres } from '../src/platform/postgres.ts'
import { openPresence, type Presence, processIdOf } from '../src/platform/presence.ts'
import { type LogHouse, openLogHouse } from './logHouse.ts'

const logger = pino({ level: 'silent' })
const newId = newIdFrom(systemClock)
const SHARDS = 5

let house: LogHouse
let database: LogHouse['database']
let log: Log
let folder: string
let workspace: number
let sent = 0

beforeAll(async () => {
  house = await openLogHouse('leases')
  ;({ database, log, workspace, folder } = house)
}, 60_000)
afterAll(() => house.close())

type Process = { presence: Presence; flow: Flow; end(): Promise<void> }

async function start(id: string, postgres: Postgres = database.postgres): Promise<Process> {
  const onFault = () => {}
  const presence = await openPresence({ postgres, id, roles: ['flow'], onFault })
  const flow = await startFlow({ postgres, log, clock: systemClock, newId, logger, presence })
  const end = async () => {
    await flow.stop()
    await presence.stop()
  }
  return { presence, flow, end }
}

const A = '00000000-0000-4000-8000-00000000000a'
const B = '00000000-0000-4000-8000-00000000000b'

function append(userId: string): Promise<unknown> {
  sent += 1
  const event = { type: 'track', event: 'Seen', userId, messageId: `m-${sent}` }
  const body = Buffer.from(JSON.stringify({ batch: [event] }))
  const header = {
    workspace,
    kind: 'request',
    source: 1,
    receivedAt: Date.now(),
    count: 1,
  } as const
  return log.append({ lane: 'live', shardKey: userId, entry: { header, body } })
}

async function appendMany(count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => append(`u-${index % 7}`)))
}

async function outcomes(): Promise<{ applied: number; verdicts: number }> {
  const rows = await database.postgres.query<{ outcomes: Buffer; lane: string }>(
    `SELECT outcomes FROM verdict WHERE lane = 'live'`,
  )
  const all = rows.flatMap((row) => [...row.outcomes])
  return { applied: all.filter((one) => one === 0).length, verdicts: all.length }
}

describe('several flow processes', () => {
  it('share the shards, and take over those of one that leaves', async () => {
    const a = await start(A)
    expect(a.flow.shards()).toHaveLength(SHARDS)
    const b = await start(B)
    await expect.poll(() => b.flow.shards().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2)
    await expect
      .poll(() => a.flow.shards().length + b.flow.shards().length, { timeout: 10_000 })
      .toBe(SHARDS)
    await appendMany(200)
    await a.flow.drained()
    await a.end()
    await expect.poll(() => b.flow.shards().length, { timeout: 10_000 }).toBe(SHARDS)
    await appendMany(50)
    await b.flow.drained()
    expect(await outcomes()).toEqual({ applied: sent, verdicts: sent })
    await b.end()
  })

  it('wait for one that is silent, then replace it within five seconds', async () => {
    // Its sign of life is there, but nobody will renew it: as after `kill -9`.
    await database.postgres.query(
      `INSERT INTO process (id, roles, started_at, seen_at) VALUES ($1, '{flow}', now(), now())`,
      [A],
    )
    await database.postgres.query('UPDATE flow_cursor SET owner = $1', [A])
    const startedAt = performance.now()
    const b = await start(B)
    expect(b.flow.shards()).toHaveLength(0)
    await expect.poll(() => b.flow.shards().length, { timeout: 10_000 }).toBe(SHARDS)
    expect(performance.now() - startedAt).toBeLessThan(6_000)
    await b.end()
  })

  it('find again at once what was their own before a crash', async () => {
    await database.postgres.query(
      `INSERT INTO process (id, roles, started_at, seen_at) VALUES ($1, '{flow}', now(), now())
       ON CONFLICT (id) DO UPDATE SET seen_at = now()`,
      [A],
    )
    await database.postgres.query('UPDATE flow_cursor SET owner = $1', [A])
    const a = await start(A)
    expect(a.flow.shards()).toHaveLength(SHARDS)
    await a.end()
    expect(processIdOf(folder)).toBe(processIdOf(folder))
  })

  it('write nothing once another has their shard, wherever they were when they were paused', async () => {
    await appendMany(20)
    const shard = { lane: 'live', shard: 0 } as const
    for (const pausedAt of PAUSES) {
      await appendMany(20)
      const old = await takeShard(database.postgres, shard, A)
      if (!old) throw new Error('The shard should be free.')
      const items = itemsOf(await log.read(shard, old.position, 1_000), old.position)
      expect(items.length).toBeGreaterThan(0)
      let passed = () => {}
      let reach = () => {}
      const reached = new Promise<void>((resolve) => {
        reach = resolve
      })
      const passing = new Promise<void>((resolve) => {
        passed = resolve
      })
      const paused = pausing(database.postgres, pausedAt, { reach, passing })
      const world = new FlowWorld({ postgres: paused, log, clock: systemClock, newId }, SENDS)
      const late = applyItems({ world, logger }, { ...old }, { items, poisoned: new Map() })
      const outcome = late.then(
        () => 'applied',
        (error: unknown) => error,
      )
      await reached
      const taking = takeShard(database.postgres, shard, B)
      // While the old one is inside its transaction it holds the row: the new one has to wait.
      setTimeout(passed, pausedAt === null ? 0 : 100)
      if (pausedAt === null) await taking
      passed()
      const young = await taking
      const said = await outcome
      if (!young) throw new Error('The shard should have been given.')
      const isFenced = said instanceof Fenced
      // Either it had committed before the shard was taken, or it was fenced: never both.
      expect(young.position > old.position).toBe(!isFenced)
      expect(isFenced).toBe(pausedAt === null)
      const rest = itemsOf(await log.read(shard, young.position, 1_000), young.position)
      const calm = new FlowWorld(
        { postgres: database.postgres, log, clock: systemClock, newId },
        SENDS,
      )
      if (rest.length > 0) {
        await applyItems({ world: calm, logger }, young, { items: rest, poisoned: new Map() })
      }
      await database.postgres.query('UPDATE flow_cursor SET owner = NULL')
    }
    const b = await start(B)
    await b.flow.drained()
    await b.end()
    expect(await outcomes()).toEqual({ applied: sent, verdicts: sent })
  })
})

const SENDS = { sends: true }

/** Where the old worker is held up: before its transaction, or before one of its statements. */
const PAUSES: (RegExp | null)[] = [
  null,
  /INSERT INTO dedup/,
  /INSERT INTO profile /,
  /INSERT INTO verdict/,
  /UPDATE flow_cursor SET position/,
]

type Gate = { reach(): void; passing: Promise<void> }

/** The same PostgreSQL, held up once at the given statement; null: before the transaction. */
function pausing(postgres: Postgres, at: RegExp | null, gate: Gate): Postgres {
  const hold = async () => {
    gate.reach()
    await gate.passing
  }
  return {
    ...postgres,
    transaction: async (work) => {
      if (at === null) await hold()
      return postgres.transaction((sql) =>
        work({
          query: async (text, values) => {
            if (at?.test(text)) await hold()
            return sql.query(text, values)
          },
        }),
      )
    },
  }
}
