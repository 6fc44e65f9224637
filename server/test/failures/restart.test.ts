/**
 * I6: what falls due while the program is dead is done when it is back, once, and told once.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as kit from '../../src/deliver/testKit.ts'
import { type House, openHouse } from '../childProgram.ts'
import { openTestDatabase, type TestDatabase } from '../engines.ts'
import { clickhouseOf, eventOf, houseEnv, pause, type Running, startOn, until } from './place.ts'

const WINDOW_MS = 30 * 60_000
/** The exit is this far ahead when the event is sent. */
const AHEAD_MS = 8_000

let database: TestDatabase
let door: Running
let house: House
let receiver: Awaited<ReturnType<typeof kit.openReceiver>>
beforeAll(async () => {
  database = await openTestDatabase()
  receiver = await kit.openReceiver()
  const { postgresUrl } = database
  const addresses = { postgresUrl, clickhouse: clickhouseOf(database) }
  door = await startOn({ addresses, env: { ROLES: 'collect,api' } })
  house = await openHouse({ ...houseEnv(addresses), ROLES: 'flow,deliver' })
  await house.start()
}, 90_000)
afterAll(async () => {
  await house.close()
  await door.close()
  await receiver.close()
  await database.close()
}, 60_000)

const changes = () => receiver.received.map(({ event }) => event.type.split('.').at(-1))
/** Deliveries of which it is noted that they have arrived: killed before, they are sent again. */
async function told(): Promise<number> {
  const rows = await database.postgres.query(`SELECT 1 FROM delivery WHERE state = 'delivered'`)
  return rows.length
}
const members = () => database.postgres.query('SELECT profile FROM membership')

test('an exit that falls due after kill -9 is made at the restart, and told once', async () => {
  const { id } = await door.client.call<{ id: string }>('POST', '/segments', {
    name: 'Lately seen',
    rule: { did: 'Seen', times: { op: 'atLeast', count: 1 }, within: { minutes: 30 } },
  })
  await until('the segment is live', async () => {
    const { state } = await door.client.call<{ state: string }>('GET', `/segments/${id}`)
    return state === 'live'
  })
  await door.client.call('POST', '/destinations', {
    name: 'Receiver',
    kind: 'webhook',
    config: { url: receiver.url },
    triggers: [{ segment: id, on: ['entered', 'left'] }],
    purpose: 'service',
  })
  const due = Date.now() + AHEAD_MS
  const timestamp = new Date(due - WINDOW_MS).toISOString()
  expect(await door.client.send([eventOf('a', 'a-1', { timestamp })])).toBe(200)
  await until('the entry has been told', async () => (await told()) === 1)
  await house.kill('program only')
  expect(Date.now()).toBeLessThan(due)
  while (Date.now() < due + 500) await pause(50)
  expect(await members()).toHaveLength(1)
  await house.start()
  await until('the exit has been told', async () => (await told()) >= 2)
  expect(await members()).toEqual([])
  await house.kill('program only')
  await house.start()
  await pause(1_000)
  expect(changes()).toEqual(['entered', 'left'])
  const [left] = receiver.received.slice(1)
  expect(left && JSON.parse(left.body).time).toBe(new Date(due).toISOString())
  const [waiting] = await database.postgres.query<{ n: number }>('SELECT count(*) AS n FROM outbox')
  expect(waiting?.n).toBe(0)
}, 120_000)
