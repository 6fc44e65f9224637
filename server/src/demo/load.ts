import type { Clock } from '../platform/clock.ts'
import { type Intake, sendBatch } from './intakeClient.ts'
import type { DemoSource } from './life.ts'
import type { DemoRequest } from './requests.ts'

const CONCURRENCY = 4

export type LoadProgress = { requests: number; events: number }

export type LoadOptions = {
  /** Where the program answers, such as `http://localhost:4000`. */
  baseUrl: string
  writeKeys: Record<DemoSource, string>
  requests: Iterable<DemoRequest> | AsyncIterable<DemoRequest>
  clock: Clock
  /** Called after each accepted request, with the totals so far. */
  onProgress?: (progress: LoadProgress) => void
  signal?: AbortSignal
  /** Requests in flight at once. */
  concurrency?: number
}

/**
 * Sends the demo through the public intake, as any client would; history goes to the bulk lane.
 * Resolves with the totals once everything is accepted; throws on the first permanent refusal.
 */
export async function loadDemo(options: LoadOptions): Promise<LoadProgress> {
  const total: LoadProgress = { requests: 0, events: 0 }
  const send = async (request: DemoRequest, signal: AbortSignal) => {
    const intake: Intake = {
      baseUrl: options.baseUrl,
      writeKey: options.writeKeys[request.source],
      clock: options.clock,
    }
    await sendBatch(intake, request.batch, signal)
    total.requests += 1
    total.events += request.batch.length
    options.onProgress?.({ ...total })
  }
  await inFlight(options.requests, send, {
    concurrency: options.concurrency ?? CONCURRENCY,
    signal: options.signal,
  })
  return total
}

/**
 * Runs `work` over the items, at most `concurrency` at once, reading the next item only when a
 * place is free. The first failure stops the others and is thrown.
 */
export async function inFlight<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
  limits: { concurrency: number; signal?: AbortSignal | undefined },
): Promise<void> {
  const stop = new AbortController()
  const signal = limits.signal ? AbortSignal.any([limits.signal, stop.signal]) : stop.signal
  const iterator = iterate(items)
  const worker = async () => {
    for (;;) {
      signal.throwIfAborted()
      const next = await iterator.next()
      if (next.done) return
      await work(next.value, signal)
    }
  }
  const workers = Array.from({ length: limits.concurrency }, () =>
    worker().catch((error: unknown) => {
      stop.abort(error)
      throw error
    }),
  )
  const results = await Promise.allSettled(workers)
  // The one that failed first aborted the others, so its reason is the signal's.
  if (results.some((result) => result.status === 'rejected')) throw signal.reason
}

async function* iterate<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item> {
  yield* items
}
