/**
 * A disk that is full. Under PostgreSQL: nothing is acknowledged that is not kept, and all goes on
 * when there is space again. Under ClickHouse: nobody but the history notices.
 */
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openClickHouse } from '../../src/platform/clickhouse.ts'
import { startClickHouse } from '../../src/platform/engines/clickhouse.ts'
import { findServiceUser } from '../../src/platform/engines/serviceUser.ts'
import { migrateClickHouse } from '../../src/platform/migrations.ts'
import type { Addresses } from '../../src/program.ts'
import { openTestDatabase, type TestDatabase } from '../engines.ts'
import { CLICKHOUSE_MIGRATIONS } from '../migrationFiles.ts'
import {
  clickhouseOf,
  expectExactlyOnce,
  handled,
  openOwnPostgres,
  pause,
  startLoad,
  startOn,
  until,
} from './place.ts'
import { noSmallDisk, openSmallDisk } from './smallDisk.ts'

const cannot = noSmallDisk !== ''
/** Makes a request large, so that a small disk is soon full. */
const LARGE = { senders: 3, batch: 20, padding: 6_000 }

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
}, 60_000)
afterAll(() => database.close())

const closing: (() => unknown)[] = []
/** Closed in the opposite order, also when a later one could not be opened. */
function keep<T>(opened: T, close: (opened: T) => unknown): T {
  closing.push(() => close(opened))
  return opened
}
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
const openDisk = (megabytes: number) => keep(openSmallDisk(megabytes), (disk) => disk.unmount())
const start = async (addresses: Addresses) =>
  keep(await startOn({ addresses }), (program) => program.close())

describe.skipIf(cannot)(`the disk of PostgreSQL${noSmallDisk}`, () => {
  test('full under load: senders are asked to come again, and all is there afterwards', async () => {
    const disk = openDisk(300)
    const own = keep(await openOwnPostgres(disk.path), (one) => one.close())
    const program = await start({ postgresUrl: own.url, clickhouse: clickhouseOf(database) })
    const load = startLoad(program.client, 'full', LARGE)
    await until('something was taken', () => load.acknowledged.size > 100)
    disk.fill()
    await until('senders are told to come again', () => (load.statuses.get(503) ?? 0) >= 10)
    // Full, the server may end and start again and again.
    await pause(1_000)
    disk.free()
    const [taken, freedAt] = [load.acknowledged.size, performance.now()]
    await until('requests are taken again', () => load.acknowledged.size > taken)
    expect(performance.now() - freedAt).toBeLessThan(15_000)
    await load.stop()
    expect([...load.statuses.keys()].filter((one) => ![0, 200, 429, 503].includes(one))).toEqual([])
    await program.stages.flow?.drained()
    await expectExactlyOnce(program.deps.postgres, load)
  }, 120_000)
})

describe.skipIf(cannot)(`the disk of ClickHouse${noSmallDisk}`, () => {
  test('full: events are taken and applied all the same, and told when there is space', async () => {
    const disk = openDisk(64)
    const engine = await startClickHouse({
      dataDir: join(disk.path, 'clickhouse'),
      logFile: join(disk.path, 'clickhouse.log'),
      user: findServiceUser(),
    })
    keep(engine, (one) => one.stop())
    const { url, username, password } = engine
    const address = { url, username, password, database: 'default' }
    const clickhouse = openClickHouse({ ...address, timeoutMs: 60_000 })
    keep(clickhouse, (one) => one.close())
    const { postgres, postgresUrl } = database
    await migrateClickHouse(clickhouse, { directory: CLICKHOUSE_MIGRATIONS, postgres })
    const program = await start({ postgresUrl, clickhouse: address })
    disk.fill()
    const load = startLoad(program.client, 'told-later', { ...LARGE, senders: 1 })
    await until('much was taken', () => load.acknowledged.size >= 400)
    await load.stop()
    expect([...load.statuses.keys()]).toEqual([200])
    await program.stages.flow?.drained()
    await expectExactlyOnce(postgres, load)
    const rows = () =>
      clickhouse.query<{ n: number; ids: number }>(
        'SELECT count() AS n, uniqExact(message_id) AS ids FROM event',
      )
    const [before] = await rows()
    expect(before?.n).toBeLessThan(load.acknowledged.size)
    disk.free()
    await program.stages.sink?.drained()
    const applied = (await handled(postgres)).filter((one) => one.outcome === 'applied')
    expect(await rows()).toEqual([{ n: applied.length, ids: applied.length }])
  }, 120_000)
})
