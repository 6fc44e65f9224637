// The queue and its way to the server: batches, retries, and what happens when the page ends.
// A message leaves the queue when the server answered for it, never before.
import type { Env, Reply } from './env.ts'

/** The server's limits in bytes, with room for the envelope around the batch. */
export const EVENT_BYTES_MAX = 32 * 1024
const BATCH_BYTES_MAX = 480_000
/** Browsers allow 64 KiB over all requests that outlive their page. */
const LEAVING_BYTES_MAX = 60_000
/** In memory; beyond it the oldest goes, so that a dead network costs no page its memory. */
const QUEUE_MAX = 1000
const BACKOFF_MS_MIN = 1000
const BACKOFF_MS_MAX = 60_000
const RETRY_AFTER_MS_MAX = 3_600_000

export type Entry = { id: string; json: string; bytes: number; sending: boolean }

export type Verdict = 'done' | 'retry' | 'refused'

/** What an answer means for the batch. Only what can pass by itself is tried again. */
export function verdictOf(status: number): Verdict {
  if (status >= 200 && status < 300) return 'done'
  return status >= 500 || status === 429 || status === 0 ? 'retry' : 'refused'
}

/** Milliseconds asked for by a Retry-After header (seconds or a date), 0 without a readable one. */
export function retryAfterMs(header: string | null, now: number): number {
  if (header === null || header === '') return 0
  const seconds = Number(header)
  const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000
  return Math.min(Math.max(ms || 0, 0), RETRY_AFTER_MS_MAX)
}

/** Doubles with each failure; the random half keeps many browsers from coming back together. */
export function backoffMs(failures: number, random: number): number {
  const full = Math.min(BACKOFF_MS_MIN * 2 ** (failures - 1), BACKOFF_MS_MAX)
  return full / 2 + (full / 2) * random
}

/** The oldest waiting entries that fit into `bytesMax` together. */
export function takeBatch(entries: readonly Entry[], bytesMax: number): Entry[] {
  const batch: Entry[] = []
  let bytes = 0
  for (const entry of entries) {
    if (entry.sending) continue
    bytes += entry.bytes + 1
    if (bytes > bytesMax) break
    batch.push(entry)
  }
  return batch
}

/** UTF-8 bytes of a text: the server counts bytes, not characters. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

export type DeliveryOptions = {
  url: string
  writeKey: string
  flushAt: number
  flushIntervalMs: number
}

export class Delivery {
  readonly #env: Env
  readonly #options: DeliveryOptions
  readonly #prefix: string
  #entries: Entry[] = []
  #busy = false
  #armed = false
  #failures = 0
  /** Epoch ms before which nothing is sent; `told` when the server itself asked for the wait. */
  #pausedUntil = 0
  #told = false

  constructor(env: Env, options: DeliveryOptions) {
    this.#env = env
    this.#options = options
    this.#prefix = `clientele.${options.writeKey}.`
  }

  /** Queues one message given as JSON. `keep`: also store it, to survive the end of the page. */
  add(id: string, json: string, how: { keep: boolean }): void {
    const bytes = byteLength(json)
    if (bytes > EVENT_BYTES_MAX) {
      this.#env.warn(`An event of ${bytes} bytes was not sent (limit ${EVENT_BYTES_MAX}).`)
      return
    }
    // One name a message: tabs of the same site never overwrite each other's queue.
    if (how.keep) this.#env.store.set(this.#prefix + id, json)
    this.#push({ id, json, bytes, sending: false })
    if (this.#entries.length >= this.#options.flushAt) this.flush()
    else this.#arm(this.#options.flushIntervalMs)
  }

  /** Takes over what earlier pages stored and could not send, oldest first. */
  adopt(): void {
    const known = new Set(this.#entries.map((entry) => entry.id))
    const found: { at: string; entry: Entry }[] = []
    for (const name of this.#env.store.names()) {
      const id = name.slice(this.#prefix.length)
      if (!name.startsWith(this.#prefix) || known.has(id)) continue
      const json = this.#env.store.get(name) ?? ''
      try {
        const at = String((JSON.parse(json) as { timestamp?: unknown }).timestamp)
        found.push({ at, entry: { id, json, bytes: byteLength(json), sending: false } })
      } catch {
        // Half-written or foreign: it would make the server refuse the whole batch.
        this.#env.store.remove(name)
      }
    }
    found.sort((one, other) => (one.at < other.at ? -1 : 1))
    for (const { entry } of found) this.#push(entry)
    if (found.length > 0) this.#arm(this.#options.flushIntervalMs)
  }

  /** Sends the next batch now, unless one is under way or a pause holds. */
  flush(): void {
    if (this.#busy || this.#env.now() < this.#pausedUntil) return
    const batch = takeBatch(this.#entries, BATCH_BYTES_MAX)
    if (batch.length === 0) return
    this.#busy = true
    void this.#send(batch, { leaving: false }).then(() => {
      this.#busy = false
      if (this.#entries.some((entry) => !entry.sending)) {
        const waitMs = this.#pausedUntil - this.#env.now()
        if (waitMs > 0) this.#arm(waitMs)
        else this.flush()
      }
    })
  }

  /** The page may end: what still waits goes out in a request that outlives it. */
  leave(): void {
    if (this.#told && this.#env.now() < this.#pausedUntil) return
    const batch = takeBatch(this.#entries, LEAVING_BYTES_MAX)
    if (batch.length > 0)
      void this.#send(batch, { leaving: true }).then(() => this.#arm(BACKOFF_MS_MIN))
  }

  /** Forgets everything not yet sent, in memory only. */
  clear(): void {
    this.#entries = []
  }

  #push(entry: Entry): void {
    this.#entries.push(entry)
    if (this.#entries.length > QUEUE_MAX) this.#drop(this.#entries.slice(0, 1))
  }

  #drop(batch: Entry[]): void {
    const gone = new Set(batch)
    this.#entries = this.#entries.filter((entry) => !gone.has(entry))
    for (const entry of batch) this.#env.store.remove(this.#prefix + entry.id)
  }

  #arm(ms: number): void {
    if (this.#armed) return
    this.#armed = true
    this.#env.after(ms, () => {
      this.#armed = false
      this.flush()
      const waitMs = this.#pausedUntil - this.#env.now()
      if (waitMs > 0 && this.#entries.length > 0) this.#arm(waitMs)
    })
  }

  async #send(batch: Entry[], how: { leaving: boolean }): Promise<void> {
    for (const entry of batch) entry.sending = true
    const reply = await this.#post(batch, how)
    for (const entry of batch) entry.sending = false
    const verdict = verdictOf(reply.status)
    if (verdict === 'retry') {
      const askedMs = retryAfterMs(reply.retryAfter, this.#env.now())
      this.#told = askedMs > 0
      this.#failures += 1
      const waitMs = Math.max(askedMs, backoffMs(this.#failures, this.#env.random()))
      this.#pausedUntil = this.#env.now() + waitMs
      return
    }
    if (verdict === 'refused') {
      this.#env.warn(`The server refused ${batch.length} events: ${reply.status}.`)
    }
    this.#failures = 0
    this.#pausedUntil = 0
    this.#drop(batch)
  }

  async #post(batch: Entry[], how: { leaving: boolean }): Promise<Reply> {
    const { url, writeKey } = this.#options
    const head = JSON.stringify({ writeKey, sentAt: new Date(this.#env.now()).toISOString() })
    const body = `${head.slice(0, -1)},"batch":[${batch.map((entry) => entry.json).join(',')}]}`
    const keepalive = how.leaving || byteLength(body) <= LEAVING_BYTES_MAX
    try {
      return await this.#env.post(url, body, { keepalive, leaving: how.leaving })
    } catch {
      // Offline, blocked, or over the browser's quota: status 0 says "try again later".
      return { status: 0, retryAfter: null }
    }
  }
}
