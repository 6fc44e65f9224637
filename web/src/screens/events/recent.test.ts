import { expect, test } from 'vitest'
import { fromHistory } from './recent.ts'

const stored = {
  messageId: 'm1',
  type: 'track',
  event: 'Order Completed',
  source: { id: 's', name: 'Site' },
  time: '2026-11-22T13:05:31Z',
  receivedAt: '2026-11-22T13:05:32Z',
  profile: { id: 'p1', name: 'Camille Roussel' },
  properties: { total: 158, products: [{ name: 'Taie' }], payment: 'cb' },
  traits: {},
  flags: [],
}

test('a stored event keeps its person, its times and its plain facts', () => {
  const message = fromHistory(stored)
  expect(message.person?.name).toBe('Camille Roussel')
  expect(message.summary).toBe('total: 158 · payment: cb')
  expect(message.state).toBe('accepted')
})

test('a stored event with flags is shown as flagged', () => {
  expect(fromHistory({ ...stored, flags: ['time_clamped'] }).state).toBe('flagged')
})
