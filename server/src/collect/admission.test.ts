import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../test/engines.ts'
import type { Sql } from '../platform/postgres.ts'
import { type Admission, openAdmission } from './admission.ts'

let database: TestDatabase
let door: Admission
beforeAll(async () => {
  database = await openTestDatabase()
  await database.postgres.query(
    `INSERT INTO process (id, roles, started_at, seen_at)
     VALUES (gen_random_uuid(), '{collect,flow}', now(), now() + interval '1 hour')`,
  )
  for (const table of ['log_head', 'flow_cursor']) {
    await database.postgres.query(`INSERT INTO ${table} (lane, shard) VALUES ('live', 0)`)
  }
})
afterAll(() => database.close())
afterEach(() => door.stop())

const [LOUD, QUIET] = [1, 2]

/** Opens the door before a flow that stands still, `events` behind, and lets it see that. */
async function openBehind(events: number): Promise<void> {
  await database.postgres.query('UPDATE log_head SET next = $1', [events + 1])
  asked = 0
  const query: Sql['query'] = (text, values) => {
    asked += 1
    return database.postgres.query(text, values)
  }
  door = openAdmission({
    postgres: { ...database.postgres, query },
    onFault: (error) => {
      throw error
    },
  })
  await looked(5)
}

let asked = 0
/** Resolves once so many questions were put: a look is two. */
const looked = (times: number) =>
  expect.poll(() => asked, { timeout: 15_000 }).toBeGreaterThanOrEqual(times)

/** A workspace has sent ten times as much as anybody may, and what it sent is in the log. */
async function sendMuch(workspace: number): Promise<void> {
  door.ask(workspace, 'live')
  door.spend(workspace, 'live', 100_000)
  await looked(asked + 5)
}

// A flow that has stood still for a second is taken for one that still does 1,700 to 1,900 events
// a second.
describe('the door', () => {
  it('is open to who sends much and is alone, five seconds behind', async () => {
    await openBehind(9_000)
    await sendMuch(LOUD)
    expect(door.ask(LOUD, 'live')).toBeNull()
  })

  it('is closed to it as soon as others send too, who are let in', async () => {
    await openBehind(9_000)
    await sendMuch(LOUD)
    expect(door.ask(QUIET, 'live')).toBeNull()
    expect(door.ask(LOUD, 'live')).toBeGreaterThan(0)
    expect(door.ask(QUIET, 'live')).toBeNull()
  })

  it('is open to everybody a second behind', async () => {
    await openBehind(1_600)
    expect(door.ask(QUIET, 'live')).toBeNull()
    await sendMuch(LOUD)
    expect(door.ask(LOUD, 'live')).toBeNull()
  })

  it('is closed to who sends much, eleven seconds behind, also when it is alone', async () => {
    await openBehind(22_000)
    await sendMuch(LOUD)
    expect(door.ask(LOUD, 'live')).toBeGreaterThan(0)
  })

  it('counts what it let in since it looked, so that a burst is stopped in the middle', async () => {
    await openBehind(1_600)
    let taken = 0
    while (door.ask(LOUD, 'live') === null && taken < 1_000_000) {
      door.spend(LOUD, 'live', 100)
      taken += 100
    }
    expect(taken).toBeGreaterThan(12_000)
    expect(taken).toBeLessThan(20_000)
  })
})
