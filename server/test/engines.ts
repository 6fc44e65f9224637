import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { type ClickHouse, openClickHouse } from '../src/platform/clickhouse.ts'
import { migrateClickHouse } from '../src/platform/migrations.ts'
import { openPostgres, type Postgres } from '../src/platform/postgres.ts'
import { CLICKHOUSE_MIGRATIONS, TEMPLATE_DATABASE } from './migrationFiles.ts'

export type TestDatabase = {
  postgres: Postgres
  clickhouse: ClickHouse
  /** Address of this database in PostgreSQL, for a second pool or another process. */
  postgresUrl: string
  clickhouseUrl: string
  clickhouseAuth: { username: string; password: string; database: string }
  /** Drops both databases. Fails when someone still holds a connection to them. */
  close(): Promise<void>
}

/** The databases opened by this test file and not yet closed; see `leaks.ts`. */
export const openDatabases = new Set<string>()

/**
 * A migrated PostgreSQL database and a migrated ClickHouse database that nobody else uses.
 * Open it once a file (`beforeAll`) and close it at its end (`afterAll`).
 */
export async function openTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`
  const server = inject('postgresUrl')
  const engine = inject('clickhouse')
  await runOn(`${server}postgres`, async (sql) => {
    // A fifth of the processor time of its default, which writes each page to the log.
    await sql.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE_DATABASE} STRATEGY file_copy`)
  })
  const onDefault = openClickHouse({ ...engine, database: 'default', timeoutMs: 60_000 })
  await onDefault.command(`CREATE DATABASE ${name} ENGINE = Atomic`)
  const postgresUrl = `${server}${name}`
  const postgres = openPostgres({ url: postgresUrl, connectionsMax: 10 })
  const clickhouse = openClickHouse({ ...engine, database: name, timeoutMs: 60_000 })
  await migrateClickHouse(clickhouse, { directory: CLICKHOUSE_MIGRATIONS, postgres })
  openDatabases.add(name)
  return {
    postgres,
    clickhouse,
    postgresUrl,
    clickhouseUrl: engine.url,
    clickhouseAuth: { username: engine.username, password: engine.password, database: name },
    close: async () => {
      await postgres.close()
      await clickhouse.close()
      openDatabases.delete(name)
      await onDefault.command(`DROP DATABASE ${name}`)
      await onDefault.close()
      await runOn(`${server}postgres`, (sql) => dropUnused(sql, name))
    },
  }
}

async function runOn(url: string, work: (sql: Postgres) => Promise<void>): Promise<void> {
  const sql = openPostgres({ url, connectionsMax: 1 })
  await work(sql).finally(() => sql.close())
}

const LEAK_GRACE_MS = 2_000

async function dropUnused(sql: Postgres, name: string): Promise<void> {
  // The server hears of a closed socket a moment after us.
  const deadline = performance.now() + LEAK_GRACE_MS
  let users = await connectionsTo(sql, name)
  while (users.length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    users = await connectionsTo(sql, name)
  }
  await sql.query(`DROP DATABASE ${name} WITH (FORCE)`)
  if (users.length > 0) {
    throw new Error(
      `${users.length} connections to the test database were left open (${users.join(', ')}). ` +
        'Close every pool before the database.',
    )
  }
}

async function connectionsTo(sql: Postgres, name: string): Promise<string[]> {
  const rows = await sql.query<{ application_name: string; query: string }>(
    'SELECT application_name, query FROM pg_stat_activity WHERE datname = $1',
    [name],
  )
  return rows.map((row) => `${row.application_name}: ${row.query}`)
}
