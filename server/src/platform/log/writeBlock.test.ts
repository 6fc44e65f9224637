import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../../test/engines.ts'
import { systemClock } from '../clock.ts'
import type { Entry, ShardName } from './log.ts'
import { writeBlock } from './writeBlock.ts'

const live: ShardName = { lane: 'live', shard: 0 }
let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
  await database.postgres.query(`INSERT INTO log_head (lane, shard) VALUES ('live', 0)`)
  await database.postgres.query('CREATE TABLE beside (n int CHECK (n < 100), note text)')
}, 60_000)
afterAll(() => database.close())

function entry(count: number): Entry {
  const header = { workspace: 1, kind: 'request', source: 1, receivedAt: 0, count } as const
  return { header, body: Buffer.from('{}') }
}

async function write(shard: ShardName, { count, rows }: { count: number; rows: number[] }) {
  const alongside = () =>
    rows.map((n, index) => ({
      name: `beside_${index}`,
      text: 'INSERT INTO beside SELECT $1::int, $2::text',
      values: [n, `row ${n}`],
    }))
  const writing = { postgres: database.postgres, clock: systemClock, alongside }
  const position = await writeBlock(writing, shard, [entry(count)])
  return position()
}

async function held() {
  const [row] = await database.postgres.query<{ next: number; blocks: number; beside: string[] }>(
    `SELECT (SELECT next FROM log_head WHERE lane = 'live' AND shard = 0) AS next,
            (SELECT count(*) FROM log_block) AS blocks,
            ARRAY(SELECT n || ': ' || note FROM beside ORDER BY n) AS beside`,
  )
  return row
}

it('I2: a block and what stands alongside are written together, or neither', async () => {
  expect(await write(live, { count: 3, rows: [1, 2] })).toBe(1)
  expect(await write(live, { count: 2, rows: [3, 4] })).toBe(4)
  const before = { next: 6, blocks: 2, beside: ['1: row 1', '2: row 2', '3: row 3', '4: row 4'] }
  expect(await held()).toEqual(before)
  await expect(write(live, { count: 1, rows: [5, 100] })).rejects.toThrow(/check/)
  await expect(write({ lane: 'live', shard: 9 }, { count: 1, rows: [6] })).rejects.toThrow()
  expect(await held()).toEqual(before)
})

it('entries without an event take no position, and what stands alongside is kept', async () => {
  expect(await write(live, { count: 0, rows: [7] })).toBe(0)
  expect(await held()).toMatchObject({ next: 6, blocks: 2, beside: { 4: '7: row 7' } })
})
