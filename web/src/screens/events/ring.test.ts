import { expect, test } from 'vitest'
import type { LiveMessage } from './api.ts'
import { addToRing, bestIdentifier, emptyRing, resumeRing, ringSize } from './ring.ts'

const message = (messageId: string): LiveMessage => ({
  at: '2026-11-22T13:05:32Z',
  receivedAt: '2026-11-22T13:05:32Z',
  source: { id: 's', name: 'Site' },
  type: 'track',
  event: 'Order Completed',
  messageId,
  summary: '',
  identifiers: [],
  state: 'accepted',
  reason: null,
  raw: '{}',
})

test('the newest message is first', () => {
  const ring = addToRing(
    addToRing(emptyRing, [message('a'), message('b')], 'live'),
    [message('c')],
    'live',
  )
  expect(ring.shown.map((one) => one.messageId)).toEqual(['c', 'b', 'a'])
})

test('paused messages wait, are counted, and all show on resume', () => {
  const live = addToRing(emptyRing, [message('a')], 'live')
  const paused = addToRing(live, [message('b'), message('c')], 'paused')
  expect(paused.shown).toHaveLength(1)
  expect(paused.waiting).toHaveLength(2)
  expect(resumeRing(paused).shown.map((one) => one.messageId)).toEqual(['c', 'b', 'a'])
})

test('the ring never holds more than its size, and keys stay unique', () => {
  const many = Array.from({ length: ringSize + 50 }, (_, index) => message(String(index)))
  const ring = addToRing(addToRing(emptyRing, many, 'live'), [message('last')], 'live')
  expect(ring.shown).toHaveLength(ringSize)
  expect(new Set(ring.shown.map((one) => one.key)).size).toBe(ringSize)
})

test('a person identifier names the person before a device does', () => {
  const device = { namespace: 'anonymous_id', value: '7f3a' }
  const email = { namespace: 'email', value: 'c@example.com' }
  expect(bestIdentifier([device, email])).toEqual(email)
  expect(bestIdentifier([device])).toEqual(device)
  expect(bestIdentifier([])).toBeNull()
})
