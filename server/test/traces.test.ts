/** Traces as a collector sees them: a tiny receiver of OTLP over HTTP. */
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { listening, textOf } from './listening.ts'
import { startProgram, type TestProgram } from './program.ts'
import { openWebhookReceiver, type WebhookReceiver } from './webhookReceiver.ts'

type Span = {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  attributes: { key: string; value: object }[]
  links?: { traceId: string; spanId: string }[]
  startTimeUnixNano: string
  endTimeUnixNano: string
}

type Collector = {
  url: string
  spans: Span[]
  /** Everything that came, as it came. */
  said(): string
  close(): Promise<void>
}

type Export = { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }

async function openCollector(): Promise<Collector> {
  const spans: Span[] = []
  let said = ''
  const server = createServer(async (request, response) => {
    const text = await textOf(request)
    said += text
    const { resourceSpans } = JSON.parse(text) as Export
    for (const { scopeSpans } of resourceSpans) {
      spans.push(...scopeSpans.flatMap((scope) => scope.spans))
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  const { url, close } = await listening(server)
  return { url, spans, said: () => said, close }
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'
const EMAIL = 'canary.trace@exemple.fr'
const USER = 'canary-user-4711'
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const patient = { timeout: 30_000, interval: 100 }

let program: TestProgram
let collector: Collector
let receiver: WebhookReceiver

beforeAll(async () => {
  collector = await openCollector()
  receiver = await openWebhookReceiver()
  program = await startProgram({
    env: { ALLOW_PRIVATE_NETWORK: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  })
}, 60_000)
afterAll(async () => {
  await program.close()
  await Promise.all([receiver.close(), collector.close()])
})

async function send(event: object, headers: Record<string, string> = {}): Promise<void> {
  const answer = await fetch(`${program.url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${program.writeKey}:`)}`, ...headers },
    body: JSON.stringify({ batch: [event] }),
  })
  expect(answer.status).toBe(200)
}

const named = (name: string) => collector.spans.filter((span) => span.name === name)
const ofTrace = (name: string, trace = TRACE) =>
  named(name).find((span) => span.traceId === trace) ?? null
const valuesOf = ({ attributes }: Span) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

describe('a request that carries a traceparent', () => {
  beforeAll(async () => {
    const rule = { did: 'Cart Left', times: { op: 'atLeast', count: 1 }, within: { days: 1 } }
    const { id } = await program.api('/segments', { name: 'Cart left', rule })
    await vi.waitFor(
      async () => expect((await program.api(`/segments/${id}`)).state).toBe('live'),
      patient,
    )
    const { secret } = await program.api('/destinations', {
      ...{ name: 'Crew', kind: 'webhook', config: { url: receiver.url }, purpose: 'marketing' },
      ...{ channel: 'email', triggers: [{ segment: id, on: ['entered'] }], enabled: true },
    })
    receiver.trust(secret)
    const context = { consent: { categoryPreferences: { marketing: true } }, ip: '198.51.100.77' }
    const event = { type: 'track', event: 'Cart Left', userId: USER, context }
    await send(
      { ...event, properties: { email: EMAIL }, traits: { email: EMAIL } },
      {
        traceparent: `00-${TRACE}-${PARENT}-01`,
        origin: 'https://shop.example',
        'user-agent': BROWSER,
      },
    )
    await program.settled()
    await vi.waitFor(() => {
      for (const name of ['delivery attempt', 'intake request', 'log append']) {
        expect(ofTrace(name), name).not.toBeNull()
      }
      for (const name of ['flow batch', 'sink round']) expect(named(name), name).not.toEqual([])
    }, patient)
  }, 60_000)

  test('is the parent of its append, and both belong to the trace of the sender', () => {
    const request = ofTrace('intake request')
    expect(request?.parentSpanId).toBe(PARENT)
    const append = ofTrace('log append')
    expect(append?.parentSpanId).toBe(request?.spanId)
    expect(append && valuesOf(append)).toMatchObject({ 'clientele.events': 1 })
  })

  test('is linked from the batch that applied it, whose stages are parts of the batch', () => {
    const request = ofTrace('intake request')
    const linked = ({ links = [] }: Span) => links.some(({ spanId }) => spanId === request?.spanId)
    const batch = named('flow batch').find(linked)
    expect(batch).toBeDefined()
    const stages = collector.spans.filter((span) => span.parentSpanId === batch?.spanId)
    expect(stages.map(({ name }) => name)).toEqual(
      ['dedup', 'resolve', 'profile', 'segment', 'write', 'commit'].map((one) => `flow ${one}`),
    )
    for (const stage of stages) {
      expect(BigInt(stage.startTimeUnixNano)).toBeGreaterThanOrEqual(
        BigInt(batch?.startTimeUnixNano ?? 0),
      )
      expect(BigInt(stage.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(batch?.endTimeUnixNano ?? 0))
    }
  })

  test('leads to the delivery that it brought about', () => {
    const attempt = ofTrace('delivery attempt')
    expect(attempt?.parentSpanId).toBe(ofTrace('intake request')?.spanId)
    expect(attempt && valuesOf(attempt)).toMatchObject({
      'clientele.outcome': 'delivered',
      'clientele.answer': '2xx',
    })
  })

  test('leaves nothing of the person in any span', () => {
    expect(collector.said()).toContain('intake request')
    for (const canary of [EMAIL, USER, '198.51.100', program.writeKey, 'Cart Left']) {
      expect(collector.said()).not.toContain(canary)
    }
  })
})

test('a request without one is traced by itself; one that is not sampled is left alone', async () => {
  const quiet = '11111111111111111111111111111111'
  await send(
    { type: 'track', event: 'A', userId: 'u2' },
    { traceparent: `00-${quiet}-${PARENT}-00` },
  )
  const before = named('intake request').length
  await send({ type: 'track', event: 'B', userId: 'u2' }, { traceparent: 'nonsense' })
  await expect.poll(() => named('intake request').length, patient).toBe(before + 1)
  const own = named('intake request').at(-1)
  expect(own?.parentSpanId || null).toBeNull()
  expect(ofTrace('intake request', quiet)).toBeNull()
  expect(ofTrace('log append', quiet)).toBeNull()
})
