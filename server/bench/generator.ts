/**
 * The sender, a process of its own so that its work is not counted as the program's.
 * Its order comes as JSON in the first argument, its result leaves as JSON on stdout.
 */
import { Pool } from 'undici'
import { eventAt, probeAt, type Workload } from './workload.ts'

export type SendOrder = Workload & {
  url: string
  writeKey: string
  kind: 'events' | 'probes'
  /** Number of the first event. */
  first: number
  batch: number
  /** Ends after this time or this many events, whichever comes first. */
  durationMs: number
  countMax: number
  /** Events a second, due at fixed times whatever the answers do; null: as fast as it goes. */
  perSecond: number | null
  connections: number
}

export type SendResult = {
  sent: number
  acknowledged: number
  /** Answers that asked to come again; the same request was then sent again. */
  asked_again: number
  seconds: number
  /** From the moment a request was due until it was acknowledged. */
  latency_ms: { p50: number; p99: number }
  /** When each probe was due, epoch ms; empty for events. */
  due: number[]
}

const RETRY_MS = 50

type Sender = { order: SendOrder; pool: Pool; latencies: number[]; result: SendResult }

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function send(order: SendOrder): Promise<SendResult> {
  const pool = new Pool(order.url, { connections: order.connections, pipelining: 1 })
  const result: SendResult = {
    sent: 0,
    acknowledged: 0,
    asked_again: 0,
    seconds: 0,
    latency_ms: { p50: 0, p99: 0 },
    due: [],
  }
  const sender = { order, pool, latencies: [], result }
  const startedAt = performance.now()
  await sendOnTime(sender, startedAt)
  result.seconds = (performance.now() - startedAt) / 1_000
  const sorted = Float64Array.from(sender.latencies).sort()
  result.latency_ms = { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) }
  await pool.close()
  return result
}

/** Starts each request when it is due, never earlier, and later only when all connections work. */
async function sendOnTime(sender: Sender, startedAt: number): Promise<void> {
  const { order, result } = sender
  const gapMs = order.perSecond === null ? 0 : (1_000 * order.batch) / order.perSecond
  const running = new Set<Promise<void>>()
  for (let request = 0; ; request += 1) {
    const now = performance.now() - startedAt
    const due = gapMs === 0 ? now : request * gapMs
    if (due >= order.durationMs || result.sent >= order.countMax) break
    if (due > now) await pause(due - now)
    while (running.size >= order.connections) await Promise.race(running)
    const index = order.first + result.sent
    result.sent += order.batch
    const dueAt = gapMs === 0 ? performance.now() : startedAt + due
    if (order.kind === 'probes') result.due.push(performance.timeOrigin + dueAt)
    const one = deliver(sender, bodyOf(order, index), dueAt).finally(() => running.delete(one))
    running.add(one)
  }
  await Promise.all(running)
}

function bodyOf(order: SendOrder, first: number): string {
  const make = order.kind === 'probes' ? probeAt : eventAt
  const events = Array.from({ length: order.batch }, (_, offset) => make(first + offset, order))
  const [only] = events
  return JSON.stringify(events.length === 1 ? only : { batch: events })
}

async function deliver(sender: Sender, body: string, dueAt: number): Promise<void> {
  const { order, pool, result, latencies } = sender
  const type = order.kind === 'probes' ? 'track' : (JSON.parse(body) as { type?: string }).type
  const path = order.batch === 1 ? `/v1/${type}` : '/v1/batch'
  const authorization = `Basic ${Buffer.from(`${order.writeKey}:`).toString('base64')}`
  const headers = { authorization, 'content-type': 'application/json' }
  for (;;) {
    const answer = await pool.request({ method: 'POST', path, headers, body })
    const text = await answer.body.text()
    if (answer.statusCode === 200) break
    if (answer.statusCode !== 429 && answer.statusCode < 500) {
      throw new Error(`The intake answered ${answer.statusCode}: ${text.slice(0, 200)}`)
    }
    result.asked_again += 1
    await pause(RETRY_MS)
  }
  result.acknowledged += order.batch
  latencies.push(performance.now() - dueAt)
}

export function percentile(sorted: Float64Array, share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return Math.round(value * 10) / 10
}

if (import.meta.main) {
  const order = JSON.parse(process.argv[2] ?? '') as SendOrder
  process.stdout.write(JSON.stringify(await send(order)))
}
