/** `npm run rebuild` as a command: a process of its own, on real engines. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openTestDatabase, type TestDatabase } from './engines.ts'
import { openWorldOn, type SegmentWorld } from './equivalence/world.ts'
import { usersIn } from './segmentWorld.ts'

const COMMAND = join(import.meta.dirname, '..', 'src', 'rebuild.ts')
const COMPLETING = 'Completing the objects of people in ClickHouse'
const dataDir = mkdtempSync(join(tmpdir(), 'clientele-rebuild-'))
const clock = manualClock(Date.parse('2026-11-24T11:00:00Z'))
let database: TestDatabase
let world: SegmentWorld

beforeAll(async () => {
  database = await openTestDatabase()
  world = await openWorldOn(database, clock)
}, 60_000)
afterAll(async () => {
  await world.close()
  rmSync(dataDir, { recursive: true, force: true })
})

/** Its exit code, and what it said. */
function rebuild(...options: string[]): Promise<{ code: number; said: string }> {
  const { postgresUrl, clickhouseUrl, clickhouseAuth } = database
  const history = new URL(clickhouseUrl)
  history.username = clickhouseAuth.username
  history.password = clickhouseAuth.password
  history.pathname = clickhouseAuth.database
  const env = {
    ...{ PATH: process.env.PATH ?? '', DATA_DIR: dataDir, LOG_LEVEL: 'warn' },
    ...{ DATABASE_URL: postgresUrl, CLICKHOUSE_URL: history.href },
  }
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...options], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    )
  })
}

const objects = () =>
  database.clickhouse.query('SELECT * FROM object_said ORDER BY lane, shard, position, type, id')

it('compares, then folds the state again and completes the objects of people in ClickHouse', async () => {
  const rule = { object: 'contract', where: [], times: { op: 'atLeast', count: 1 } }
  const segment = await world.whenLive((await world.create('Has a contract', rule)).id)
  const signed = (userId: string, object: unknown) => {
    return { type: 'track', event: 'Signed', userId, properties: { object } }
  }
  await world.send([
    signed('ana', [
      { type: 'contract', id: 'C-1', amount: 480 },
      { type: 'card', id: 7 },
    ]),
    signed('bo', { type: 'contract', id: 'C-2', ends_at: '2027-01-01' }),
    signed('cy', 'a contract'),
  ])
  // On one device, each of them says yes.
  for (const userId of ['ana', 'bo', 'ana']) {
    const context = { consent: { categoryPreferences: { marketing: true } } }
    await world.send([{ type: 'identify', userId, anonymousId: 'tablet' }])
    await world.send([{ type: 'track', event: 'Agreed', anonymousId: 'tablet', context }])
    clock.advance(60_000)
  }
  await world.settled()
  const told = await objects()
  expect(told).toHaveLength(3)
  await world.stop()
  // As an installation from before objects were read, with a state that lacks them.
  await database.clickhouse.command('TRUNCATE TABLE object_said')
  await database.postgres.query('DELETE FROM membership')
  const words = await database.postgres.query('SELECT * FROM consent_state ORDER BY owner')
  expect(words).toHaveLength(2)
  const checked = await rebuild('--check')
  expect(checked).toMatchObject({ code: 1, said: expect.stringContaining('memberships') })
  expect(checked.said).not.toContain(COMPLETING)
  expect(await objects()).toEqual([])
  const rebuilt = await rebuild()
  expect(rebuilt).toMatchObject({ code: 0, said: expect.stringContaining(COMPLETING) })
  expect(await objects()).toEqual(told)
  const rebuiltWords = await database.postgres.query('SELECT * FROM consent_state ORDER BY owner')
  expect(rebuiltWords).toEqual(words)
  expect(await rebuild('--check')).toMatchObject({
    ...{ code: 0, said: expect.stringContaining('Nothing is different.') },
  })
  await world.start()
  await world.settled()
  expect(await usersIn(world, segment.id)).toEqual(['ana', 'bo'])
}, 180_000)
