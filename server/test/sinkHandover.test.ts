/** A shard goes from one process to another while the first one's sink is in the middle of it. */
import pino from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openItemReader } from '../src/flow/index.ts'
import { startFlow } from '../src/flow/worker.ts'
import type { ClickHouse } from '../src/platform/clickhouse.ts'
import { systemClock } from '../src/platform/clock.ts'
import { newIdFrom } from '../src/platform/ids.ts'
import type { Log } from '../src/platform/log/log.ts'
import type { Postgres } from '../src/platform/postgres.ts'
import { openPresence } from '../src/platform/presence.ts'
import { startSink } from '../src/sink/index.ts'
import { type LogHouse, openLogHouse } from './logHouse.ts'

const logger = pino({ level: 'silent' })
const EVENTS = 40
/** Rounds in which the second sink finds the first one still at work. */
const ROUNDS = 3

let house: LogHouse
let database: LogHouse['database']
let log: Log

beforeAll(async () => {
  house = await openLogHouse('handover')
  ;({ database, log } = house)
}, 60_000)
afterAll(() => house.close())

async function applyEvents(): Promise<void> {
  const { postgres } = database
  const { workspace } = house
  const batch = Array.from({ length: EVENTS }, (_, index) => {
    return { type: 'track', event: 'Seen', userId: `u-${index % 5}`, messageId: `m-${index}` }
  })
  const body = Buffer.from(JSON.stringify({ batch }))
  const kind = 'request' as const
  const header = { workspace, kind, source: 1, receivedAt: Date.now(), count: EVENTS }
  await log.append({ lane: 'live', shardKey: 'any', entry: { header, body } })
  const id = '00000000-0000-4000-8000-00000000000a'
  const presence = await openPresence({ postgres, id, roles: ['flow'], onFault: () => {} })
  const newId = newIdFrom(systemClock)
  const flow = await startFlow({ postgres, log, clock: systemClock, newId, logger, presence })
  await flow.drained()
  await flow.stop()
  await presence.stop()
}

/** Held up once, before the rows of events are written. */
function heldUp(clickhouse: ClickHouse) {
  const held = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  const slow: ClickHouse = {
    ...clickhouse,
    insert: async (table, rows, options) => {
      held.resolve()
      await go.promise
      await clickhouse.insert(table, rows, options)
    },
  }
  return { clickhouse: slow, held: held.promise, release: () => go.resolve() }
}

/** Calls `onAsk` each time that somebody asks for the right to follow a shard. */
function asking(postgres: Postgres, onAsk: () => void): Postgres {
  return {
    ...postgres,
    transaction: (work) =>
      postgres.transaction((sql) =>
        work({
          query: async (text, values) => {
            const rows = await sql.query(text, values)
            if (text.includes('pg_try_advisory_xact_lock')) onAsk()
            return rows as never
          },
        }),
      ),
  }
}

it('waits for the one that had it before: each event is in the history once', async () => {
  await applyEvents()
  const { postgres, clickhouse } = database
  const gate = heldUp(clickhouse)
  const items = openItemReader(log)
  const first = startSink({
    postgres,
    clickhouse: gate.clickhouse,
    items,
    logger,
    holds: () => true,
  })
  await gate.held
  let asked = 0
  const watched = asking(postgres, () => {
    asked += 1
  })
  const second = startSink({ postgres: watched, clickhouse, items, logger, holds: () => true })
  await expect.poll(() => asked, { timeout: 15_000 }).toBeGreaterThanOrEqual(ROUNDS)
  gate.release()
  await second.drained()
  await Promise.all([first.stop(), second.stop()])
  const rows = await clickhouse.query(
    'SELECT count() AS n, uniqExact(message_id) AS ids FROM event',
  )
  expect(rows).toEqual([{ n: EVENTS, ids: EVENTS }])
  const cursors = await postgres.query(
    'SELECT pending_to FROM sink_cursor WHERE pending_to IS NOT NULL',
  )
  expect(cursors).toEqual([])
})
