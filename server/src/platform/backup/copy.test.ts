import { Writable } from 'node:stream'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { copyOut } from './copy.ts'

let client: pg.Client

beforeAll(async () => {
  client = new pg.Client({ connectionString: `${inject('postgresUrl')}postgres` })
  await client.connect()
})

afterAll(() => client.end())

it('leaves the connection usable when the last bytes fill what they are written to', async () => {
  const taken: number[] = []
  // Full with every byte, and room again only long after the statement has ended.
  const slow = new Writable({
    highWaterMark: 1,
    write: (chunk: Buffer, _encoding, done) => {
      taken.push(chunk.length)
      setTimeout(done, taken.length > 1 ? 200 : 0)
    },
  })
  await copyOut(client, "COPY (SELECT repeat('x', 10)) TO STDOUT", slow)
  const ended = new Promise((resolve) => slow.end(resolve))
  const { rows } = await client.query('SELECT 1 AS one')
  expect(rows).toEqual([{ one: 1 }])
  await ended
  expect(taken.reduce((sum, one) => sum + one, 0)).toBe(11)
})
