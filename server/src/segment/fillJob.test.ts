import pino from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../test/engines.ts'
import type { Actor } from '../platform/api.ts'
import { systemClock } from '../platform/clock.ts'
import { parseConfig } from '../platform/config.ts'
import type { Deps } from '../platform/deps.ts'
import { newIdFrom } from '../platform/ids.ts'
import { startFillJob } from './fillJob.ts'
import { parseRule } from './parse.ts'
import { createSegment } from './segments.ts'

const WORKSPACE = 1
const actor: Actor = {
  ...{ workspace: WORKSPACE, kind: 'user', id: 'test', name: 'Test', role: 'admin', scopes: [] },
}
let database: TestDatabase
let deps: Deps

beforeAll(async () => {
  database = await openTestDatabase()
  const { postgres, clickhouse } = database
  const clock = systemClock
  const log = pino({ level: 'silent' })
  deps = { postgres, clickhouse, clock, newId: newIdFrom(clock), log, config: parseConfig({}) }
  for (const table of ['log_head', 'flow_cursor', 'sink_cursor']) {
    await postgres.query(`INSERT INTO ${table} (lane, shard) VALUES ('live', 0)`)
  }
})
afterAll(() => database.close())

/** Orders, of which the documents must keep one more than `count`. */
const exactly = (count: number) =>
  createSegment(deps, actor, {
    name: { fr: `${count}`, en: `${count}` },
    description: '',
    rule: parseRule({ did: 'Order', times: { op: 'exactly', count }, within: null }),
  })

const at = (cursor: 'flow_cursor' | 'sink_cursor', position: number) =>
  deps.postgres.query(`UPDATE ${cursor} SET position = $1`, [position])

async function state() {
  const streams = await deps.postgres.query('SELECT keep_newest, complete, cut FROM stream')
  const rows = await deps.postgres.query<{ evaluated: boolean }>(
    'SELECT evaluated FROM segment ORDER BY id',
  )
  return { streams, evaluated: rows.map((row) => row.evaluated) }
}

it('fills a stream only when history has all that came before more of it was kept', async () => {
  await at('flow_cursor', 10)
  await at('sink_cursor', 10)
  await exactly(1)
  // Of what was applied from here on, all but the newest two orders of each person are gone.
  await at('flow_cursor', 20)
  await exactly(3)
  const widened = { keep_newest: 4, complete: false, cut: { 'live:0': 20 } }
  const { postgres, clickhouse, clock, newId, log: logger } = deps
  const log = { append: () => Promise.reject(new Error('Nothing is told here.')) }
  const isLeader = () => true
  const job = startFillJob({ postgres, clickhouse, clock, newId, log, logger, isLeader })
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect(await state()).toEqual({ streams: [widened], evaluated: [false, false] })
  await at('sink_cursor', 20)
  await expect
    .poll(state)
    .toEqual({ streams: [{ ...widened, complete: true }], evaluated: [true, true] })
  await exactly(2)
  expect((await state()).streams).toEqual([{ ...widened, complete: true }])
  await job.stop()
})
