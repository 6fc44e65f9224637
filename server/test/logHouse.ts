import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withoutEvents } from '../src/collect/index.ts'
import { systemClock } from '../src/platform/clock.ts'
import { fileArchive } from '../src/platform/log/archive.ts'
import type { Log } from '../src/platform/log/log.ts'
import { openPostgresLog } from '../src/platform/log/postgresLog.ts'
import { openTestDatabase, type TestDatabase } from './engines.ts'

/** A log with one workspace, for tests of what works behind it: no program runs. */
export type LogHouse = {
  database: TestDatabase
  log: Log
  workspace: number
  /** Of the archive, and of whatever else a process keeps. */
  folder: string
  close(): Promise<void>
}

/** Opens one on databases of its own; `name` names the workspace. */
export async function openLogHouse(name: string): Promise<LogHouse> {
  const database = await openTestDatabase()
  const folder = mkdtempSync(join(tmpdir(), `clientele-${name}-`))
  const { postgres } = database
  const archive = fileArchive(folder)
  const log = await openPostgresLog({ postgres, archive, clock: systemClock, withoutEvents })
  const [row] = await postgres.query<{ id: number }>(
    `INSERT INTO workspace (key, name, hash_key, created_at) VALUES ($1, $1, $2, now())
     RETURNING id`,
    [name, Buffer.alloc(32, 7)],
  )
  return {
    ...{ database, log, folder, workspace: row?.id ?? 0 },
    close: async () => {
      await log.close()
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
