import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { decodeDocument } from '../src/profile/codec.ts'
import { startProgram, type TestProgram } from './program.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const clock = manualClock(NOW)
let program: TestProgram

beforeAll(async () => {
  program = await startProgram({ clock })
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

describe('the flow', () => {
  it('carries events of a visitor who signs in to one profile and to ClickHouse', async () => {
    const at = new Date(NOW - 60_000).toISOString()
    await send([
      { type: 'track', event: 'Product Viewed', anonymousId: 'd1', messageId: 'm1', timestamp: at },
      {
        type: 'identify',
        anonymousId: 'd1',
        userId: 'u1',
        traits: { email: 'Léa@Example.fr', city: 'Lyon', address: { postalCode: '69003' } },
        messageId: 'm2',
        timestamp: at,
      },
      {
        type: 'track',
        event: 'Order Completed',
        userId: 'u1',
        messageId: 'm3',
        timestamp: at,
        properties: { total: 12.5 },
      },
      { type: 'track', event: 'Order Completed', userId: 'u1', messageId: 'm3', timestamp: at },
    ])
    await program.stages.flow?.drained()
    const rows = await program.deps.postgres.query<{ id: string; document: Buffer }>(
      'SELECT id, document FROM profile',
    )
    expect(rows).toHaveLength(1)
    const document = decodeDocument(rows[0]?.document as Buffer)
    expect(document.fragments).toHaveLength(2)
    await program.stages.sink?.drained()
    const events = await program.deps.clickhouse.query(
      'SELECT event, profile, number FROM event_of_profile ORDER BY event',
    )
    expect(events).toHaveLength(3)
    expect(new Set(events.map((row) => row.profile))).toEqual(new Set([rows[0]?.id]))
    const current = await program.deps.clickhouse.query('SELECT * FROM profile_current FINAL')
    expect(current).toHaveLength(1)
    expect(current[0]).toMatchObject({ known: true, events: 3, text: { city: 'lyon' } })
  })
})
