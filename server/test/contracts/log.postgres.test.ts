import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { withoutEvents } from '../../src/collect/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { fileArchive } from '../../src/platform/log/archive.ts'
import { openPostgresLog } from '../../src/platform/log/postgresLog.ts'
import { openTestDatabase, type TestDatabase } from '../engines.ts'
import { logContract } from './logContract.ts'

let database: TestDatabase
const folder = mkdtempSync(join(tmpdir(), 'clientele-archive-'))
beforeAll(async () => {
  database = await openTestDatabase()
}, 60_000)
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

describe('the log in PostgreSQL keeps the contract of every log: it', () => {
  logContract({
    open: () =>
      openPostgresLog({
        postgres: database.postgres,
        archive: fileArchive(folder),
        clock: systemClock,
        withoutEvents,
      }),
    archive: (log) => log.trim({ lane: 'live', shard: 0 }, Number.MAX_SAFE_INTEGER),
  })
})
