/** What `/metrics` says of events on their way, and that its document is complete. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { METRICS, type Metric } from '../src/observe/catalogue.ts'
import { startProgram, type TestProgram } from './program.ts'
import { openWebhookReceiver, type WebhookReceiver } from './webhookReceiver.ts'

let program: TestProgram
let receiver: WebhookReceiver

beforeAll(async () => {
  receiver = await openWebhookReceiver()
  program = await startProgram({ env: { ALLOW_PRIVATE_NETWORK: 'true' } })
}, 60_000)
afterAll(async () => {
  await program.close()
  await receiver.close()
})

async function scrape(): Promise<string> {
  const answer = await fetch(`${program.url}/metrics`)
  expect(answer.status).toBe(200)
  return answer.text()
}

/** The value of one line of the exposition; 0 when it is not there. */
function figure(text: string, name: string, labels: Record<string, string> = {}): number {
  const line = text
    .split('\n')
    .filter((one) => one.startsWith(`${name}{`) || one.startsWith(`${name} `))
    .find((one) =>
      Object.entries(labels).every(([key, value]) => one.includes(`${key}="${value}"`)),
    )
  return Number(line?.split(' ').at(-1) ?? 0)
}

async function send(batch: object[], key = program.writeKey): Promise<number> {
  const answer = await fetch(`${program.url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${key}:`)}` },
    body: JSON.stringify({ batch }),
  })
  return answer.status
}

const patient = { timeout: 20_000, interval: 100 }
const total = (shards: string, name: string) =>
  shards
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)

test('counts each event once at every stage, from the door to ClickHouse', async () => {
  const order = { type: 'track', event: 'Order Completed', userId: 'u1', messageId: 'm1' }
  expect(await send([order, { type: 'track', event: 'Nobody' }, { type: 'dance' }])).toBe(200)
  expect(await send([order, { ...order, messageId: 'm2' }])).toBe(200)
  expect(await send([order], 'no such key')).toBe(401)
  await program.settled()
  const text = await scrape()
  expect(figure(text, 'clientele_collect_requests_total', { status: '200' })).toBe(2)
  expect(figure(text, 'clientele_collect_requests_total', { status: '401' })).toBe(1)
  expect(figure(text, 'clientele_collect_request_seconds_count')).toBe(3)
  expect(figure(text, 'clientele_collect_events_total', { lane: 'live' })).toBe(3)
  const rejected = 'clientele_collect_rejected_events_total'
  expect(figure(text, rejected, { reason: 'missing_ids' })).toBe(1)
  expect(figure(text, rejected, { reason: 'unknown_type' })).toBe(1)
  expect(figure(text, rejected, { reason: 'wrong_key' })).toBe(1)
  expect(figure(text, 'clientele_log_append_seconds_count', { lane: 'live' })).toBe(2)
  expect(figure(text, 'clientele_flow_events_total', { outcome: 'applied' })).toBe(2)
  expect(figure(text, 'clientele_flow_events_total', { outcome: 'duplicate' })).toBe(1)
  for (const stage of ['dedup', 'resolve', 'profile', 'segment', 'write', 'commit']) {
    expect(figure(text, 'clientele_flow_stage_seconds_count', { stage })).toBeGreaterThan(0)
  }
  expect(figure(text, 'clientele_sink_rows_total', { table: 'event' })).toBe(2)
})

test('shows no lag once all is worked off, nothing unaccounted for, and who holds the shards', async () => {
  const text = await scrape()
  for (const stage of ['flow', 'sink']) {
    for (const unit of ['events', 'seconds']) {
      const name = `clientele_${stage}_lag_${unit}`
      expect(text).toContain(`${name}{`)
      expect(total(text, name)).toBe(0)
    }
  }
  expect(text).toMatch(/^clientele_flow_unaccounted_events 0$/m)
  expect(text).toMatch(/^clientele_log_queue_bytes 0$/m)
  expect(figure(text, 'clientele_flow_shards_held')).toBe(5)
  expect(figure(text, 'clientele_dependency_up', { check: 'postgres' })).toBe(1)
  expect(figure(text, 'clientele_disk_free_bytes')).toBeGreaterThan(0)
})

test('tells how far behind a flow is that cannot go on, in events and in seconds', async () => {
  const { postgres } = program.deps
  // Whoever holds this lock longer than the flow can wait: a batch stands still before its fence.
  await postgres.transaction(async (sql) => {
    await sql.query('SELECT 1 FROM flow_cursor FOR UPDATE')
    expect(await send([{ type: 'track', event: 'Waiting', userId: 'u2' }])).toBe(200)
    const lag = async () => total(await scrape(), 'clientele_flow_lag_events')
    await expect.poll(lag, { ...patient, timeout: 4_500 }).toBe(1)
    expect(total(await scrape(), 'clientele_flow_lag_seconds')).toBeGreaterThan(0)
  })
  await program.settled()
  const lag = async () => total(await scrape(), 'clientele_flow_lag_events')
  await expect.poll(lag, patient).toBe(0)
})

test('counts who enters a segment, and what became of the attempts to tell it', async () => {
  const rule = { did: 'Cart Left', times: { op: 'atLeast', count: 1 }, within: { days: 1 } }
  const { id } = await program.api('/segments', { name: 'Cart left', rule })
  await expect.poll(async () => (await program.api(`/segments/${id}`)).state, patient).toBe('live')
  const { secret } = await program.api('/destinations', {
    ...{ name: 'Crew', kind: 'webhook', config: { url: receiver.url }, purpose: 'marketing' },
    ...{ channel: 'email', triggers: [{ segment: id, on: ['entered'] }], enabled: true },
  })
  receiver.trust(secret)
  receiver.failOnce(() => true)
  const agrees = { context: { consent: { categoryPreferences: { marketing: true } } } }
  await send([{ type: 'track', event: 'Cart Left', userId: 'u3', ...agrees }])
  const attempts = async () => {
    const text = await scrape()
    const name = 'clientele_deliver_attempts_total'
    return {
      entered: figure(text, 'clientele_segment_transitions_total', {
        ...{ change: 'entered', cause: 'event' },
      }),
      failed: figure(text, name, { outcome: 'retrying', answer: '5xx' }),
      delivered: figure(text, name, { outcome: 'delivered', answer: '2xx' }),
    }
  }
  await expect.poll(attempts, patient).toEqual({ entered: 1, failed: 1, delivered: 1 })
  // Figures of the database are a moment old, so that many who ask cost it no more than one.
  const waiting = async () => {
    const text = await scrape()
    return {
      live: figure(text, 'clientele_segment_definitions', { state: 'live' }),
      retrying: figure(text, 'clientele_deliver_waiting_count', { state: 'retrying' }),
    }
  }
  await expect.poll(waiting, patient).toEqual({ live: 1, retrying: 0 })
})

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'operations-metrics.md')

test('every metric has its line in docs/operations-metrics.md, and no line is of none', async () => {
  const helps = (await scrape()).matchAll(/^# HELP (clientele_\w+) (.+)\n# TYPE \w+ (\w+)$/gm)
  const rows = [...helps].map(([, name = '', help = '', type = '']) => {
    const labels = name === HTTP ? HTTP_LABELS : ((METRICS as Metrics)[name]?.labels ?? [])
    const shown = labels.map((label) => `\`${label}\``).join(' ')
    return [`\`${name}\``, type, shown, help].join(' | ')
  })
  const listed = readFileSync(DOCUMENT, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `clientele_'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, 5).join(' | '))
  expect(listed).toEqual(rows)
})

type Metrics = Record<string, Metric | undefined>
/** Measured by the HTTP server of the platform, which knows no catalogue. */
const HTTP = 'clientele_http_request_seconds'
const HTTP_LABELS = ['method', 'route', 'status']
