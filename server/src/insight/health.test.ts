import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProgram, type TestProgram } from '../../test/program.ts'
import type { ClickHouse } from '../platform/clickhouse.ts'
import { HOUR_MS } from '../platform/durations.ts'
import { type FinalHours, readBalance } from './balance.ts'
import { judgeHour } from './balanceRules.ts'
import { readHealth, readSizes } from './health.ts'
import type { BalanceView, HealthView, SourceBalance } from './healthSchema.ts'
import { askingHistory } from './history.ts'
import { RecentAnswers } from './recent.ts'
import { progressOf } from './shards.ts'

/** In the middle of an hour that is over and handled. */
const HOUR = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 3 * HOUR_MS
const SENT_AT = HOUR + HOUR_MS / 2

let program: TestProgram
/** The program's present: it stands still while the events come in. */
let standsAt: number | null = SENT_AT
const now = () => standsAt ?? Date.now()

beforeAll(async () => {
  program = await startProgram({ clock: { now } })
  const person = (userId: string, messageId: string) => ({ type: 'identify', userId, messageId })
  await send([
    person('u1', 'm1'),
    person('u2', 'm2'),
    person('u3', 'm3'),
    // The same message again: a duplicate.
    person('u3', 'm3'),
    // Nobody: rejected at the door.
    { type: 'track', event: 'Order Completed', messageId: 'm4' },
    // Everybody's identifier names nobody: accepted, then set aside.
    { type: 'track', event: 'Order Completed', userId: 'null', messageId: 'm5' },
  ])
  await send([{ type: 'identify', userId: 'u9' }], 'a-key-nobody-knows')
  await program.settled()
  standsAt = null
}, 60_000)
afterAll(() => program.close())

async function send(batch: object[], key = program.writeKey): Promise<void> {
  await fetch(`${program.url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${key}:`)}` },
    body: JSON.stringify({ batch }),
  })
}

async function get(path: string): Promise<{ status: number; body: ReturnType<typeof JSON.parse> }> {
  const headers = { authorization: `Bearer ${program.adminKey}` }
  const answer = await fetch(`${program.url}/api/v1${path}`, { headers })
  return { status: answer.status, body: await answer.json() }
}

/** Straight from the engines: the route shares answers for some seconds. */
async function balance(clickhouse: ClickHouse = program.deps.clickhouse): Promise<BalanceView> {
  const to = Math.ceil(now() / HOUR_MS) * HOUR_MS
  const { postgres: sql } = program.deps
  const workspaces = [0, program.workspace.id]
  const range = { now: now(), from: to - 24 * HOUR_MS, to, source: null, after: null, limit: 100 }
  const held = { counts: new RecentAnswers(0), rows: new RecentAnswers(0) } as FinalHours
  const reading = { sql, ask: askingHistory({ clickhouse }), held }
  return readBalance(reading, { workspaces, ...range })
}

/** The one hour in which everything came in, as numbers by name. */
function hourOf({ hours }: BalanceView, one: SourceBalance | undefined) {
  const at = hours.indexOf(new Date(HOUR).toISOString())
  const pick = (name: 'received' | 'accepted' | 'rejected' | 'applied' | 'duplicate') =>
    one?.[name][at]
  return {
    received: pick('received'),
    accepted: pick('accepted'),
    rejected: pick('rejected'),
    applied: pick('applied'),
    duplicate: pick('duplicate'),
    deadLettered: one?.deadLettered[at],
    onTheWay: one?.onTheWay[at],
    difference: one?.difference[at],
    history: one?.history?.[at],
  }
}

const away: ClickHouse = {
  query: () => Promise.reject(new Error('connect ECONNREFUSED')),
  syntaxOf: () => Promise.reject(new Error('connect ECONNREFUSED')),
  insert: () => Promise.reject(new Error('connect ECONNREFUSED')),
  command: () => Promise.reject(new Error('connect ECONNREFUSED')),
  close: () => Promise.resolve(),
}

/** Changes a counter of the source's first row by hand, and back again. */
async function withChanged(column: string, by: number, look: () => Promise<void>): Promise<void> {
  const change = (delta: number) =>
    program.deps.postgres.query(
      `UPDATE intake_minute SET ${column} = ${column} + $1
       WHERE (workspace, source, minute, writer) IN (
         SELECT workspace, source, minute, writer FROM intake_minute
         WHERE workspace > 0 ORDER BY accepted DESC LIMIT 1)`,
      [delta],
    )
  await change(by)
  await look().finally(() => change(-by))
}

describe('I2 by hour and source', () => {
  test('every event is in its own column, and the columns add up', async () => {
    // Refused requests are counted each second.
    const refused = async () => hourOf(await balance(), (await balance()).data[0]).received
    await expect.poll(refused, { timeout: 20_000 }).toBe(1)
    const view = await balance()
    const [nobody, source] = view.data
    expect(hourOf(view, source)).toEqual({
      received: 6,
      accepted: 5,
      rejected: 1,
      applied: 3,
      duplicate: 1,
      deadLettered: 1,
      onTheWay: 0,
      difference: 0,
      history: 0,
    })
    expect(source?.reasons).toMatchObject([
      { code: 'missing_ids', outcome: 'rejected', count: 1 },
      { code: 'no_usable_identifier', outcome: 'dead-lettered', count: 1 },
    ])
    expect(nobody?.source).toBeNull()
    expect(hourOf(view, nobody)).toMatchObject({ received: 1, rejected: 1, difference: 0 })
    expect(view.alarms).toEqual([])
  })

  test('an event that is lost, or comes out of nowhere, is an alarm', async () => {
    await withChanged('accepted', 2, async () => {
      const { alarms } = await balance()
      expect(alarms).toMatchObject([{ difference: 2, unexplained: 0 }])
      const { body } = await get('/overview')
      expect(body.attention[0]).toMatchObject({
        key: 'unbalanced',
        text: { en: 'The counts of one hour do not add up' },
        href: '/health?period=7d#balance',
      })
    })
    await withChanged('accepted', -1, async () => {
      expect((await balance()).alarms).toMatchObject([{ difference: -1, unexplained: 0 }])
    })
    await withChanged('rejected', 1, async () => {
      expect((await balance()).alarms).toMatchObject([{ difference: 0, unexplained: 1 }])
    })
    expect((await balance()).alarms).toEqual([])
  })

  test('rows that the history lacks or has too many are told, and are no alarm', async () => {
    await withChanged('applied', 1, async () => {
      await withChanged('accepted', 1, async () => {
        const view = await balance()
        expect(hourOf(view, view.data[1])).toMatchObject({ difference: 0, history: -1 })
        expect(view.alarms).toEqual([])
      })
    })
  })

  test('an hour is judged only when all that was accepted in it has been handled', () => {
    const counts = { accepted: 10, rejected: 1, applied: 6, duplicate: 1, deadLettered: 1 }
    const open = { ...counts, reasons: null, isFinal: false, history: null }
    expect(judgeHour(open)).toMatchObject({ received: 11, onTheWay: 2, difference: 0 })
    expect(judgeHour({ ...open, isFinal: true })).toMatchObject({ onTheWay: 0, difference: 2 })
    expect(judgeHour({ ...open, applied: 9 })).toMatchObject({ onTheWay: 0, difference: -1 })
  })

  test('says so when the history is away, and counts the rest', async () => {
    const view = await balance(away)
    expect(view.history.state).toBe('away')
    expect(view.data[1]?.history).toBeNull()
    expect(hourOf(view, view.data[1])).toMatchObject({ received: 6, difference: 0 })
  })

  test('pages through sources, asks about one of them, and refuses too long a time', async () => {
    const first = (await get('/insights/balance?limit=1')).body
    expect(first.data.map((one: SourceBalance) => one.source)).toEqual([null])
    const second = (await get(`/insights/balance?limit=1&cursor=${first.next}`)).body
    const { id } = second.data[0].source
    expect(second.next).toBeNull()
    const one = (await get(`/insights/balance?source=${id}`)).body
    expect(one.data.length).toBe(1)
    const unknown = (await get('/insights/balance?source=unknown')).body
    expect(unknown.data.map((each: SourceBalance) => each.source)).toEqual([null])
    const from = new Date(now() - 32 * 24 * HOUR_MS).toISOString()
    const refusals = [`from=${from}`, 'from=2100-01-01T00:00:00Z', 'cursor=x']
    for (const query of refusals) {
      expect([query, (await get(`/insights/balance?${query}`)).status]).toEqual([query, 400])
    }
  })
})

describe('the health of the program', () => {
  test('names every shard with its owner, its place and what waits', async () => {
    const { body } = (await get('/insights/health')) as { body: HealthView }
    const [process] = body.processes
    expect(process).toMatchObject({ isSeen: true, roles: ['collect', 'flow', 'deliver', 'api'] })
    expect(process?.shards.length).toBe(body.shards.length)
    for (const shard of body.shards) {
      expect(shard).toMatchObject({ owner: process?.id, waiting: 0, lagMs: 0, historyWaiting: 0 })
    }
    const places = body.shards.filter(({ lane }) => lane === 'live')
    expect(places.reduce((sum, { position }) => sum + position, 0)).toBe(5)
  })

  test('knows each dependency, how much room it takes, and what was set aside', async () => {
    const { body } = (await get('/insights/health')) as { body: HealthView }
    const states = body.dependencies.map(({ key, state }) => `${key} ${state}`)
    expect(states).toEqual(['postgres ok', 'log ok', 'clickhouse ok', 'archive ok'])
    for (const key of ['postgres', 'log', 'clickhouse']) {
      expect(body.dependencies.find((one) => one.key === key)?.bytes).toBeGreaterThan(0)
    }
    expect(body.disk.size).toBeGreaterThan(body.disk.free)
    expect(body.deadLetters).toBe(1)
    expect(body.stages.map(({ key }) => key)).toEqual([
      'log',
      'resolve',
      'profile',
      'segment',
      'deliver',
      'history',
    ])
  })

  test('goes on without ClickHouse, and says that it is away', async () => {
    const reading = { ...program.deps, clickhouse: away }
    const sizes = await readSizes(reading)
    const { flow } = (await get('/insights/health')).body as HealthView
    const question = { workspace: program.workspace.id, now: now() }
    const view = await readHealth(reading, question, { flow, sizes })
    expect(view.dependencies.find(({ key }) => key === 'clickhouse')).toMatchObject({
      state: 'away',
      bytes: null,
      tookMs: null,
    })
    expect(view.deadLetters).toBe(1)
  })

  test('the slowest shard says how far the flow has come; its own timers are nobody’s wait', () => {
    const still = { historyPosition: 4, historyWaitsSince: null, historyAttempts: 0, owner: null }
    const shard = (lane: string, position: number, waitsSince: number | null) => ({
      ...{ lane, shard: 0, head: 10, position, waitsSince },
      ...still,
    })
    const shards = [shard('live', 10, null), shard('bulk', 3, 500), shard('inner', 0, 1)]
    expect(progressOf(shards)).toMatchObject({ waiting: 7, flowWaitsSince: 500 })
  })
})
