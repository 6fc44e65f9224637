import { describe, expect, it } from 'vitest'
import { judge } from './outcome.ts'
import type { Sent } from './outgoing.ts'
import { reasonText } from './reasons.ts'
import { jitterOf, nextAttemptAt, restMs, retryAfterMs } from './schedule.ts'

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000]

describe('the next attempt', () => {
  it.each([
    [1, 5 * SECOND],
    [2, 5 * MINUTE],
    [3, 30 * MINUTE],
    [4, 2 * HOUR],
    [5, 5 * HOUR],
    [6, 10 * HOUR],
    [7, 10 * HOUR],
  ])(
    'after the failure of attempt %i comes %i ms later, stretched by at most a fifth',
    (attempt, delay) => {
      const at = (jitter: number) => nextAttemptAt(attempt, { now: 1, jitter, retryAfterMs: null })
      expect(at(0)).toBe(1 + delay)
      expect(at(1)).toBe(1 + delay * 1.2)
    },
  )

  it('does not come after the eighth', () => {
    expect(nextAttemptAt(8, { now: 0, jitter: 0, retryAfterMs: null })).toBeNull()
  })

  it('waits as long as the receiver asks, and never less than the backoff', () => {
    expect(nextAttemptAt(1, { now: 0, jitter: 0, retryAfterMs: HOUR })).toBe(HOUR)
    expect(nextAttemptAt(2, { now: 0, jitter: 0, retryAfterMs: SECOND })).toBe(5 * MINUTE)
  })

  it('is spread over deliveries, and the same when asked again', () => {
    const values = Array.from({ length: 100 }, (_, n) => jitterOf(`delivery ${n}`, 1))
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.8)
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
    expect(jitterOf('delivery 1', 1)).toBe(values[1])
  })
})

describe('Retry-After', () => {
  const now = Date.UTC(2026, 10, 22, 12)
  it.each([
    ['120', 120 * SECOND],
    ['Sun, 22 Nov 2026 12:01:00 GMT', MINUTE],
    ['999999999', 24 * HOUR],
    ['0', null],
    ['-5', null],
    ['Sun, 22 Nov 2020 12:01:00 GMT', null],
    ['soon', null],
    [undefined, null],
  ])('%s means a wait of %s ms', (header, wait) => {
    expect(retryAfterMs(header, now)).toBe(wait)
  })
})

describe('the breaker', () => {
  it('rests after 10 failures in a row, twice as long each time, at most 10 minutes', () => {
    expect([0, 1, 9].map(restMs)).toEqual([0, 0, 0])
    expect([10, 11, 12].map(restMs)).toEqual([30 * SECOND, MINUTE, 2 * MINUTE])
    expect([15, 1_000].map(restMs)).toEqual([10 * MINUTE, 10 * MINUTE])
  })
})

const answer = (status: number, headers: Record<string, string> = {}): Sent => ({
  answer: { status, headers, body: '' },
  error: null,
})

describe('an attempt is judged', () => {
  const judged = (sent: Sent, number = 1) => judge(sent, { delivery: 'd', number, now: 0 })

  it.each([
    { sent: answer(200), state: 'delivered', reason: null, failed: false },
    { sent: answer(204), state: 'delivered', reason: null, failed: false },
    { sent: answer(302), state: 'retrying', reason: 'http_302', failed: false },
    { sent: answer(400), state: 'retrying', reason: 'http_400', failed: false },
    { sent: answer(408), state: 'retrying', reason: 'http_408', failed: true },
    { sent: answer(410), state: 'dead', reason: 'http_410', failed: false },
    { sent: answer(429), state: 'retrying', reason: 'http_429', failed: true },
    { sent: answer(500), state: 'retrying', reason: 'http_500', failed: true },
    {
      sent: { answer: null, error: 'timeout' },
      state: 'retrying',
      reason: 'timeout',
      failed: true,
    },
    {
      sent: { answer: null, error: 'address_refused' },
      state: 'dead',
      reason: 'address_refused',
      failed: false,
    },
  ] as const)('$sent.answer.status $sent.error is $state', ({ sent, state, reason, failed }) => {
    const outcome = judged(sent)
    expect(outcome).toMatchObject({ state, reason, destination: { failed } })
    expect(outcome.nextAttemptAt !== null).toBe(state === 'retrying')
  })

  it('as dead when the eighth fails', () => {
    expect(judged(answer(500), 7).state).toBe('retrying')
    expect(judged(answer(500), 8)).toMatchObject({ state: 'dead', nextAttemptAt: null })
  })

  it('with the wish of a receiver that is busy, which holds for all its messages', () => {
    const outcome = judged(answer(429, { 'retry-after': '3600' }))
    expect(outcome.nextAttemptAt).toBe(HOUR)
    expect(outcome.destination.pausedUntil).toBe(HOUR)
    expect(judged(answer(500, { 'retry-after': '3600' })).destination.pausedUntil).toBeNull()
  })
})

describe('an answer of 200', () => {
  const judged = (body: string) =>
    judge(
      { answer: { status: 200, headers: {}, body }, error: null },
      { delivery: 'd', number: 1, now: 0 },
    )

  it.each([
    '{"success":false}',
    '{"ok":false}',
    ' {"status":"error"}',
    '{"error":"no such list"}',
    '{"error":{"code":1}}',
    '{"errors":["no such list"]}',
  ])('with %s has not taken the message', (body) => {
    expect(judged(body)).toMatchObject({
      state: 'retrying',
      reason: 'error_in_body',
      destination: { failed: false },
    })
  })

  it.each([
    '',
    'error',
    '[{"error":"x"}]',
    '{"error":null,"errors":[],"success":true,"status":"ok"}',
    '{"error":{}}',
    '{"error":"cut off',
    '{"status":500}',
  ])('with %s has', (body) => {
    expect(judged(body).state).toBe('delivered')
  })
})

describe('a reason', () => {
  it.each(['timeout', 'consent_refused', 'http_302', 'http_404', 'http_429', 'http_503'])(
    '%s has a sentence in French and in English',
    (code) => {
      const { fr, en } = reasonText(code)
      expect(fr).toMatch(/\.$/)
      expect(en).toMatch(/\.$/)
      expect(fr).not.toBe(en)
      expect(`${fr}${en}`).not.toContain(code)
    },
  )
})
