import { createHash } from 'node:crypto'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** How long after the failure of attempt n the next one comes; after the last there is none. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  10 * HOUR,
]
export const ATTEMPTS_MAX = RETRY_DELAYS_MS.length + 1
/** Jitter stretches a delay by up to this share: receivers that come back are not hit at once. */
const JITTER_SHARE = 0.2
const RETRY_AFTER_MAX_MS = 24 * HOUR

/**
 * When to try again after `attempt` (1 = the first) failed at `now` (epoch ms); null = never.
 * `jitter` in 0..1. A receiver's own wish (`retryAfterMs`) may only move it later.
 */
export function nextAttemptAt(
  attempt: number,
  failure: { now: number; jitter: number; retryAfterMs: number | null },
): number | null {
  const delay = RETRY_DELAYS_MS[attempt - 1]
  if (delay === undefined) return null
  const stretched = Math.round(delay * (1 + JITTER_SHARE * failure.jitter))
  return failure.now + Math.max(stretched, failure.retryAfterMs ?? 0)
}

/** A number in 0..1 that differs from delivery to delivery and is the same when asked again. */
export function jitterOf(delivery: string, attempt: number): number {
  const digest = createHash('sha256').update(`${delivery} ${attempt}`).digest()
  return digest.readUInt32BE(0) / 2 ** 32
}

/** Reads `Retry-After`, seconds or a date, as milliseconds from `now`; at most a day. */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  const text = header.trim()
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * SECOND : Date.parse(text) - now
  return wait > 0 ? Math.min(wait, RETRY_AFTER_MAX_MS) : null
}

/** Failures in a row after which a destination rests. */
export const BREAKER_FAILURES = 10
const REST_FIRST_MS = 30 * SECOND
const REST_MAX_MS = 10 * MINUTE

/**
 * How long a destination rests after its `failures`th failure in a row; 0 = it does not. What waits
 * for it keeps its attempts. After the rest a single request is sent to see.
 */
export function restMs(failures: number): number {
  if (failures < BREAKER_FAILURES) return 0
  return Math.min(REST_FIRST_MS * 2 ** Math.min(failures - BREAKER_FAILURES, 20), REST_MAX_MS)
}
