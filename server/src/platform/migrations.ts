import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ClickHouse } from './clickhouse.ts'
import type { Postgres, Sql } from './postgres.ts'

export type Migration = { number: number; name: string; text: string }

const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/
/** Any number: it only has to be the same in every instance that migrates this database. */
const LOCK_KEY = 4_207_731

/**
 * Reads `NNNN_name.sql` files in the order of their numbers.
 * @throws on another file name, or a number given twice.
 */
export function readMigrations(directory: string): Migration[] {
  const migrations: Migration[] = []
  for (const file of readdirSync(directory).sort()) {
    const [, number, name] = FILE_NAME.exec(file) ?? []
    if (!number || !name) {
      throw new Error(`${join(directory, file)} is not named like 0001_what_it_does.sql.`)
    }
    const same = migrations.find((migration) => migration.number === Number(number))
    if (same) throw new Error(`Two migrations have the number ${number}: ${same.name}, ${name}.`)
    const text = readFileSync(join(directory, file), 'utf8')
    migrations.push({ number: Number(number), name, text })
  }
  return migrations
}

type Applied = { number: number; name: string }

/**
 * What is left to do.
 * @throws when the database is ahead of these files, or holds others under the same numbers.
 */
export function pendingMigrations(known: Migration[], applied: readonly Applied[]): Migration[] {
  const byNumber = new Map(known.map((migration) => [migration.number, migration]))
  for (const { number, name } of applied) {
    const file = byNumber.get(number)
    if (!file) {
      throw new Error(
        `The database has migration ${number} (${name}), which this version does not know. ` +
          'Start the newer version that made it, or bring back a copy made before it.',
      )
    }
    if (file.name !== name) {
      throw new Error(
        `Migration ${number} was applied as "${name}", but its file is called "${file.name}". ` +
          'Migrations are never renamed or replaced: add a new one.',
      )
    }
  }
  const done = new Set(applied.map(({ number }) => number))
  return known.filter(({ number }) => !done.has(number))
}

/** Applies what is left, each file in a transaction of its own. Safe to run in several at once. */
export async function migratePostgres(postgres: Postgres, directory: string): Promise<number> {
  const known = readMigrations(directory)
  await postgres.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock($1)', [LOCK_KEY])
    await sql.query(
      `CREATE TABLE IF NOT EXISTS schema_migrations (
         number integer PRIMARY KEY,
         name text NOT NULL,
         applied_at timestamptz NOT NULL DEFAULT now()
       )`,
    )
  })
  const applied = await postgres.query<Applied>('SELECT number, name FROM schema_migrations')
  const pending = pendingMigrations(known, applied)
  for (const migration of pending) {
    await postgres.transaction((sql) => applyOnce(sql, migration))
  }
  return pending.length
}

/** How the database's schema and these migrations differ; names, both empty when they do not. */
export async function compareSchema(
  sql: Sql,
  known: readonly Migration[],
): Promise<{ missing: string[]; unknown: string[] }> {
  const applied = await sql.query<Applied>('SELECT number, name FROM schema_migrations')
  const lacks = ({ number }: Applied, list: readonly Applied[]) =>
    !list.some((one) => one.number === number)
  return {
    missing: known.filter((one) => lacks(one, applied)).map(({ name }) => name),
    unknown: applied.filter((one) => lacks(one, known)).map(({ name }) => name),
  }
}

/** The row comes first: a second instance waits on it, then finds the work done. */
async function applyOnce(sql: Sql, migration: Migration): Promise<void> {
  const won = await sql.query(
    `INSERT INTO schema_migrations (number, name) VALUES ($1, $2)
     ON CONFLICT (number) DO NOTHING RETURNING number`,
    [migration.number, migration.name],
  )
  if (won.length === 0) return
  try {
    await sql.query(migration.text)
  } catch (cause) {
    throw failed(migration, cause)
  }
}

/**
 * The same for ClickHouse, which has no transactions: a file cut short is run again from its
 * beginning, so its statements are written to bear that (IF NOT EXISTS). `postgres` lends its lock.
 */
export async function migrateClickHouse(
  clickhouse: ClickHouse,
  options: { directory: string; postgres: Postgres },
): Promise<number> {
  const known = readMigrations(options.directory)
  return options.postgres.transaction(async (sql) => {
    // The lock outlasts silent minutes: the statements it guards run elsewhere.
    await sql.query('SET LOCAL idle_in_transaction_session_timeout = 0')
    await sql.query('SELECT pg_advisory_xact_lock($1)', [LOCK_KEY + 1])
    await clickhouse.command(
      `CREATE TABLE IF NOT EXISTS schema_migrations
         (number UInt32, name String, applied_at DateTime DEFAULT now())
       ENGINE = MergeTree ORDER BY number`,
    )
    const applied = await clickhouse.query<Applied>('SELECT number, name FROM schema_migrations')
    const pending = pendingMigrations(known, applied)
    for (const migration of pending) await applyToClickHouse(clickhouse, migration)
    return pending.length
  })
}

async function applyToClickHouse(clickhouse: ClickHouse, migration: Migration): Promise<void> {
  try {
    for (const statement of splitStatements(migration.text)) await clickhouse.command(statement)
  } catch (cause) {
    throw failed(migration, cause)
  }
  await clickhouse.insert('schema_migrations', [{ number: migration.number, name: migration.name }])
}

/**
 * Statements end with a semicolon at the end of a line. Lines that are only comment are left out.
 */
export function splitStatements(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n')
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}

function failed({ number, name, text }: Migration, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause)
  // PostgreSQL counts characters from 1; people count lines.
  const position = Number((cause as { position?: unknown } | null)?.position ?? 0)
  const place = position > 0 ? ` at line ${text.slice(0, position).split('\n').length}` : ''
  return new Error(`Migration ${number} (${name}) failed${place}: ${reason}`, { cause })
}
