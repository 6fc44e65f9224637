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
  let asked = 0
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
  // A look is two questions: with the fifth, two looks are over.
  await expect.poll(() => asked, { timeout: 15_000 }).toBeGreaterThanOrEqual(5)
}

/** A workspace that has sent ten times as much as anybody may. */
function sendMuch(workspace: number): number | null {
  door.ask(workspace, 'live')
  door.spend(workspace, 'live', 10_000)
  return door.ask(workspace, 'live')
}

// A flow that has shown nothing yet is taken for one that does 200 events a second.
describe('the door', () => {
  it('is open to who sends much and is alone, five seconds behind', async () => {
    await openBehind(1_000)
    expect(sendMuch(LOUD)).toBeNull()
  })

  it('is closed to it as soon as others send too, who are let in', async () => {
    await openBehind(1_000)
    expect(door.ask(QUIET, 'live')).toBeNull()
    expect(sendMuch(LOUD)).toBeGreaterThan(0)
    expect(door.ask(QUIET, 'live')).toBeNull()
  })

  it('is open to everybody a second behind', async () => {
    await openBehind(200)
    expect(door.ask(QUIET, 'live')).toBeNull()
    expect(sendMuch(LOUD)).toBeNull()
  })

  it('is closed to who sends much, eleven seconds behind, also when it is alone', async () => {
    await openBehind(2_200)
    expect(sendMuch(LOUD)).toBeGreaterThan(0)
  })
})
