/**
 * The schema of ClickHouse stays fit for a cluster: each statement is turned, as text, into its
 * replicated table and the distributed one before it, and the engine's own parser reads both.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMigrations, splitStatements } from '../../src/platform/migrations.ts'
import { openTestDatabase, type TestDatabase } from '../engines.ts'
import { CLICKHOUSE_MIGRATIONS } from '../migrationFiles.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
}, 60_000)
afterAll(() => database.close())

const statements = readMigrations(CLICKHOUSE_MIGRATIONS).flatMap(({ text }) =>
  splitStatements(text),
)
const tables = statements.filter((text) => /^CREATE TABLE/.test(text))

/** A key that a cluster spreads rows by: what is looked up together lies together. */
const SHARDED_BY: Record<string, string> = {
  event: 'anchor',
  object_said: 'anchor',
  consent_said: 'anchor',
  trait_change: 'owner',
  membership_change: 'profile',
  membership_stay: 'profile',
  alias: 'identifier',
  device: 'device',
  whose: 'anchor',
  identity_change: 'identifier',
  profile_current: 'profile',
}

function nameOf(statement: string): string {
  const [, name] = /^CREATE TABLE (?:IF NOT EXISTS )?(\w+) \(/.exec(statement) ?? []
  if (!name) throw new Error(`No table is named here: ${statement.slice(0, 60)}`)
  return name
}

/** The same table, kept alike on the replicas of a shard, under a name of its own. */
function replicated(statement: string): string {
  const name = nameOf(statement)
  return statement
    .replace(
      /^CREATE TABLE (?:IF NOT EXISTS )?\w+/,
      `CREATE TABLE ${name}_local ON CLUSTER '{cluster}'`,
    )
    .replace(
      /ENGINE = (\w*MergeTree)(?:\(([^)]*)\))?/,
      (_, engine: string, args: string | undefined) => {
        const place = `'/clickhouse/tables/{shard}/clientele/${name}', '{replica}'`
        return `ENGINE = Replicated${engine}(${[place, ...(args ? [args] : [])].join(', ')})`
      },
    )
}

/** The table that reaches the local ones of all shards. */
function distributed(statement: string): string {
  const name = nameOf(statement)
  const key = `cityHash64(${SHARDED_BY[name]})`
  return `CREATE TABLE ${name} ON CLUSTER '{cluster}' AS ${name}_local
    ENGINE = Distributed('{cluster}', currentDatabase(), ${name}_local, ${key})`
}

async function parses(statement: string): Promise<string> {
  const sql = 'SELECT formatQuery({text:String}) AS formatted'
  const [row] = await database.clickhouse.query<{ formatted: string }>(sql, { text: statement })
  return row?.formatted ?? ''
}

describe('the schema of ClickHouse', () => {
  it('has an order, a known engine and a key to spread rows by in every table', () => {
    expect(tables.map(nameOf).sort()).toEqual(Object.keys(SHARDED_BY).sort())
    for (const statement of tables) {
      expect(statement).toMatch(/ENGINE = (Replacing)?MergeTree/)
      expect(statement).toMatch(/ORDER BY/)
      expect(statement).toMatch(new RegExp(`\\b${SHARDED_BY[nameOf(statement)]} UUID`))
    }
  })

  it('names no database, and keeps the repeats of an insert out on replicas as well', () => {
    for (const statement of statements) {
      expect(statement).not.toMatch(/CREATE \w+ (IF NOT EXISTS )?\w+\.\w+/)
      const own = statement.includes('non_replicated_deduplication_window')
      expect(/(?<!non_)replicated_deduplication_window/.test(statement)).toBe(own)
    }
  })

  it('has statements of kinds only for which a cluster has a form', () => {
    const kinds = statements.map((text) => text.split(/\s+/).slice(0, 2).join(' '))
    // What is inserted reads and writes by the distributed tables' names.
    const known = ['ALTER TABLE', 'CREATE TABLE', 'CREATE VIEW', 'DROP VIEW', 'INSERT INTO']
    expect([...new Set(kinds)].sort()).toEqual(known)
  })

  it('only adds columns to its tables, the same to the local and to the distributed one', async () => {
    const changes = statements.filter((text) => text.startsWith('ALTER TABLE'))
    for (const statement of changes) {
      const [, name = '', columns = ''] = /^ALTER TABLE (\w+)\s+(.+)$/s.exec(statement) ?? []
      expect(Object.keys(SHARDED_BY)).toContain(name)
      for (const column of columns.split(/,\n\s*/))
        expect(column).toMatch(/^ADD COLUMN IF NOT EXISTS \w+ /)
      for (const table of [`${name}_local`, name]) {
        const onCluster = `ALTER TABLE ${table} ON CLUSTER '{cluster}' ${columns}`
        expect(await parses(onCluster)).toContain('ON CLUSTER')
      }
    }
  })

  it('is read by the parser as replicated and as distributed tables', async () => {
    for (const statement of tables) {
      expect(await parses(replicated(statement))).toMatch(
        /ENGINE = Replicated(Replacing)?MergeTree/,
      )
      expect(await parses(distributed(statement))).toContain('ENGINE = Distributed')
    }
    await expect(parses('CREATE TABLE x (a UInt8 ENGINE = MergeTree')).rejects.toThrow()
  })
})
