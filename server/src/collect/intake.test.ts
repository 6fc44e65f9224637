import { connect } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LogOverloaded } from '../platform/log/log.ts'
import { limits } from './limits.ts'
import { coarseAddress } from './origin.ts'
import { source, startIntake, type TestIntake, writeKey } from './testing/program.ts'

let intake: TestIntake

beforeEach(async () => {
  intake = await startIntake()
})

afterEach(() => intake.close())

const track = { type: 'track', event: 'Order Completed', userId: 'u1', messageId: 'm1' }
const bare = { authorization: '' }

describe('the paths of the intake', () => {
  it.each([
    ['/v1/track', 'track'],
    ['/v1/track/', 'track'],
    ['/v1/t', 'track'],
    ['/v1/identify', 'identify'],
    ['/v1/i', 'identify'],
    ['/v1/page', 'page'],
    ['/v1/p', 'page'],
    ['/v1/screen', 'screen'],
    ['/v1/s', 'screen'],
    ['/v1/group', 'group'],
    ['/v1/g', 'group'],
    ['/v1/alias', 'alias'],
    ['/v1/a', 'alias'],
    ['//v1//track', 'track'],
    ['/shop/v1/track', 'track'],
    ['/shop/t', 'track'],
  ])('%s takes one event of type %s', async (path, type) => {
    const event = { ...track, groupId: 'g', previousId: 'p', type: 'nonsense' }
    expect(await intake.post(path, event)).toMatchObject({ status: 200, body: '{"success":true}' })
    expect(intake.events()).toMatchObject([{ type, userId: 'u1', messageId: 'm1', workspace: 1 }])
  })

  it.each([
    '/v1/batch',
    '/v1/batch/',
    '/v1/b',
    '/v1/import',
    '/v1/import/',
    '/shop/b',
    '/shop/v1/batch',
    '/beacon/v1/batch',
  ])('%s takes a batch', async (path) => {
    expect((await intake.post(path, { batch: [track, track] })).status).toBe(200)
    expect(intake.accepted()).toBe(2)
  })

  it('/v1/m thanks for browser metrics and keeps nothing', async () => {
    expect((await intake.post('/v1/m', { series: [] }, bare)).status).toBe(200)
    expect(intake.accepted()).toBe(0)
  })

  it.each(['/v1/merge', '/v1/nothing', '/v1', '/beacon/x'])('%s is not there', async (path) => {
    expect((await intake.post(path, track)).status).toBe(404)
  })

  it.each(['/v10/track', '/api/v1/events', '/', '/shopping'])(
    '%s is left to others',
    async (path) => {
      expect((await intake.post(path, track)).body).toBe('not the intake')
    },
  )

  it('tells who asks for an event by GET that it is posted', async () => {
    expect((await fetch(`${intake.url}/v1/track`)).status).toBe(405)
  })

  it('takes a pixel with its event as base64 JSON, and answers with an image', async () => {
    const data = Buffer.from(JSON.stringify({ ...track, writeKey })).toString('base64')
    const url = `${intake.url}/v1/pixel/track?data=${encodeURIComponent(data)}`
    const response = await fetch(url)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/gif'])
    expect(intake.events()).toMatchObject([{ event: 'Order Completed' }])
  })

  it('takes a pixel whose event is in single parameters', async () => {
    const page = 'context.page.url=https%3A%2F%2Fx.fr&__proto__.x=1'
    const query = `writeKey=${writeKey}&anonymousId=a1&${page}`
    expect((await fetch(`${intake.url}/pixel/v1/page?${query}`)).status).toBe(200)
    expect(intake.events()).toMatchObject([
      { type: 'page', anonymousId: 'a1', context: { page: { url: 'https://x.fr' } } },
    ])
  })

  it('tells Segment SDKs where to send, under the address they came by', async () => {
    const settings = await fetch(`${intake.url}/v1/projects/${writeKey}/settings`)
    expect(await settings.json()).toMatchObject({
      integrations: {
        'Segment.io': { apiKey: writeKey, apiHost: `${new URL(intake.url).host}/v1` },
      },
      plan: {},
      metrics: { sampleRate: 0 },
    })
    expect((await fetch(`${intake.url}/v1/projects/nobody/settings`)).status).toBe(404)
  })

  it('tells Rudder SDKs that their source is on', async () => {
    const config = await fetch(`${intake.url}/sourceConfig/?p=web&writeKey=${writeKey}`)
    expect(await config.json()).toMatchObject({ source: { enabled: true, destinations: [] } })
    expect((await fetch(`${intake.url}/sourceConfig?writeKey=nobody`)).status).toBe(401)
  })
})

describe('the write key', () => {
  it.each([
    ['as the user name of Basic auth', '/v1/batch', {}, {}],
    ['in the query', `/beacon/v1/batch?writeKey=${writeKey}`, {}, bare],
    ['in the body', '/v1/batch', { writeKey }, bare],
    ['in the body, beside an OAuth token', '/v1/b', { writeKey }, { authorization: 'Bearer abc' }],
  ])('may come %s', async (_, path, over, headers) => {
    expect((await intake.post(path, { batch: [track], ...over }, headers)).status).toBe(200)
  })

  it('may come with each event', async () => {
    const batch = [{ ...track, writeKey }]
    expect((await intake.post('/v1/batch', { batch }, bare)).status).toBe(200)
  })

  it.each([
    ['missing', bare],
    ['unknown', { authorization: `Basic ${Buffer.from('other:').toString('base64')}` }],
    ['unreadable', { authorization: 'Basic ????' }],
  ])('when %s gives 401, counted apart', async (_, headers) => {
    expect((await intake.post('/v1/track', track, headers)).status).toBe(401)
    expect(intake.refusals.added).toMatchObject([
      { workspace: 0, source: 0, reason: 'wrong_key', n: 1, sample: null },
    ])
  })
})

describe('the body', () => {
  const json = Buffer.from(JSON.stringify({ batch: [track] }))

  it.each([
    ['text/plain', json, {}],
    ['application/x-www-form-urlencoded', gzipSync(json), { 'content-encoding': 'gzip' }],
    ['application/json', gzipSync(json), {}],
    ['application/json', json, { 'content-encoding': 'gzip' }],
    ['application/json', deflateSync(json), { 'content-encoding': 'deflate' }],
    ['application/json', brotliCompressSync(json), { 'content-encoding': 'br' }],
    ['application/json', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), json]), {}],
  ])('of content type %s is read as JSON (case %#)', async (type, body, headers) => {
    const answer = await intake.post('/v1/batch', body, { 'content-type': type, ...headers })
    expect(answer.status).toBe(200)
    expect(intake.accepted()).toBe(1)
  })

  it('is logged as it came, whole', async () => {
    const text =
      '{ "batch" : [ {"type":"track","event":"A","userId":"u","properties":{"a":1.50}} ] }'
    await intake.post('/v1/batch', text)
    const [appended] = intake.log.appended
    expect(Buffer.from(appended?.entry.body ?? []).toString()).toBe(text)
  })

  it('that unpacks into 200 MB is refused without being kept', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024))
    expect(bomb.byteLength).toBeLessThan(limits.bodyBytes)
    const before = process.memoryUsage().rss
    const answer = await intake.post('/v1/batch', bomb, { 'content-encoding': 'gzip' })
    expect(answer.status).toBe(413)
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
    expect(intake.rejected()).toBe(1)
  })

  it('above 500 KB gives 413, and the source of the key is told', async () => {
    const answer = await intake.post('/v1/batch', `{"batch":["${'x'.repeat(limits.bodyBytes)}"]}`)
    expect(answer.status).toBe(413)
    expect(intake.refusals.added).toMatchObject([{ source: 7, reason: 'body_too_large' }])
  })

  it.each([
    ['an unknown encoding', json, 'zstd', 'unreadable_encoding'],
    ['broken gzip', Buffer.from([0x1f, 0x8b, 1, 2, 3]), 'gzip', 'unreadable_encoding'],
    ['broken JSON', Buffer.from('{"batch":['), 'identity', 'invalid_json'],
    ['nothing', Buffer.from(''), 'identity', 'invalid_json'],
    ['a list', Buffer.from('[]'), 'identity', 'not_an_object'],
    ['null', Buffer.from('null'), 'identity', 'not_an_object'],
    ['no batch', Buffer.from('{}'), 'identity', 'missing_batch'],
    ['a batch that is no list', Buffer.from('{"batch":{}}'), 'identity', 'missing_batch'],
  ])('with %s gives 400 with a reason', async (_, body, encoding, reason) => {
    const answer = await intake.post('/v1/batch', body, { 'content-encoding': encoding })
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([400, reason])
    expect(intake.refusals.added).toMatchObject([{ source: 7, reason, n: 1 }])
  })

  it('with more than 2,500 events gives 400, and all of them are counted', async () => {
    const answer = await intake.post('/v1/batch', { batch: Array(2_501).fill(1) })
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([400, 'too_many_events'])
    expect(intake.rejected()).toBe(2_501)
  })

  it('with an empty batch is a success', async () => {
    expect((await intake.post('/v1/batch', { batch: [] })).status).toBe(200)
    expect(intake.accepted() + intake.rejected()).toBe(0)
  })
})

describe('a bad event', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`)

  it.each([
    ['event_not_an_object', 7],
    ['event_not_an_object', null],
    ['event_not_an_object', ['track']],
    ['unknown_type', { ...track, type: 'merge' }],
    ['unknown_type', { ...track, type: undefined }],
    ['unknown_type', { ...track, type: '__proto__' }],
    ['missing_ids', { ...track, userId: undefined }],
    ['missing_ids', { ...track, userId: ' ', anonymousId: {} }],
    ['missing_ids', { ...track, userId: '\0' }],
    ['missing_event_name', { ...track, event: undefined }],
    ['missing_event_name', { ...track, event: { a: 1 } }],
    ['event_name_too_long', { ...track, event: 'x'.repeat(256) }],
    ['missing_group_id', { ...track, type: 'group' }],
    ['missing_previous_id', { ...track, type: 'alias' }],
    ['message_id_too_long', { ...track, messageId: 'x'.repeat(101) }],
    ['identifier_too_long', { ...track, userId: 'x'.repeat(501) }],
    ['event_too_large', { ...track, properties: { a: 'x'.repeat(limits.eventBytes) } }],
  ])('(%s) is rejected with its reason and leaves its neighbours alone', async (reason, bad) => {
    const batch = [track, bad, { ...track, messageId: 'm2' }]
    const answer = await intake.post('/v1/batch', { batch })
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toMatchObject({
      accepted: 2,
      rejectedCount: 1,
      rejected: [{ index: 1, code: reason }],
    })
    expect(intake.events().map((event) => event.messageId)).toEqual(['m1', 'm2'])
    expect(intake.log.appended[0]?.entry.header).toMatchObject({
      count: 2,
      rejected: [1],
      facts: { rejections: reason },
    })
  })

  it.each([
    ['a NUL', { ...track, properties: { 'a\0': 'b\0' } }],
    ['a lone surrogate', { ...track, properties: { a: '\udc00' } }],
    ['depth 2,000', { ...track, properties: deep }],
    ['a string of 20 KB', { ...track, properties: { a: 'x'.repeat(20_000) } }],
    ['a wrong date', { ...track, timestamp: 'not a date' }],
    ['properties that are text', { ...track, properties: 'text' }],
    ['a context that is a list', { ...track, context: [1] }],
  ])('that only has %s is taken and flagged', async (_, event) => {
    expect((await intake.post('/v1/batch', { batch: [event] })).status).toBe(200)
    const [read] = intake.events()
    expect(read?.flags).toHaveLength(1)
    expect(() => JSON.stringify(read)).not.toThrow()
  })

  it('alone gives 400, so that its sender is told', async () => {
    const answer = await intake.post('/v1/track', { event: 'A' })
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([400, 'missing_ids'])
    expect(intake.rejected()).toBe(1)
  })

  it('may be known by another identifier than its user', async () => {
    const externalIds = [{ id: 'C-1', type: 'loyalty_card', collection: 'users' }]
    const batch = [
      { type: 'track', event: 'A', context: { externalIds } },
      { type: 'identify', traits: { email: 'a@b.fr' } },
      { type: 'track', event: 'A', context: { traits: { phone: '0612345678' } } },
    ]
    await intake.post('/v1/batch', { batch })
    expect(intake.accepted()).toBe(3)
  })
})

describe('the lane', () => {
  it('is bulk when the header says so, and live otherwise', async () => {
    await intake.post('/v1/batch', { batch: [track] }, { 'x-clientele-lane': 'bulk' })
    await intake.post('/v1/batch', { batch: [track] })
    expect(intake.log.appended.map(({ lane }) => lane)).toEqual(['bulk', 'live'])
  })
})

describe('when the flow is behind', () => {
  it('429 says after how long to send again; nothing is taken, wherever the key stands', async () => {
    const asked: [number, string][] = []
    const ask = (workspace: number, lane: string) => {
      asked.push([workspace, lane])
      return 7
    }
    const full = await startIntake({ admission: { ask, spend: () => {} } })
    const byHeader = await full.post('/v1/batch', { batch: [track] })
    const inBody = await fetch(`${full.url}/v1/batch`, {
      method: 'POST',
      body: JSON.stringify({ batch: [track], writeKey }),
    })
    for (const answer of [byHeader, inBody]) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7'])
    }
    expect(full.log.appended).toHaveLength(0)
    expect(asked).toEqual([
      [source.workspace, 'live'],
      [source.workspace, 'live'],
    ])
    await full.close()
  })

  it('what is taken is taken off the share of its workspace', async () => {
    const spent: [number, string, number][] = []
    const spend = (...one: [number, string, number]) => void spent.push(one)
    const open = await startIntake({ admission: { ask: () => null, spend } })
    await open.post('/v1/batch', { batch: [track, 7, track] })
    expect(spent).toEqual([[source.workspace, 'live', 2]])
    await open.close()
  })
})

describe('when the log cannot take more', () => {
  it('429 with Retry-After asks to send again, and nothing is counted', async () => {
    intake.log.state.fault = new LogOverloaded(1_000_000)
    const answer = await intake.post('/v1/batch', { batch: [track, 7] })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1'])
    expect(intake.accepted() + intake.rejected()).toBe(0)
  })

  it('503 tells that it cannot be reached, without its words', async () => {
    intake.log.state.fault = new Error('connection to 10.0.0.1 refused')
    const answer = await intake.post('/v1/batch', { batch: [track] })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(answer.body).not.toContain('10.0.0.1')
  })
})

describe('a fault of ours', () => {
  it('in finding the source asks to send again, and tells nothing of itself', async () => {
    const failing = await startIntake({
      sources: () => Promise.reject(new Error('connection to 10.0.0.1 refused')),
    })
    const answer = await failing.post('/v1/batch', { batch: [track] })
    await failing.close()
    expect(answer.status).toBe(503)
    expect(answer.body).not.toContain('10.0.0.1')
  })
})

describe('a client that goes away in the middle of its request', () => {
  it('is not counted, and the next one is served', async () => {
    const { hostname, port } = new URL(intake.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    socket.write(`POST /v1/batch?writeKey=${writeKey} HTTP/1.1\r\nHost: x\r\n`)
    socket.write('Content-Length: 1000\r\n\r\n{"batch":[')
    await new Promise((resolve) => setTimeout(resolve, 20))
    socket.destroy()
    expect((await intake.post('/v1/batch', { batch: [track] })).status).toBe(200)
    expect([intake.accepted(), intake.rejected()]).toEqual([1, 0])
  })
})

describe('an address', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0'],
    ['::ffff:203.0.113.77', '203.0.113.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
    ['2001:db8::1', '2001:db8::'],
    ['fe80::1%eth0', 'fe80::'],
    ['unknown', null],
  ])('%s is kept as %s', (address, kept) => {
    expect(coarseAddress(address)).toBe(kept)
  })
})

describe('pages of any origin', () => {
  it('may send: the preflight is answered and kept for long', async () => {
    const response = await fetch(`${intake.url}/v1/t`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.fr',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-retry-count',
      },
    })
    expect(response.status).toBe(204)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://shop.fr',
      'access-control-allow-headers': 'authorization,content-type,x-retry-count',
      'access-control-max-age': '86400',
    })
  })

  it('have the facts of the visitor’s browser noted, the address cut to its network', async () => {
    const headers = { origin: 'https://shop.fr', 'user-agent': 'Googlebot/2.1' }
    await intake.post('/v1/t', track, headers)
    await intake.post('/v1/t', track, { 'user-agent': 'axios/1.0' })
    const [seen, server] = intake.events()
    expect(seen?.flags).toEqual(['bot'])
    expect(seen?.context).toMatchObject({ userAgent: 'Googlebot/2.1', ip: '127.0.0.0' })
    expect([server?.flags, server?.context]).toEqual([[], {}])
  })
})
