import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Clock } from '../platform/clock.ts'

const ATTEMPTS_MAX = 40
const BACKOFF_FIRST_MS = 200
const BACKOFF_MAX_MS = 5_000
const TIMEOUT_MS = 60_000
/** Below this a body travels as it is: squeezing it costs more than it saves. */
const GZIP_FROM_BYTES = 16_384
const BULK_LANE = 'bulk'

const compress = promisify(gzip)

export type Intake = {
  baseUrl: string
  writeKey: string
  clock: Clock
  /** Without it: bulk. What happens now goes live, and is not held up by history. */
  lane?: 'live' | 'bulk'
}

/**
 * Posts one batch to `POST /v1/batch` and returns once it is accepted. A busy, a
 * failing or an absent server is asked again, for about three minutes if it refuses at once (it may
 * be restarting; the message ids make a repeat harmless); any other refusal throws at once.
 */
export async function sendBatch(
  intake: Intake,
  batch: readonly object[],
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await post(intake, batch, signal)
    if (outcome.kind === 'accepted') return
    if (outcome.kind === 'refused' || attempt === ATTEMPTS_MAX) {
      throw new Error(`${outcome.sentence} ${batch.length} events were not taken.`, {
        cause: outcome.cause,
      })
    }
    const wait = Math.min(BACKOFF_FIRST_MS * 2 ** (attempt - 1), BACKOFF_MAX_MS)
    await sleep(Math.max(wait, outcome.waitMs ?? 0), undefined, { signal })
  }
}

type Outcome =
  | { kind: 'accepted' }
  | { kind: 'refused' | 'later'; sentence: string; waitMs?: number; cause?: unknown }

async function post(
  intake: Intake,
  batch: readonly object[],
  signal: AbortSignal,
): Promise<Outcome> {
  const request = await requestOf(intake, batch)
  const url = new URL('/v1/batch', intake.baseUrl)
  const timed = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  try {
    const response = await fetch(url, { method: 'POST', ...request, signal: timed })
    const text = await response.text()
    return outcomeOf(response, text)
  } catch (cause) {
    signal.throwIfAborted()
    const sentence = `No answer from ${intake.baseUrl}: is the server running there?`
    return { kind: 'later', sentence, cause }
  }
}

async function requestOf(
  intake: Intake,
  batch: readonly object[],
): Promise<{ headers: Record<string, string>; body: string | Uint8Array<ArrayBuffer> }> {
  const text = JSON.stringify({ batch, sentAt: new Date(intake.clock.now()).toISOString() })
  const headers = {
    Authorization: `Basic ${Buffer.from(`${intake.writeKey}:`).toString('base64')}`,
    'Content-Type': 'application/json',
    ...(intake.lane === 'live' ? {} : { 'X-Clientele-Lane': BULK_LANE }),
  }
  if (text.length < GZIP_FROM_BYTES) return { headers, body: text }
  const packed = await compress(text, { level: 1 })
  return { headers: { ...headers, 'Content-Encoding': 'gzip' }, body: new Uint8Array(packed) }
}

/** Which answers are worth another try: 408, 429 and whatever is the server's own fault. */
export function outcomeOf(response: Pick<Response, 'status' | 'headers'>, text: string): Outcome {
  const { status } = response
  if (status >= 200 && status < 300) return { kind: 'accepted' }
  const sentence = `The intake answered ${status}: ${text.slice(0, 300)}`
  if (status !== 408 && status !== 429 && status < 500) return { kind: 'refused', sentence }
  const seconds = Number(response.headers.get('retry-after') ?? 0)
  return { kind: 'later', sentence, waitMs: Number.isFinite(seconds) ? seconds * 1_000 : 0 }
}
