/**
 * I1: PostgreSQL is stopped at once, connections are cut, commits are not answered. Nothing is
 * acknowledged that is not durable, nothing is applied twice, and the program goes on by itself.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPostgres, type Postgres } from '../../src/platform/postgres.ts'
import { openTestDatabase, type TestDatabase } from '../engines.ts'
import { peopleOf } from '../people.ts'
import {
  clickhouseOf,
  eventOf,
  expectExactlyOnce,
  handled,
  type Load,
  makeHome,
  type OwnPostgres,
  openOwnPostgres,
  pause,
  type Running,
  startLoad,
  startOn,
  until,
} from './place.ts'
import { type Detour, openProxy, through } from './proxy.ts'

/** The flow's side of the promise: what was acknowledged is applied within this time. */
const RESUMES_MS = 10_000

let history: TestDatabase
beforeAll(async () => {
  history = await openTestDatabase()
}, 60_000)
afterAll(() => history.close())

/** Waits until a request is acknowledged that was begun after now; returns how long it took. */
async function untilAcknowledgedAgain(load: Load): Promise<number> {
  const from = performance.now()
  const before = load.acknowledged.size
  await until('requests are acknowledged again', () => load.acknowledged.size > before + 50)
  return performance.now() - from
}

describe('a PostgreSQL that is stopped at once (-m immediate) under load', () => {
  const { home, remove } = makeHome()
  let own: OwnPostgres
  let program: Running
  beforeAll(async () => {
    own = await openOwnPostgres(home)
    const addresses = { postgresUrl: own.url, clickhouse: clickhouseOf(history) }
    program = await startOn({ addresses })
  }, 60_000)
  afterAll(async () => {
    await program.close()
    await own.close()
    remove()
  })

  test('three times: each time the program resumes alone, with nothing lost or twice', async () => {
    const load = startLoad(program.client, 'immediate')
    for (let stop = 0; stop < 3; stop += 1) {
      await pause(700)
      const pid = own.engine.pid()
      if (pid === null) throw new Error('PostgreSQL should be running.')
      // SIGQUIT is the immediate shutdown: no checkpoint, recovery at the next start.
      process.kill(pid, 'SIGQUIT')
      const tookMs = await untilAcknowledgedAgain(load)
      expect(tookMs).toBeLessThan(RESUMES_MS)
    }
    await load.stop()
    expect((load.statuses.get(503) ?? 0) + (load.statuses.get(0) ?? 0)).toBeGreaterThan(0)
    expect([...load.statuses.keys()].filter((one) => ![0, 200, 503].includes(one))).toEqual([])
    await program.stages.flow?.drained()
    await expectExactlyOnce(program.deps.postgres, load)
  }, 60_000)
})

describe('connections to PostgreSQL', () => {
  let database: TestDatabase
  let proxy: Detour
  let program: Running
  /** Past the proxy: what the test itself asks. */
  let postgres: Postgres
  beforeAll(async () => {
    database = await openTestDatabase()
    proxy = await openProxy(database.postgresUrl)
    postgres = openPostgres({
      url: database.postgresUrl,
      connectionsMax: 2,
      applicationName: 'the test itself',
    })
    program = await startOn({
      addresses: {
        postgresUrl: through(database.postgresUrl, proxy),
        clickhouse: clickhouseOf(database),
      },
    })
  }, 60_000)
  afterAll(async () => {
    await program.close()
    await postgres.close()
    await proxy.close()
    await database.close()
  })

  test('are all cut again and again: nothing is lost, nothing twice', async () => {
    const load = startLoad(program.client, 'cut')
    for (let cut = 0; cut < 8; cut += 1) {
      await pause(150 + 70 * cut)
      await postgres.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'clientele'`,
      )
    }
    expect(await untilAcknowledgedAgain(load)).toBeLessThan(RESUMES_MS)
    await load.stop()
    await program.stages.flow?.drained()
    await expectExactlyOnce(postgres, load)
  }, 60_000)

  test('are refused for a while: the intake asks to come again, and takes it all then', async () => {
    const load = startLoad(program.client, 'refused')
    await pause(300)
    proxy.shut()
    await until('senders are told to come again', () => (load.statuses.get(503) ?? 0) > 3)
    proxy.open()
    expect(await untilAcknowledgedAgain(load)).toBeLessThan(RESUMES_MS)
    await load.stop()
    await program.stages.flow?.drained()
    await expectExactlyOnce(postgres, load)
  }, 60_000)

  test('lose the answer to an append: sent again, it is a duplicate, and applied once', async () => {
    for (let round = 0; round < 5; round += 1) {
      // The prepared statement that writes a block, and commits by itself.
      const lost = proxy.loseAnswerTo(/append(_\w+)?\0/)
      const event = eventOf('append', `append-${round}`)
      const first = await program.client.send([event])
      await lost
      expect(first).toBe(503)
      await until('the same is taken', async () => (await program.client.send([event])) === 200)
    }
    await program.stages.flow?.drained()
    const outcomes = await handled(postgres)
    for (let round = 0; round < 5; round += 1) {
      const own = outcomes.filter(({ id }) => id === `append-${round}`)
      expect(own.map(({ outcome }) => outcome).sort()).toEqual(['applied', 'duplicate'])
    }
  }, 60_000)

  test('lose the answer to a batch of the flow: it is not applied a second time', async () => {
    const acknowledged = new Set<string>()
    for (let round = 0; round < 5; round += 1) {
      const lost = proxy.loseCommitOf('UPDATE flow_cursor SET position')
      const events = Array.from({ length: 20 }, (_, n) => eventOf(`p-${n}`, `batch-${round}-${n}`))
      for (const { messageId } of events) acknowledged.add(messageId)
      expect(await program.client.send(events)).toBe(200)
      await lost
      await program.stages.flow?.drained()
    }
    await expectExactlyOnce(postgres, { name: 'batch', acknowledged })
    expect(await peopleOf({ postgres })).toContain('user_id:p-7 (5)')
  }, 60_000)
})
