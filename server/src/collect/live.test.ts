import { expect, it } from 'vitest'
import { manualClock } from '../platform/clock.ts'
import { openLiveEvents } from './live.ts'
import type { LiveRecord } from './liveMessage.ts'
import { now, source } from './testing/program.ts'

function recordOf(batch: unknown[], over: { body?: Buffer } = {}): LiveRecord {
  const header = { workspace: 1, kind: 'request', source: 7, receivedAt: now } as const
  const body = over.body ?? Buffer.from(JSON.stringify({ batch }))
  const entry = { header: { ...header, count: batch.length }, body }
  return { kind: 'read', source, entry, rejections: [] }
}

const event = (messageId: string, over = {}) => {
  return { type: 'track', event: 'A', userId: 'u', messageId, ...over }
}

it('keeps the 2,000 newest events and lets the older ones go', () => {
  const live = openLiveEvents(manualClock(now))
  for (let n = 0; n < 300; n++) {
    live.record(recordOf(Array.from({ length: 10 }, (_, i) => event(`${n}-${i}`))))
  }
  const recent = live.recent([1], 5_000)
  expect(recent).toHaveLength(2_000)
  expect([recent[0]?.messageId, recent.at(-1)?.messageId]).toEqual(['299-9', '100-0'])
  expect(live.totals([1]).accepted).toBe(3_000)
})

it('shows a workspace only its own events', () => {
  const live = openLiveEvents(manualClock(now))
  live.record(recordOf([event('m')]))
  expect([live.recent([1], 10).length, live.recent([2], 10).length]).toEqual([1, 0])
})

it('marks the later of two events with the same message id', () => {
  const live = openLiveEvents(manualClock(now))
  live.record(recordOf([event('m')]))
  live.record(recordOf([event('m'), event('other')]))
  expect(live.recent([1], 10).map(({ state }) => state)).toEqual([
    'accepted',
    'duplicate',
    'accepted',
  ])
})

it('shows flagged events as such, with their raw text as it came', () => {
  const live = openLiveEvents(manualClock(now))
  const text = '{"type":"track","event":"A","userId":"u","messageId":"m","context":{"staff": true}}'
  live.record(recordOf([1], { body: Buffer.from(`{"batch":[ ${text} ]}`) }))
  expect(live.recent([1], 1)).toMatchObject([{ state: 'flagged', flags: ['staff'], raw: text }])
})

it('summarises an order by its plain properties, and an identify by trait names only', () => {
  const live = openLiveEvents(manualClock(now))
  const properties = { total: 42.5, email: 'a@b.fr', city: 'Lyon', products: [1] }
  live.record(recordOf([event('m', { properties })]))
  live.record(recordOf([event('n', { type: 'identify', traits: { email: 'a@b.fr', vip: true } })]))
  expect(live.recent([1], 2).map(({ summary }) => summary)).toEqual([
    'email, vip',
    'total: 42.5 · city: Lyon',
  ])
})

it('gives those who watch a sample when much comes in, and stops when they leave', () => {
  const clock = manualClock(now)
  const live = openLiveEvents(clock)
  let seen = 0
  const leave = live.subscribe([1], () => seen++)
  for (let n = 0; n < 2_000; n++) live.record(recordOf([event(`m${n}`)]))
  expect(seen).toBe(500)
  clock.advance(1_000)
  live.record(recordOf([event('later')]))
  expect(seen).toBe(501)
  leave()
  live.record(recordOf([event('unseen')]))
  expect(seen).toBe(501)
})
