import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../../test/engines.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
  await database.clickhouse.command(
    `CREATE TABLE note (id UInt64, text String, at DateTime64(3, 'UTC'))
     ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100`,
  )
})
afterAll(() => database.close())

const rows = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({
    id: from + index,
    text: `note ${from + index}; it's "é"\n`,
    at: '2026-03-01T10:00:00.123Z',
  }))

const NASTY = ['', "it's", 'a\\b', '\\', 'tab\tand\nline', "'); DROP TABLE note; --", '\0', '日本']

/** About 20 seconds of work on one thread. */
const SLOW = 'SELECT sum(sipHash64(number)) AS n FROM numbers(3000000000)'

test('rows inserted by the unmodified client come back as they were', async () => {
  await database.clickhouse.insert('note', rows(3))
  const found = await database.clickhouse.query('SELECT * FROM note ORDER BY id LIMIT 1')
  expect(found).toEqual([{ id: 0, text: 'note 0; it\'s "é"\n', at: '2026-03-01 10:00:00.123' }])
})

test.each(NASTY.map((text) => ({ text })))('the parameter $text arrives unchanged', async (row) => {
  const found = await database.clickhouse.query('SELECT {text:String} AS text', row)
  expect(found).toEqual([row])
})

test('lists, numbers and several parameters are bound too', async () => {
  const params = { list: NASTY.slice(1), numbers: [1, 2.5], n: 12, nothing: null }
  const found = await database.clickhouse.query(
    `SELECT {list:Array(String)} AS list, {numbers:Array(Float64)} AS numbers, {n:UInt64} AS n,
            {nothing:Nullable(String)} AS nothing`,
    params,
  )
  expect(found).toEqual([params])
})

test('two hundred parameterised questions at once do not mix up their values', async () => {
  const ids = Array.from({ length: 200 }, (_, id) => id)
  const found = await Promise.all(
    ids.map((id) => database.clickhouse.query<{ id: number }>('SELECT {id:UInt32} AS id', { id })),
  )
  expect(found.flat().map((row) => row.id)).toEqual(ids)
})

test('the same insert with the same token is stored once', async () => {
  const count = () => database.clickhouse.query<{ n: number }>('SELECT count() AS n FROM note')
  await database.clickhouse.insert('note', rows(5, 100), { token: 'batch-1' })
  const [before] = await count()
  await database.clickhouse.insert('note', rows(5, 100), { token: 'batch-1' })
  expect(await count()).toEqual([before])
  await database.clickhouse.insert('note', rows(5, 100), { token: 'batch-2' })
  expect(await count()).toEqual([{ n: (before?.n ?? 0) + 5 }])
})

test('a setting given with one statement does not stay for the next', async () => {
  const client = rawClient()
  const ask = async (settings: Record<string, string>) => {
    const answer = await client.query({
      query: "SELECT toString(getSetting('max_block_size')) AS size",
      format: 'JSONEachRow',
      clickhouse_settings: settings,
    })
    return answer.json()
  }
  const [usual] = await ask({})
  expect(await ask({ max_block_size: '77' })).toEqual([{ size: '77' }])
  for (let i = 0; i < 8; i += 1) expect(await ask({})).toEqual([usual])
  await client.close()
})

test('errors carry the code and the words of ClickHouse', async () => {
  await expect(database.clickhouse.query('SELECT * FROM missing')).rejects.toMatchObject({
    code: '60',
    type: 'UNKNOWN_TABLE',
  })
  await expect(database.clickhouse.query('SELEC 1')).rejects.toMatchObject({ code: '62' })
  // The connection is as good as before.
  expect(await database.clickhouse.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('a wrong password is refused', async () => {
  const client = rawClient('wrong')
  await expect(client.query({ query: 'SELECT 1' })).rejects.toMatchObject({ code: '516' })
  await client.close()
})

test('a gzipped body is understood', async () => {
  const client = rawClient(undefined, { request: true, response: true })
  await client.insert({ table: 'note', values: rows(2, 900), format: 'JSONEachRow' })
  const answer = await client.query({ query: 'SELECT count() AS n FROM note WHERE id >= 900' })
  expect((await answer.json()).data).toEqual([{ n: 2 }])
  await client.close()
})

test('a closed request ends its query, and quick ones answer all the while', async () => {
  const abort = new AbortController()
  const slow = database.clickhouse.query(SLOW, {}, { lane: 'heavy', signal: abort.signal })
  const failed = expect(slow).rejects.toThrow()
  await pause(300)
  const startedAt = performance.now()
  expect(await database.clickhouse.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(performance.now() - startedAt).toBeLessThan(1_000)
  abort.abort()
  await failed
  // The only heavy connection is free again only when the query was killed.
  const next = database.clickhouse.query('SELECT 2 AS two', {}, { lane: 'heavy' })
  expect(await Promise.race([next, pause(5_000)])).toEqual([{ two: 2 }])
})

function rawClient(password?: string, compression?: { request: boolean; response: boolean }) {
  return createClient({
    url: database.clickhouseUrl,
    log: { level: ClickHouseLogLevel.OFF },
    ...database.clickhouseAuth,
    ...(password ? { password } : {}),
    ...(compression ? { compression } : {}),
  })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
