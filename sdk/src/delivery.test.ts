import { describe, expect, it } from 'vitest'
import { fakeEnv } from '../test/fake-env.ts'
import { backoffMs, Delivery, retryAfterMs, takeBatch, verdictOf } from './delivery.ts'

function aDelivery(fake = fakeEnv(), over: { flushAt?: number } = {}) {
  const delivery = new Delivery(fake.env, {
    url: 'https://cdp.example/v1/b',
    writeKey: 'wk',
    flushAt: over.flushAt ?? 10,
    flushIntervalMs: 2000,
  })
  const add = (id: string, text = '', how = { keep: true }) =>
    delivery.add(id, JSON.stringify({ messageId: id, timestamp: fake.env.now(), text }), how)
  const ids = () => fake.messages().map((message) => message.messageId)
  return { ...fake, delivery, add, ids }
}

const ok = { status: 200, retryAfter: null }

describe('batches', () => {
  it('go out together after the interval, with the key in the body', async () => {
    const tag = aDelivery()
    tag.add('a')
    tag.add('b')
    await tag.pass(1999)
    expect(tag.sent).toEqual([])
    await tag.pass(1)
    expect(tag.sent).toHaveLength(1)
    expect(tag.sent[0]?.body).toMatchObject({ writeKey: 'wk', sentAt: '2026-03-01T10:00:02.000Z' })
    expect(tag.ids()).toEqual(['a', 'b'])
  })

  it('go out at once when full', async () => {
    const tag = aDelivery(fakeEnv(), { flushAt: 2 })
    tag.add('a')
    tag.add('b')
    expect(tag.ids()).toEqual(['a', 'b'])
  })

  it('stay below the limit of the intake, and the rest follows', async () => {
    const tag = aDelivery(fakeEnv(), { flushAt: 40 })
    for (let n = 0; n < 40; n++) tag.add(`m${n}`, 'é'.repeat(10_000))
    await tag.pass(10_000)
    expect(tag.sent.length).toBe(2)
    for (const request of tag.sent) {
      expect(Buffer.byteLength(JSON.stringify(request.body))).toBeLessThan(500_000)
    }
    expect(tag.ids()).toEqual(Array.from({ length: 40 }, (_, n) => `m${n}`))
  })

  it('never hold an event beyond 32 KB, counted in bytes, and say so', async () => {
    const tag = aDelivery()
    tag.add('big', 'é'.repeat(17_000))
    tag.add('small')
    await tag.pass(5000)
    expect(tag.ids()).toEqual(['small'])
    expect(tag.warnings[0]).toMatch(/bytes was not sent/)
  })

  it('skip what is under way', () => {
    const entry = { id: 'a', json: '{}', bytes: 2, sending: true }
    expect(takeBatch([entry], 100)).toEqual([])
  })
})

describe('answers', () => {
  it.each([
    [200, 'done'],
    [202, 'done'],
    [0, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
    [400, 'refused'],
    [401, 'refused'],
    [413, 'refused'],
    [404, 'refused'],
  ])('%i means %s', (status, verdict) => {
    expect(verdictOf(status)).toBe(verdict)
  })

  it('are repeated with the same message id after a network error, later each time', async () => {
    const tag = aDelivery()
    tag.answer('network error', { status: 503, retryAfter: null }, ok)
    tag.add('a')
    await tag.pass(2000)
    expect(tag.sent).toHaveLength(1)
    await tag.pass(749)
    expect(tag.sent).toHaveLength(1)
    await tag.pass(1)
    expect(tag.sent).toHaveLength(2)
    await tag.pass(1499)
    expect(tag.sent).toHaveLength(2)
    await tag.pass(60_000)
    expect(tag.ids()).toEqual(['a', 'a', 'a'])
    expect(tag.disk.local.size).toBe(0)
  })

  it('that ask for a pause get it, also when the page is left', async () => {
    const tag = aDelivery()
    tag.answer({ status: 429, retryAfter: '30' }, ok)
    tag.add('a')
    await tag.pass(2000)
    tag.delivery.leave()
    tag.add('b')
    await tag.pass(29_999)
    expect(tag.sent).toHaveLength(1)
    await tag.pass(1000)
    expect(tag.ids()).toEqual(['a', 'a', 'b'])
  })

  it('of a permanent error end the matter', async () => {
    const tag = aDelivery()
    tag.answer({ status: 400, retryAfter: null })
    tag.add('a')
    await tag.pass(600_000)
    expect(tag.sent).toHaveLength(1)
    expect(tag.disk.local.size).toBe(0)
    expect(tag.warnings[0]).toMatch(/refused 1 events: 400/)
  })

  it('give pauses in seconds or as a date, within an hour', () => {
    const now = Date.parse('2026-03-01T10:00:00Z')
    expect(retryAfterMs('7', now)).toBe(7000)
    expect(retryAfterMs('Sun, 01 Mar 2026 10:01:00 GMT', now)).toBe(60_000)
    expect(retryAfterMs('999999', now)).toBe(3_600_000)
    expect(retryAfterMs('soon', now)).toBe(0)
    expect(retryAfterMs('-5', now)).toBe(0)
    expect(retryAfterMs(null, now)).toBe(0)
  })

  it('are waited for from half a second to a minute', () => {
    expect(backoffMs(1, 0)).toBe(500)
    expect(backoffMs(1, 1)).toBe(1000)
    expect(backoffMs(50, 1)).toBe(60_000)
  })
})

describe('the end of a page', () => {
  it('sends what waits in one request that outlives it', async () => {
    const tag = aDelivery()
    tag.add('a')
    tag.delivery.leave()
    expect(tag.sent[0]).toMatchObject({ keepalive: true, leaving: true })
    await tag.pass(60_000)
    expect(tag.ids()).toEqual(['a'])
  })

  it('keeps that request below what browsers allow, and the rest for the next page', async () => {
    const tag = aDelivery(fakeEnv(), { flushAt: 100 })
    for (let n = 0; n < 5; n++) tag.add(`m${n}`, 'x'.repeat(20_000))
    tag.answer('never')
    tag.delivery.leave()
    expect(Buffer.byteLength(JSON.stringify(tag.sent[0]?.body))).toBeLessThan(64 * 1024)
    expect(tag.disk.local.size).toBe(5)
  })

  it('does not send again what is under way', async () => {
    const tag = aDelivery(fakeEnv(), { flushAt: 1 })
    tag.add('a')
    tag.delivery.leave()
    expect(tag.sent).toHaveLength(1)
  })

  it('without an answer: the next page sends the same message again, oldest first', async () => {
    const first = aDelivery()
    first.answer('never')
    first.add('b')
    await first.pass(1)
    first.add('a')
    first.delivery.leave()
    const second = aDelivery(fakeEnv(first.disk))
    second.delivery.adopt()
    second.delivery.adopt()
    await second.pass(5000)
    expect(second.ids()).toEqual(['b', 'a'])
    expect(second.disk.local.size).toBe(0)
  })

  it('leaves other keys and other write keys alone, and removes what it cannot read', () => {
    const fake = fakeEnv()
    fake.disk.local.set('clientele.wk.x', '{half')
    fake.disk.local.set('clientele.other.y', '{}')
    fake.disk.local.set('theme', 'dark')
    const tag = aDelivery(fake)
    tag.delivery.adopt()
    expect([...fake.disk.local.keys()]).toEqual(['clientele.other.y', 'theme'])
  })

  it('forgets the oldest beyond a thousand', async () => {
    const tag = aDelivery(fakeEnv(), { flushAt: 5000 })
    for (let n = 0; n < 1001; n++) tag.add(`m${n}`)
    await tag.pass(5000)
    expect(tag.ids()).toHaveLength(1000)
    expect(tag.ids()[0]).toBe('m1')
    expect(tag.disk.local.size).toBe(0)
  })
})
