/**
 * The sender, a process of its own so that its work is not counted as the program's, on bare
 * sockets so that it is not what limits. Its order comes as JSON in the first argument, its result
 * leaves as JSON on stdout.
 */
import { type Answer, Line } from './line.ts'
import type { SendOrder, SendResult } from './order.ts'
import { percentilesOf } from './statistics.ts'
import { bodyText, personOf, probeText, typeOf, userName } from './workload.ts'

/** How often the open loop looks whether something is due. */
const TICK_MS = 1

type Request = { index: number; due: number }
type Window = { acknowledged: number; refused: number; latencies: number[] }

type Sender = {
  order: SendOrder
  startedAt: number
  free: Line[]
  waiting: Request[]
  /** Requests that were sent, or wait to be, and have no last answer yet. */
  open: number
  sent: number
  result: SendResult
  latencies: number[]
  windows: Window[]
  fail(reason: string): void
}

/** The bytes of a request. */
function requestText(order: SendOrder, index: number): string {
  const { hostname, port } = new URL(order.url)
  const head = `host: ${hostname}:${port}\r\n`
  if (order.kind === 'profiles') {
    const person = personOf(index, order.workload)
    const path = `/api/v1/profiles/user_id:${userName(person, order.workload.run)}`
    return `GET ${path} HTTP/1.1\r\n${head}authorization: Bearer ${order.key}\r\n\r\n`
  }
  const isProbe = order.kind === 'probes'
  const body = isProbe
    ? probeText(index, order.workload)
    : bodyText(index, order.batch, order.workload)
  const path = order.batch > 1 ? 'batch' : isProbe ? 'track' : typeOf(index)
  const authorization = Buffer.from(`${order.key}:`).toString('base64')
  return (
    `POST /v1/${path} HTTP/1.1\r\n${head}authorization: Basic ${authorization}\r\n` +
    `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  )
}

async function send(order: SendOrder): Promise<SendResult> {
  const result: SendResult = {
    sent: 0,
    acknowledged: 0,
    taken: [],
    refused: 0,
    refused_with_time: 0,
    seconds: 0,
    latency: percentilesOf([]),
    windows: [],
    probes: [],
    generator_cpu: 0,
  }
  let fail: (reason: string) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    fail = (reason) => reject(new Error(reason))
  })
  const url = new URL(order.url)
  const lines = await Promise.all(
    Array.from({ length: order.connections }, () => Line.open(url, fail)),
  )
  const cpu = process.cpuUsage()
  const sender: Sender = {
    order,
    startedAt: performance.now(),
    free: [...lines],
    waiting: [],
    open: 0,
    sent: 0,
    result,
    latencies: [],
    windows: [],
    fail,
  }
  await Promise.race([order.perSecond === null ? sendFast(sender) : sendOnTime(sender), failed])
  result.seconds = (performance.now() - sender.startedAt) / 1_000
  const used = process.cpuUsage(cpu)
  result.generator_cpu = (used.user + used.system) / 1e6 / result.seconds
  result.sent = sender.sent
  result.latency = percentilesOf(sender.latencies)
  result.windows = sender.windows.map(({ acknowledged, refused, latencies }) => {
    return { acknowledged, refused, p99_ms: percentilesOf(latencies).p99_ms }
  })
  for (const line of lines) line.close()
  return result
}

const elapsed = (sender: Sender) => performance.now() - sender.startedAt

const isOver = ({ order, sent }: Sender, at: number) =>
  at >= order.durationMs || sent >= order.countMax

function nextRequest(sender: Sender, due: number): Request {
  const { order } = sender
  const index = order.first + sender.sent
  sender.sent += order.batch
  sender.open += 1
  if (order.kind === 'probes') sender.result.probes.push({ due: due + epochOf(sender), ...NEVER })
  return { index, due }
}

const NEVER = { acknowledged: 0 }
const epochOf = (sender: Sender) => performance.timeOrigin + sender.startedAt

/** Every connection sends its next request when it has the answer to the last one. */
function sendFast(sender: Sender): Promise<void> {
  return new Promise((resolve) => {
    const next = () => {
      while (sender.free.length > 0 && !isOver(sender, elapsed(sender))) {
        dispatch(sender, nextRequest(sender, elapsed(sender)), next)
      }
      if (sender.open === 0 && isOver(sender, elapsed(sender))) resolve()
    }
    next()
  })
}

/** Each request is due at a fixed time, whatever becomes of those before it. */
function sendOnTime(sender: Sender): Promise<void> {
  const { order, waiting } = sender
  const gapMs = (1_000 * order.batch) / (order.perSecond ?? 1)
  return new Promise((resolve) => {
    let number = 0
    const work = () => {
      while (sender.free.length > 0) {
        const request = waiting.shift()
        if (!request) break
        dispatch(sender, request, work)
      }
    }
    const tick = () => {
      const now = elapsed(sender)
      while (number * gapMs <= now && !isOver(sender, number * gapMs)) {
        waiting.push(nextRequest(sender, number * gapMs))
        number += 1
      }
      work()
      if (sender.open === 0 && isOver(sender, number * gapMs)) resolve()
      else setTimeout(tick, TICK_MS)
    }
    tick()
  })
}

function dispatch(sender: Sender, request: Request, onFree: () => void): void {
  // The one that rested longest: none rests so long that the server takes it for abandoned.
  const line = sender.free.shift()
  if (!line) throw new Error('A request was sent without a free connection.')
  const text = requestText(sender.order, request.index)
  const attempt = () => {
    line.send(text, (answer) => {
      const waitMs = take(sender, request, answer)
      // Who was told to come later keeps its connection, and waits as it was told.
      if (waitMs !== null) return setTimeout(attempt, waitMs)
      sender.open -= 1
      sender.free.push(line)
      onFree()
    })
  }
  attempt()
}

/** Notes an answer; returns after how many milliseconds the request comes again, or null. */
function take(sender: Sender, request: Request, answer: Answer): number | null {
  const { order, result } = sender
  const at = elapsed(sender)
  const second = Math.floor(at / 1_000)
  while (sender.windows.length <= second) {
    sender.windows.push({ acknowledged: 0, refused: 0, latencies: [] })
  }
  const window = sender.windows[second]
  if (answer.status === 200) {
    result.acknowledged += order.batch
    if (!order.comesAgain) result.taken.push(request.index)
    sender.latencies.push(at - request.due)
    if (window) window.acknowledged += order.batch
    window?.latencies.push(at - request.due)
    const probe = result.probes[request.index - order.first]
    if (probe) probe.acknowledged = epochOf(sender) + at
    return null
  }
  if (answer.status !== 429) {
    sender.fail(`An answer had status ${answer.status}.`)
    return null
  }
  result.refused += 1
  if (window) window.refused += 1
  if (answer.retryAfterSeconds !== null) result.refused_with_time += 1
  return order.comesAgain ? (answer.retryAfterSeconds ?? 1) * 1_000 : null
}

const order = JSON.parse(process.argv[2] ?? '') as SendOrder
process.stdout.write(JSON.stringify(await send(order)))
