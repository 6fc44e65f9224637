import type { Sent } from './outgoing.ts'
import { jitterOf, nextAttemptAt, retryAfterMs } from './schedule.ts'

/** What an attempt means for its delivery, and for the destination as a whole. */
export type Outcome = {
  state: 'delivered' | 'retrying' | 'dead'
  /** A code of `reasons.ts`; null when delivered. */
  reason: string | null
  /** Epoch ms; null unless retrying. */
  nextAttemptAt: number | null
  destination: Verdict
}

export type Verdict = {
  /** True when the destination itself, not this one message, is at fault. */
  failed: boolean
  /** It asked to be left alone until then (epoch ms). */
  pausedUntil: number | null
}

/** Retrying cannot help: the address is refused by us, the receiver says it is gone for good. */
const HOPELESS = new Set(['address_refused', 'http_410'])
/** Statuses below 500 that speak of the receiver's state and not of the message. */
const BUSY_STATUSES = new Set([408, 425, 429])

/** Judges an attempt. `attempt`: 1 = the first since the delivery was made or replayed. */
export function judge(
  sent: Sent,
  attempt: { delivery: string; number: number; now: number },
): Outcome {
  const status = sent.answer?.status ?? null
  const isTaken = status !== null && status >= 200 && status < 300
  const isRefusedInside = isTaken && saysError(sent.answer?.body ?? '')
  if (isTaken && !isRefusedInside) {
    return {
      state: 'delivered',
      reason: null,
      nextAttemptAt: null,
      destination: { failed: false, pausedUntil: null },
    }
  }
  const { now } = attempt
  const wish =
    status === 429 || status === 503 ? retryAfterMs(sent.answer?.headers['retry-after'], now) : null
  const reason = sent.error ?? (isRefusedInside ? 'error_in_body' : `http_${status}`)
  const next = HOPELESS.has(reason)
    ? null
    : nextAttemptAt(attempt.number, {
        now,
        jitter: jitterOf(attempt.delivery, attempt.number),
        retryAfterMs: wish,
      })
  return {
    state: next === null ? 'dead' : 'retrying',
    reason,
    nextAttemptAt: next,
    destination: {
      failed: !HOPELESS.has(reason) && speaksOfReceiver(status),
      pausedUntil: wish === null ? null : now + wish,
    },
  }
}

/**
 * No answer, a fault of the server, or a request to slow down: the next message would fare alike.
 */
function speaksOfReceiver(status: number | null): boolean {
  return status === null || status >= 500 || BUSY_STATUSES.has(status)
}

/**
 * Some receivers answer 200 to everything and tell of their errors in the body. What is taken for
 * one: a JSON object that says so of the whole request in one of the usual ways. A body that is
 * long, cut or anything else says nothing: then the status is the answer.
 */
function saysError(body: string): boolean {
  if (!body.trimStart().startsWith('{')) return false
  let said: Record<string, unknown>
  try {
    said = JSON.parse(body) as Record<string, unknown>
  } catch {
    // Not JSON, or cut: it says nothing.
    return false
  }
  const { ok, success, status, error, errors } = said
  if (ok === false || success === false) return true
  if (typeof status === 'string' && /^(error|fail|failed|failure)$/i.test(status)) return true
  return isSomething(error) || isSomething(errors)
}

function isSomething(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return value === true || (typeof value === 'string' && value !== '')
}
