import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { startProgram, type TestProgram } from './program.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const DAY = 24 * 60 * 60 * 1000
const clock = manualClock(NOW)
let program: TestProgram

beforeAll(async () => {
  // Without the stage that empties the outbox.
  const env = { ROLES: 'collect,flow,api', CLIENTELE_SECRET: 'a secret of the tests 0123456789' }
  program = await startProgram({ clock, env })
}, 60_000)
afterAll(() => program.close())

async function send(batch: object[]) {
  const answer = await fetch(`${program.url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${program.writeKey}:`).toString('base64')}` },
    body: JSON.stringify({ batch, sentAt: new Date(clock.now()).toISOString() }),
  })
  expect(answer.status).toBe(200)
}

async function call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${program.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${program.adminKey}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await answer.text()
  expect(answer.status, text).toBeLessThan(300)
  return (text === '' ? null : JSON.parse(text)) as Answer
}

type Segment = { id: string; size: number; state: string; trend: { size: number }[] }

async function whenLive(id: string): Promise<Segment> {
  for (;;) {
    const segment = await call<Segment>('GET', `/segments/${id}`)
    if (segment.state === 'live') return segment
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const order = (userId: string, messageId: string, at: number, total: number) => ({
  type: 'track',
  event: 'Order Completed',
  userId,
  messageId,
  timestamp: new Date(at).toISOString(),
  properties: { total },
})

describe('segments', () => {
  it('fill from history, follow each event, and end with their window', async () => {
    await send([
      order('a', 'a1', NOW - 29 * DAY, 50),
      order('a', 'a2', NOW - 2 * DAY, 60),
      order('b', 'b1', NOW - 1 * DAY, 80),
      order('c', 'c1', NOW - 40 * DAY, 80),
    ])
    await program.stages.flow?.drained()
    const rule = {
      did: 'Order Completed',
      where: [{ property: 'total', op: 'greaterOrEqual', value: 50 }],
      times: { op: 'atLeast', count: 2 },
      within: { days: 30 },
    }
    const made = await call<Segment>('POST', '/segments', { name: 'Fidèles', rule })
    expect((await whenLive(made.id)).size).toBe(1)
    await send([order('b', 'b2', NOW, 55), order('c', 'c2', NOW, 90)])
    await program.stages.flow?.drained()
    expect((await call<Segment>('GET', `/segments/${made.id}`)).size).toBe(2)
    await program.stages.sink?.drained()
    const preview = await call<{ count: number; base: number }>('POST', '/segments/preview', {
      rule,
    })
    expect(preview).toMatchObject({ count: 2, base: 3 })
    clock.set(NOW + 1 * DAY + 1)
    await program.stages.flow?.drained()
    const later = await call<{ data: { identifiers: string[] }[] }>(
      'GET',
      `/segments/${made.id}/members`,
    )
    expect(later.data.map((member) => member.identifiers)).toEqual([['user_id:b']])
    await program.stages.sink?.drained()
    const ledger = await program.deps.clickhouse.query<{ change: string; cause: string }>(
      'SELECT change, cause FROM membership_change ORDER BY at, change',
    )
    const moves = ledger.map((row) => `${row.change} by ${row.cause}`).sort()
    expect(moves).toEqual(['entered by backfill', 'entered by event', 'left by timer'])
  })
})
