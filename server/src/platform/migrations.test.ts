import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../test/engines.ts'
import { CLICKHOUSE_MIGRATIONS } from '../../test/migrationFiles.ts'
import { openClickHouse } from './clickhouse.ts'
import {
  migrateClickHouse,
  migratePostgres,
  readMigrations,
  splitStatements,
} from './migrations.ts'
import { openPostgres, type Postgres } from './postgres.ts'

let database: TestDatabase
let empty: Postgres
let emptyUrl: string
let directory: string

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.postgres.query('CREATE DATABASE migration_test')
  emptyUrl = database.postgresUrl.replace(/[^/]*$/, 'migration_test')
  empty = openPostgres({ url: emptyUrl, connectionsMax: 4 })
  directory = mkdtempSync(join(tmpdir(), 'clientele-migrations-'))
})
afterEach(async () => {
  await empty.close()
  await database.postgres.query('DROP DATABASE migration_test WITH (FORCE)')
  rmSync(directory, { recursive: true })
})

const file = (name: string, text: string) => writeFileSync(join(directory, name), text)
const applied = () => empty.query('SELECT number, name FROM schema_migrations ORDER BY number')

test('files are applied once, in the order of their numbers', async () => {
  file('0002_fill.sql', 'INSERT INTO thing VALUES (1); INSERT INTO thing VALUES (2)')
  file('0001_thing.sql', 'CREATE TABLE thing (n int)')
  expect(await migratePostgres(empty, directory)).toBe(2)
  file('0003_more.sql', 'INSERT INTO thing VALUES (3)')
  expect(await migratePostgres(empty, directory)).toBe(1)
  expect(await migratePostgres(empty, directory)).toBe(0)
  expect(await empty.query('SELECT n FROM thing ORDER BY n')).toHaveLength(3)
  expect(await applied()).toMatchObject([{ name: 'thing' }, { name: 'fill' }, { name: 'more' }])
})

test('of two instances that start at once, one applies and both go on', async () => {
  file('0001_slow.sql', 'SELECT pg_sleep(0.3); CREATE TABLE thing (n int)')
  const second = openPostgres({ url: emptyUrl, connectionsMax: 2 })
  await Promise.all([migratePostgres(empty, directory), migratePostgres(second, directory)])
  await second.close()
  expect(await applied()).toHaveLength(1)
})

test('a database of a newer version is refused', async () => {
  file('0001_thing.sql', 'CREATE TABLE thing (n int)')
  file('0002_future.sql', 'CREATE TABLE future (n int)')
  await migratePostgres(empty, directory)
  rmSync(join(directory, '0002_future.sql'))
  await expect(migratePostgres(empty, directory)).rejects.toThrow(
    'The database has migration 2 (future), which this version does not know',
  )
})

test('a migration that was renamed is refused', async () => {
  file('0001_thing.sql', 'CREATE TABLE thing (n int)')
  await migratePostgres(empty, directory)
  rmSync(join(directory, '0001_thing.sql'))
  file('0001_other.sql', 'CREATE TABLE other (n int)')
  await expect(migratePostgres(empty, directory)).rejects.toThrow('Migrations are never renamed')
})

test('a file that fails leaves nothing behind, and says its line', async () => {
  file('0001_half.sql', 'CREATE TABLE half (n int);\n\nSELEC 1;\n')
  await expect(migratePostgres(empty, directory)).rejects.toThrow(
    'Migration 1 (half) failed at line 3: syntax error at or near "SELEC"',
  )
  expect(await applied()).toEqual([])
  expect(await empty.query("SELECT to_regclass('half') AS half")).toEqual([{ half: null }])
})

test.each([
  { description: 'a wrong name', names: ['first.sql'], sentence: 'is not named like 0001_what' },
  {
    description: 'one number twice',
    names: ['0001_a.sql', '0001_b.sql'],
    sentence: 'Two migrations have the number 0001: a, b',
  },
])('$description is refused', ({ names, sentence }) => {
  for (const name of names) file(name, '')
  expect(() => readMigrations(directory)).toThrow(sentence)
})

test('ClickHouse statements are split at line ends, not inside of a line', () => {
  const text = "-- what; it does;\nSELECT ';' AS a;\n\nSELECT 2\n  -- a note\n  AS b ;\n"
  expect(splitStatements(text)).toEqual(["SELECT ';' AS a", 'SELECT 2\n  AS b'])
})

test('a ClickHouse file cut short is run again as a whole', async () => {
  const run = () => migrateClickHouse(database.clickhouse, { directory, postgres: empty })
  await database.clickhouse.command('TRUNCATE TABLE schema_migrations')
  const create = 'CREATE TABLE IF NOT EXISTS cut (n UInt8) ENGINE = MergeTree ORDER BY n;\n'
  file('0001_cut.sql', `${create}INSERT INTO nowhere VALUES (1);\n`)
  await expect(run()).rejects.toThrow('Migration 1 (cut) failed')
  file('0001_cut.sql', `${create}INSERT INTO cut VALUES (1);\n`)
  expect(await run()).toBe(1)
  expect(await run()).toBe(0)
  expect(await database.clickhouse.query('SELECT n FROM cut')).toEqual([{ n: 1 }])
})

test('the files of ClickHouse come to their end after a cut behind any of their statements', async () => {
  const { clickhouse, clickhouseUrl, clickhouseAuth } = database
  const statements = readMigrations(CLICKHOUSE_MIGRATIONS).flatMap(({ text }) =>
    splitStatements(text),
  )
  for (const cut of statements.keys()) {
    const name = `cut_${cut}`
    await clickhouse.command(`CREATE DATABASE ${name} ENGINE = Atomic`)
    const address = { url: clickhouseUrl, ...clickhouseAuth, database: name }
    const half = openClickHouse({ ...address, timeoutMs: 60_000 })
    for (const statement of statements.slice(0, cut + 1)) await half.command(statement)
    const options = { directory: CLICKHOUSE_MIGRATIONS, postgres: empty }
    expect(await migrateClickHouse(half, options)).toBeGreaterThan(0)
    const columns = await half.query("SELECT 1 FROM event_of_profile WHERE gone = ['nothing']")
    expect(columns).toEqual([])
    await half.close()
    await clickhouse.command(`DROP DATABASE ${name}`)
  }
}, 240_000)
