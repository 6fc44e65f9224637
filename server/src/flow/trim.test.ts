import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../test/engines.ts'
import { manualClock } from '../platform/clock.ts'
import type { Log } from '../platform/log/log.ts'
import { trimLog } from './trim.ts'

const clock = manualClock(Date.parse('2026-11-22T12:00:00Z'))
let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
}, 60_000)
afterAll(() => database.close())

const partitions = async () => {
  const rows = await database.postgres.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relname ~ '^dedup.*_[0-9]{8}$' ORDER BY 1",
  )
  return rows.map((row) => row.name)
}

it('forgets messages only when no copy of them can count any more', async () => {
  const { postgres } = database
  for (const [parent, date] of [
    ['dedup', '2026-09-20'],
    ['dedup', '2026-09-30'],
    ['dedup', '2026-11-22'],
    ['dedup_arrival', '2026-10-05'],
    ['dedup_arrival', '2026-10-19'],
  ]) {
    const name = `${parent}_${date?.replaceAll('-', '')}`
    await postgres.query(`CREATE TABLE ${name} PARTITION OF ${parent} FOR VALUES IN ('${date}')`)
  }
  // No block is old, so the log is not asked for anything.
  await trimLog({ postgres, clock, log: {} as Log, logger: pino({ level: 'silent' }) })
  expect(await partitions()).toEqual(['dedup_20260930', 'dedup_20261122', 'dedup_arrival_20261019'])
})
