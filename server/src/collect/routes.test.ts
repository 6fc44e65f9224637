import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../test/engines.ts'
import { manualClock } from '../platform/clock.ts'
import { parseConfig } from '../platform/config.ts'
import type { Deps } from '../platform/deps.ts'
import { type Actor, type Api, createApi } from '../platform/http.ts'
import { newIdFrom } from '../platform/ids.ts'
import { fileArchive } from '../platform/log/archive.ts'
import type { Log } from '../platform/log/log.ts'
import { openPostgresLog } from '../platform/log/postgresLog.ts'
import { may } from '../workspace/index.ts'
import { type Collect, openCollect } from './collect.ts'
import { countAccepted, countOutcomes } from './counts.ts'
import { readEvents, withoutEvents } from './read.ts'
import { collectRoutes } from './routes.ts'

const writeKey = 'routes_write_key'
const publicId = '018f0000-0000-7000-8000-0000000000aa'
const clock = manualClock(Date.parse('2026-03-01T12:00:30.000Z'))
const folder = mkdtempSync(join(tmpdir(), 'clientele-collect-'))

let database: TestDatabase
let log: Log
let collect: Collect
let app: Api
let url: string
let workspace: number
let source: number

const actorOf = (role: Actor['role']): Actor => {
  return { workspace, kind: 'user', id: role, name: role, role, scopes: [] }
}

beforeAll(async () => {
  database = await openTestDatabase()
  const [made] = await database.postgres.query<{ id: number }>(
    `INSERT INTO workspace (key, name, hash_key, created_at)
     VALUES ('w', 'W', decode(repeat('00', 32), 'hex'), now()) RETURNING id`,
  )
  workspace = made?.id ?? 0
  const [row] = await database.postgres.query<{ id: number }>(
    `INSERT INTO source (workspace, public_id, name, kind, write_key, created_at)
     VALUES ($1, $2, 'Boutique', 'web', $3, now()) RETURNING id`,
    [workspace, publicId, writeKey],
  )
  source = row?.id ?? 0
  const deps: Deps = {
    postgres: database.postgres,
    clickhouse: database.clickhouse,
    clock,
    newId: newIdFrom(clock),
    log: pino({ level: 'silent' }),
    config: parseConfig({ DATA_DIR: folder }),
  }
  log = await openPostgresLog({
    postgres: database.postgres,
    archive: fileArchive(folder),
    clock,
    withoutEvents,
    alongside: countAccepted,
  })
  const known = { workspace, id: source, publicId, name: 'Boutique' }
  collect = openCollect(deps, {
    eventLog: log,
    sources: (key) => (key === writeKey ? known : null),
  })
  app = await createApi({
    log: deps.log,
    newId: deps.newId,
    intake: collect.intake,
    authenticate: async ({ headers }) =>
      headers.authorization === 'Bearer admin' || headers.authorization === 'Bearer reader'
        ? actorOf(headers.authorization === 'Bearer admin' ? 'admin' : 'reader')
        : null,
    may,
    checks: {},
    metrics: new Registry(),
    webDir: null,
    publicUrl: 'http://localhost',
  })
  collectRoutes(app, deps, collect)
  url = await app.listen({ port: 0, host: '127.0.0.1' })
})

afterAll(async () => {
  await app.close()
  await collect.close()
  await log.close()
  await database.close()
  rmSync(folder, { recursive: true })
})

async function ask(path: string, over: RequestInit & { as?: string } = {}) {
  const { as = 'admin', ...init } = over
  const answer = await fetch(`${url}/api/v1${path}`, {
    headers: { authorization: `Bearer ${as}` },
    ...init,
  })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

async function post(body: unknown, path = '/v1/batch'): Promise<number> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await fetch(`${url}${path}?writeKey=${writeKey}`, { method: 'POST', body: text })
  await answer.text()
  return answer.status
}

const order = { type: 'track', event: 'Order Completed', userId: 'u1' }
const refused = { type: 'merge', traits: { email: 'jean.dupont@exemple.fr' } }

it('I2: received = accepted + rejected, exact as soon as the answer is there', async () => {
  expect(await post({ batch: [order, refused, order, 7] })).toBe(200)
  expect((await ask('/events/totals')).body).toMatchObject({
    received: 4,
    accepted: 2,
    rejected: 2,
    waiting: 2,
    balanced: true,
    bySource: [{ source: { id: publicId, name: 'Boutique' }, accepted: 2 }],
  })
})

it('counts requests of which nothing was taken within a second', async () => {
  expect(await post('{"batch":')).toBe(400)
  expect(await post({ batch: [refused, refused] })).toBe(400)
  await expect
    .poll(async () => (await ask('/events/totals')).body, { timeout: 5_000 })
    .toMatchObject({ received: 7, accepted: 2, rejected: 5 })
})

it('what becomes of accepted events joins the minute of their acceptance', async () => {
  const at = clock.now()
  const row = { workspace, source, at }
  await countOutcomes(database.postgres, { lane: 'live', shard: 0 }, [
    { ...row, applied: 1, flagged: 1 },
    { ...row, deadLettered: 1 },
  ])
  expect((await ask('/events/totals')).body).toMatchObject({
    received: 7,
    accepted: 1,
    rejected: 5,
    deadLettered: 1,
    flagged: 1,
    waiting: 0,
    balanced: true,
  })
})

it('volumes are the last minutes, the current one last, quiet ones as zeros', async () => {
  const { body } = await ask(`/events/volumes?minutes=3&source=${publicId}`)
  expect(body).toEqual([
    { minute: '2026-03-01T11:58:00.000Z', accepted: 0, rejected: 0, flagged: 0 },
    { minute: '2026-03-01T11:59:00.000Z', accepted: 0, rejected: 0, flagged: 0 },
    { minute: '2026-03-01T12:00:00.000Z', accepted: 2, rejected: 5, flagged: 1 },
  ])
  const unknown = '018f0000-0000-7000-8000-00000000ffff'
  expect((await ask(`/events/volumes?source=${unknown}`)).status).toBe(404)
})

it('problems tell why, with an example; a reader sees it masked', async () => {
  const { body } = await ask('/events/problems')
  expect(body.map(({ code, count }: { code: string; count: number }) => [code, count])).toEqual([
    ['unknown_type', 3],
    ['event_not_an_object', 1],
    ['invalid_json', 1],
  ])
  expect(body[0]).toMatchObject({
    text: { fr: 'Le type d’événement est inconnu.', en: 'The type of the event is unknown.' },
    sources: [{ id: publicId, name: 'Boutique' }],
  })
  expect(body[0].sample.raw).toContain('jean.dupont@exemple.fr')
  const masked = JSON.stringify((await ask('/events/problems', { as: 'reader' })).body)
  expect(masked).not.toContain('jean.dupont')
  expect(masked).toContain('@exemple.fr')
})

it('recent shows the newest first, filtered, and masked for a reader', async () => {
  await post({ batch: [{ ...order, messageId: 'm9', context: { traits: { email: 'a.b@c.fr' } } }] })
  const { body } = await ask('/events/live/recent?limit=3')
  expect(body.data).toHaveLength(3)
  expect(body.data[0]).toMatchObject({
    source: { id: publicId },
    messageId: 'm9',
    state: 'accepted',
    identifiers: [
      { namespace: 'user_id', value: 'u1' },
      { namespace: 'email', value: 'a.b@c.fr' },
    ],
  })
  const filtered = await ask('/events/live/recent?state=rejected&q=MERGE')
  expect(filtered.body.data).toHaveLength(3)
  const reader = await ask('/events/live/recent?limit=1', { as: 'reader' })
  expect(JSON.stringify(reader.body)).not.toContain('a.b@c.fr')
  // By guessing at a search, a reader must not learn what is masked.
  expect((await ask('/events/live/recent?q=a.b@c.fr', { as: 'reader' })).body.data).toEqual([])
})

it('the live stream brings events and rates, and ends with its viewer', async () => {
  const stop = new AbortController()
  const answer = await fetch(`${url}/api/v1/events/live?state=accepted`, {
    headers: { authorization: 'Bearer admin' },
    signal: stop.signal,
  })
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  await post({ batch: [{ ...order, messageId: 'streamed' }, 7] })
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk)
    if (text.includes('"acceptedPerSecond":1')) break
  }
  stop.abort()
  expect(text).toContain('event: message\ndata: {"at":')
  expect(text).toContain('"messageId":"streamed"')
  expect(text).not.toContain('"state":"rejected"')
  expect(text).toContain('"rejectedPerSecond":1')
})

it('a test event goes through the intake, marked as staff', async () => {
  const { status, body } = await ask(`/sources/${publicId}/test-event`, { method: 'POST' })
  expect(status).toBe(200)
  const heads = await log.heads()
  const blocks = await Promise.all(
    heads.map(({ lane, shard }) => log.read({ lane, shard }, 0, 1e6)),
  )
  const events = blocks.flat().flatMap(({ entries }) => entries.flatMap(readEvents))
  expect(events.find((event) => event?.messageId === body.messageId)).toMatchObject({
    event: 'Test Event',
    flags: ['staff'],
  })
  const reader = await ask(`/sources/${publicId}/test-event`, { method: 'POST', as: 'reader' })
  expect(reader.status).toBe(403)
})

it('requests with an unknown key are shown where only one workspace can be meant', async () => {
  const answer = await fetch(`${url}/v1/batch?writeKey=unknown`, { method: 'POST', body: '{}' })
  expect(answer.status).toBe(401)
  expect((await ask('/events/live/recent?limit=1')).body.data).toMatchObject([
    { state: 'rejected', reason: { code: 'wrong_key' }, raw: '' },
  ])
  await expect
    .poll(async () => (await ask('/events/problems')).body, { timeout: 5_000 })
    .toContainEqual(expect.objectContaining({ code: 'wrong_key', count: 1, sources: [] }))
})

it('I2: the counts stay exact when many send at once, to all shards', async () => {
  const before = (await ask('/events/totals')).body
  const send = (n: number) => post({ batch: [{ ...order, userId: `u${n}` }, refused, 7] })
  const statuses = await Promise.all(Array.from({ length: 200 }, (_, n) => send(n)))
  expect(new Set(statuses)).toEqual(new Set([200]))
  const after = (await ask('/events/totals')).body
  expect(after.accepted - before.accepted).toBe(200)
  expect(after.rejected - before.rejected).toBe(400)
})

it('rejections, with their examples, are gone after 30 days', async () => {
  clock.advance(31 * 86_400_000)
  await post('not json')
  const minutes = () => database.postgres.query('SELECT DISTINCT minute FROM rejection_minute')
  await expect.poll(async () => (await minutes()).length, { timeout: 5_000 }).toBe(1)
})

it('nothing that waits to be counted is lost by a clean stop', async () => {
  await post('not json')
  await collect.close()
  const [row] = await database.postgres.query<{ n: number }>(
    "SELECT sum(n) AS n FROM rejection_minute WHERE reason = 'invalid_json'",
  )
  expect(row?.n).toBe(2)
})
