/**
 * ClickHouse is away for the whole of a run, and comes back: acceptance, segments and deliveries
 * do not wait for it, what waits for it waits in PostgreSQL, and in the end its counts are those of
 * the log, with nothing twice.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as kit from '../../src/deliver/testKit.ts'
import { openTestDatabase, type TestDatabase } from '../engines.ts'
import { clickhouseOf, eventOf, handled, type Running, startLoad, startOn, until } from './place.ts'
import { type Detour, openProxy, through } from './proxy.ts'

const VISITS = 2_000
const PEOPLE = 40

describe('while ClickHouse is away', () => {
  let database: TestDatabase
  let detour: Detour
  let program: Running
  let receiver: Awaited<ReturnType<typeof kit.openReceiver>>
  beforeAll(async () => {
    database = await openTestDatabase()
    receiver = await kit.openReceiver()
    const clickhouse = clickhouseOf(database)
    detour = await openProxy(clickhouse.url)
    const url = through(clickhouse.url, detour).replace(/\/$/, '')
    program = await startOn({
      addresses: { postgresUrl: database.postgresUrl, clickhouse: { ...clickhouse, url } },
    })
    // A segment's past is read from ClickHouse once; from then on the flow alone keeps it.
    await makeSegment()
    detour.shut()
  }, 60_000)
  afterAll(async () => {
    await program.close()
    await receiver.close()
    await detour.close()
    await database.close()
  })

  let segment = ''
  async function makeSegment(): Promise<void> {
    const rule = { did: 'Bought', times: { op: 'atLeast', count: 1 }, within: { days: 1 } }
    const { id } = await program.client.call<{ id: string }>('POST', '/segments', {
      name: 'Buyers',
      rule,
    })
    segment = id
    await until('the segment is live', async () => {
      const { state } = await program.client.call<{ state: string }>('GET', `/segments/${id}`)
      return state === 'live'
    })
    await program.client.call('POST', '/destinations', {
      name: 'Receiver',
      kind: 'webhook',
      config: { url: receiver.url },
      triggers: [{ segment: id, on: ['entered'] }],
      purpose: 'service',
    })
  }

  const countsOf = () =>
    database.clickhouse.query<{ n: number; ids: number }>(
      'SELECT count() AS n, uniqExact(message_id) AS ids FROM event',
    )

  test('events are taken and applied, people enter segments, and messages go out', async () => {
    const load = startLoad(program.client, 'away', { senders: 2, batch: 50, users: PEOPLE })
    await until('enough was sent', () => load.acknowledged.size >= VISITS)
    await load.stop()
    expect([...load.statuses.keys()]).toEqual([200])
    const bought = Array.from({ length: PEOPLE }, (_, n) =>
      eventOf(`u-${n}`, `bought-${n}`, { event: 'Bought' }),
    )
    expect(await program.client.send(bought)).toBe(200)
    await program.stages.flow?.drained()
    const { size } = await program.client.call<{ size: number }>('GET', `/segments/${segment}`)
    expect(size).toBe(PEOPLE)
    await until('all messages have arrived', () => receiver.received.length === PEOPLE)
    const ready = await fetch(`${program.url}/readyz`)
    expect(ready.status).toBe(200)
  }, 60_000)

  test('what waits for it is in PostgreSQL, a row a batch, and a profile is still answered', async () => {
    expect(await countsOf()).toEqual([{ n: 0, ids: 0 }])
    const [waiting] = await database.postgres.query<{ rows: number; events: number }>(
      `SELECT count(*) AS rows, sum(v.count)::bigint AS events
       FROM verdict v JOIN sink_cursor s USING (lane, shard)
       WHERE v.lane = 'live' AND v.first > s.position`,
    )
    expect(waiting?.events).toBeGreaterThanOrEqual(VISITS + PEOPLE)
    expect(waiting?.rows).toBeLessThan((waiting?.events ?? 0) / 5)
    const profile = await program.client.ask('GET', '/profiles/user_id:u-1')
    expect(profile.status).toBe(200)
  })

  test('and when it is back, it has each event once, as the log has', async () => {
    detour.open()
    await program.stages.sink?.drained()
    const applied = (await handled(database.postgres)).filter((one) => one.outcome === 'applied')
    expect(await countsOf()).toEqual([{ n: applied.length, ids: applied.length }])
    const [entered] = await database.clickhouse.query<{ n: number }>(
      `SELECT count() AS n FROM membership_change WHERE change = 'entered'`,
    )
    expect(entered?.n).toBe(PEOPLE)
  }, 60_000)

  test('also when it has written rows, and its answer is lost', async () => {
    for (let round = 0; round < 3; round += 1) {
      const lost = detour.loseAnswerTo(/INSERT(%20|\+| )INTO(%20|\+| )event/)
      const events = Array.from({ length: 50 }, (_, n) => eventOf(`u-${n}`, `lost-${round}-${n}`))
      expect(await program.client.send(events)).toBe(200)
      await lost
      await program.stages.flow?.drained()
      await program.stages.sink?.drained()
    }
    const applied = (await handled(database.postgres)).filter((one) => one.outcome === 'applied')
    expect(await countsOf()).toEqual([{ n: applied.length, ids: applied.length }])
  }, 60_000)

  test('also when it goes away and comes back many times while it catches up', async () => {
    const load = startLoad(program.client, 'blink', { senders: 2, batch: 20, users: PEOPLE })
    for (let blink = 0; blink < 6; blink += 1) {
      await until('more is sent', () => load.acknowledged.size >= (blink + 1) * 200)
      detour.shut()
      await until('more is sent', () => load.acknowledged.size >= (blink + 1) * 250)
      detour.open()
    }
    await load.stop()
    expect([...load.statuses.keys()]).toEqual([200])
    await program.stages.flow?.drained()
    await program.stages.sink?.drained()
    const applied = (await handled(database.postgres)).filter((one) => one.outcome === 'applied')
    expect(await countsOf()).toEqual([{ n: applied.length, ids: applied.length }])
  }, 60_000)
})
