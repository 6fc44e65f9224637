import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from './engines.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

test('a test database answers in PostgreSQL and in ClickHouse', async () => {
  expect(await database.postgres.query('SELECT 1::int8 AS one')).toEqual([{ one: 1 }])
  expect(await database.clickhouse.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
})
