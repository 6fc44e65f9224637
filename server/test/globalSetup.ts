import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startClickHouse } from '../src/platform/engines/clickhouse.ts'
import { ensureDatabase, startPostgres } from '../src/platform/engines/postgres.ts'
import { findServiceUser, makeOwnDir } from '../src/platform/engines/serviceUser.ts'
import { migratePostgres } from '../src/platform/migrations.ts'
import { openPostgres } from '../src/platform/postgres.ts'
import { POSTGRES_MIGRATIONS, TEMPLATE_DATABASE } from './migrationFiles.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the PostgreSQL of this run, without a database. */
    postgresUrl: string
    clickhouse: { url: string; username: string; password: string }
    /** Where the pages are built, by whoever asks for them first. */
    pagesDir: string
  }
}

/** One PostgreSQL and one ClickHouse engine for the whole run, in a directory of their own. */
export default async function startEngines(project: TestProject): Promise<() => Promise<void>> {
  const home = mkdtempSync(join(tmpdir(), 'clientele-test-'))
  const pagesDir = mkdtempSync(join(tmpdir(), 'clientele-pages-'))
  const user = findServiceUser()
  makeOwnDir(home, user)
  const postgres = await startPostgres({
    dataDir: join(home, 'postgres'),
    logFile: join(home, 'log', 'postgres.log'),
    user,
    durable: false,
  })
  const clickhouse = await startClickHouse({
    dataDir: join(home, 'clickhouse'),
    logFile: join(home, 'log', 'clickhouse.log'),
    user,
  })
  const stop = async () => {
    await Promise.all([postgres.stop(), clickhouse.stop()])
    rmSync(home, { recursive: true, force: true })
    rmSync(pagesDir, { recursive: true })
  }
  try {
    await ensureDatabase(postgres.url('postgres'), TEMPLATE_DATABASE)
    // Migrated once; each test file gets a copy of it.
    const template = openPostgres({ url: postgres.url(TEMPLATE_DATABASE), connectionsMax: 1 })
    await migratePostgres(template, POSTGRES_MIGRATIONS).finally(() => template.close())
  } catch (error) {
    await stop()
    throw error
  }
  project.provide('postgresUrl', postgres.url(''))
  project.provide('pagesDir', pagesDir)
  const { url, username, password } = clickhouse
  project.provide('clickhouse', { url, username, password })
  return stop
}
