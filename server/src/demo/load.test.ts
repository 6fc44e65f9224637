import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { manualClock } from '../platform/clock.ts'
import { DEMO_SOURCES, generateDemo, loadDemo } from './index.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
const OPTIONS = { seed: 5, people: 90, days: 20, now: NOW }
const writeKeys = { web: 'kw', pos: 'kp', crm: 'kc', newsletter: 'kn', support: 'ks', app: 'ka' }

type Received = { path: string; headers: IncomingMessage['headers']; ids: string[]; sentAt: string }
const closers: (() => void)[] = []

afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** An intake that answers with the given statuses first, and then accepts everything. */
async function startIntake(statuses: number[]): Promise<{ baseUrl: string; taken: Received[] }> {
  const taken: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const status = statuses.shift() ?? 200
    if (status === 200) taken.push(readBatch(request, Buffer.concat(chunks)))
    response.writeHead(status).end(JSON.stringify({ success: status === 200 }))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  closers.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  const { port } = server.address() as AddressInfo
  return { baseUrl: `http://127.0.0.1:${port}`, taken }
}

function readBatch(request: IncomingMessage, body: Buffer): Received {
  const zipped = request.headers['content-encoding'] === 'gzip'
  const text = (zipped ? gunzipSync(body) : body).toString('utf8')
  const { batch, sentAt } = JSON.parse(text) as { batch: { messageId: string }[]; sentAt: string }
  const ids = batch.map((event) => event.messageId)
  return { path: request.url ?? '', headers: request.headers, ids, sentAt }
}

describe('loadDemo', () => {
  it('sends every event once, each source under its key, on the bulk lane', async () => {
    const { baseUrl, taken } = await startIntake([])
    const requests = [...generateDemo(OPTIONS)]
    const progress: number[] = []
    const totals = await loadDemo({
      baseUrl,
      writeKeys,
      requests,
      clock: manualClock(NOW),
      onProgress: ({ events }) => progress.push(events),
    })
    const expected = requests.flatMap(({ batch }) => batch.map((event) => event.messageId))
    expect(taken.flatMap((one) => one.ids).toSorted()).toEqual(expected.toSorted())
    expect(totals).toEqual({ requests: requests.length, events: expected.length })
    expect(progress.at(-1)).toBe(expected.length)
    const keys = DEMO_SOURCES.map((source) => `Basic ${btoa(`${writeKeys[source]}:`)}`)
    expect(new Set(taken.map((one) => one.headers.authorization))).toEqual(new Set(keys))
    expect(new Set(taken.map((one) => one.headers['x-clientele-lane']))).toEqual(new Set(['bulk']))
    expect(new Set(taken.map((one) => one.path))).toEqual(new Set(['/v1/batch']))
    expect(new Set(taken.map((one) => one.sentAt))).toEqual(new Set(['2026-11-22T09:30:00.000Z']))
    expect(taken.some((one) => one.headers['content-encoding'] === 'gzip')).toBe(true)
  })

  it('asks again when the intake is busy or failing', async () => {
    const { baseUrl, taken } = await startIntake([429, 503])
    const requests = [...generateDemo(OPTIONS)].slice(0, 2)
    await loadDemo({ baseUrl, writeKeys, requests, clock: manualClock(NOW) })
    expect(taken).toHaveLength(2)
  })

  it('stops at a permanent refusal and says what the intake answered', async () => {
    const { baseUrl, taken } = await startIntake(Array.from({ length: 50 }, () => 401))
    const requests = [...generateDemo(OPTIONS)]
    const load = loadDemo({ baseUrl, writeKeys, requests, clock: manualClock(NOW) })
    await expect(load).rejects.toThrow('The intake answered 401')
    expect(taken).toEqual([])
  })

  it('stops when it is told to, even while it waits for a server that is not there', async () => {
    const stop = new AbortController()
    const requests = [...generateDemo(OPTIONS)]
    const load = loadDemo({
      // Port 9 of this machine: nobody listens there.
      baseUrl: 'http://127.0.0.1:9',
      writeKeys,
      requests,
      clock: manualClock(NOW),
      signal: stop.signal,
    })
    setTimeout(() => stop.abort(new Error('enough')), 50)
    await expect(load).rejects.toThrow('enough')
  })
})
