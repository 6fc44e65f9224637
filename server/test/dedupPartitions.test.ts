import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDedupPartitions } from '../src/flow/dedup.ts'
import type { Item } from '../src/flow/items.ts'
import { openTestDatabase, type TestDatabase } from './engines.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

/** As far as partitions are concerned. */
const itemOf = (date: string) => ({ kind: 'event', bucket: { table: 'dedup', date } }) as Item

it('shards that meet a new day at the same moment all go on', async () => {
  for (let day = 10; day < 30; day += 1) {
    const items = [itemOf(`2026-06-${day}`)]
    const loops = Array.from({ length: 5 }, () =>
      createDedupPartitions(database.postgres, items, new Set()),
    )
    await expect(Promise.all(loops)).resolves.toBeDefined()
  }
  const rows = await database.postgres.query(
    `SELECT 1 FROM pg_class WHERE relname LIKE 'dedup_202606%' AND relkind = 'r'`,
  )
  expect(rows).toHaveLength(20)
})

it('a new day is made, and written to, while somebody reads the table for long', async () => {
  const { postgres } = database
  await postgres.transaction(async (reader) => {
    await reader.query('SELECT count(*) FROM dedup')
    await createDedupPartitions(postgres, [itemOf('2026-07-01')], new Set())
    await postgres.query("INSERT INTO dedup VALUES ('2026-07-01', '\\x00')")
  })
  expect(await postgres.query("SELECT 1 FROM dedup WHERE bucket = '2026-07-01'")).toHaveLength(1)
})
