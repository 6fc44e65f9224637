/** What somebody without a value fulfils in ClickHouse, where a Map reads as its type's default. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../test/engines.ts'
import { calendarOf } from './calendar.ts'
import { columnsAt, compareSql } from './operators/index.ts'
import type { Comparison } from './rule.ts'
import { SqlBuilder } from './sqlBuilder.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

/** Maps of a row that has no value, or an empty one of each type. */
const ROWS = {
  nothing: `map() AS text, map() AS number, map() AS boolean`,
  defaults: `map('x', '') AS text, map('x', toDecimal128(0, 6)) AS number, map('x', false) AS boolean`,
}

async function fulfils(comparison: Comparison, row: keyof typeof ROWS): Promise<boolean> {
  const builder = new SqlBuilder({ workspace: 1, now: 0, calendar: calendarOf('UTC') })
  const sql = compareSql(columnsAt('e', 'x', builder), comparison, builder)
  const [found] = await database.clickhouse.query<{ holds: boolean }>(
    `SELECT toBool(${sql}) AS holds FROM (
       SELECT CAST(text, 'Map(String, String)') AS text,
         CAST(number, 'Map(String, Decimal(38, 6))') AS number,
         CAST(boolean, 'Map(String, Bool)') AS boolean,
         CAST(map(), 'Map(String, Array(String))') AS list
       FROM (SELECT ${ROWS[row]})) AS e`,
    builder.params,
  )
  return found?.holds ?? false
}

const OF_DEFAULTS: Comparison[] = [
  { op: 'equals', value: '' },
  { op: 'equals', value: 0 },
  { op: 'equals', value: false },
  { op: 'oneOf', value: ['', 'b'] },
  { op: 'oneOf', value: [0, 7] },
  { op: 'contains', value: '' },
  { op: 'startsWith', value: '' },
  { op: 'endsWith', value: '' },
  { op: 'greater', value: -1 },
  { op: 'greaterOrEqual', value: 0 },
  { op: 'less', value: 1 },
  { op: 'lessOrEqual', value: 0 },
  { op: 'between', value: [-1, 1] },
  { op: 'isFalse' },
]

it.each(OF_DEFAULTS)('$op $value holds for an empty value and not for none', async (comparison) => {
  expect(await fulfils(comparison, 'defaults')).toBe(true)
  expect(await fulfils(comparison, 'nothing')).toBe(false)
})

it.each<Comparison>([
  { op: 'equals', value: 'a' },
  { op: 'equals', value: 1 },
  { op: 'oneOf', value: ['a', 1, true] },
  { op: 'contains', value: 'a' },
  { op: 'greater', value: 0 },
  { op: 'less', value: 0 },
  { op: 'isTrue' },
])('$op $value holds for neither', async (comparison) => {
  expect(await fulfils(comparison, 'defaults')).toBe(false)
  expect(await fulfils(comparison, 'nothing')).toBe(false)
})
