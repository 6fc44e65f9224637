import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../test/engines.ts'
import type { Actor, Api } from '../platform/api.ts'
import { type ManualClock, manualClock } from '../platform/clock.ts'
import type { Deps } from '../platform/deps.ts'
import { createApi } from '../platform/http.ts'
import { may } from '../workspace/index.ts'
import { deliverRoutes } from './routes.ts'
import * as kit from './testKit.ts'
import { startDeliver } from './worker.ts'

const UNKNOWN = '00000000-0000-7000-8000-00000000ffff'
let database: TestDatabase
let clock: ManualClock
let deps: Deps
let app: Api
let receiver: Awaited<ReturnType<typeof kit.openReceiver>>
let workspace = 0
let actor: Actor

beforeAll(async () => {
  database = await openTestDatabase()
  clock = manualClock(Date.now())
  deps = kit.testDeps(database, clock)
  receiver = await kit.openReceiver()
  app = await openApi(deps)
})
afterAll(async () => {
  await app.close()
  await receiver.close()
  await database.close()
})
beforeEach(async () => {
  await deps.postgres.query('UPDATE destination SET enabled = false')
  workspace = await kit.makeWorkspace(deps)
  actor = kit.admin(workspace)
  receiver.received.length = 0
})

async function openApi(given: Deps): Promise<Api> {
  const api = await createApi({
    log: pino({ level: 'silent' }),
    newId: given.newId,
    intake: null,
    authenticate: async () => actor,
    may,
    checks: {},
    metrics: new Registry(),
    webDir: null,
    publicUrl: 'http://127.0.0.1',
  })
  deliverRoutes(api, given, {
    readProfile: kit.readProfile,
    profileNames: async (_deps, _workspace, ids) => new Map(ids.map((id) => [id, 'Léa'])),
  })
  return api
}

const asReader = () => {
  actor = { ...kit.admin(workspace), role: 'reader' }
}

async function call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) {
  const url = `/api/v1${path}`
  const answer = await app.inject({ method, url, ...(body ? { payload: body } : {}) })
  return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() }
}

const webhook = (more: object = {}) => ({
  name: 'Caisse',
  kind: 'webhook',
  config: { url: receiver.url, headers: { Authorization: 'Bearer abc' } },
  triggers: [{ segment: kit.SEGMENT, on: ['entered'] }],
  ...more,
})

async function deliverAll() {
  const deliver = startDeliver(deps, { readProfile: kit.readProfile, idleMs: 10 })
  await deliver.drained()
  await deliver.stop()
}

/** One person whose e-mail is known has entered the segment and was delivered. */
async function oneDelivery(email = 'lea.roux@example.org') {
  const destination = (await call('POST', '/destinations', webhook())).body
  const profile = await kit.makePerson(deps, workspace, email)
  const key = await kit.transition(deps, { workspace, profile })
  await deliverAll()
  return { destination, profile, key }
}

describe('destinations', () => {
  it('are created with a secret, listed, changed and deleted, and each step is audited', async () => {
    const created = await call('POST', '/destinations', webhook({ purpose: 'Partners' }))
    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({
      name: 'Caisse',
      kind: 'webhook',
      purpose: 'partners',
      channel: null,
      enabled: true,
      description: { fr: expect.stringContaining('127.0.0.1') },
      stats: { delivered24h: 0, waiting: 0, lastDeliveryAt: null },
    })
    expect(created.body.secret).toMatch(/^whsec_/)
    expect(created.body.stats.perHour).toHaveLength(24)
    const { id } = created.body
    const changed = await call('PATCH', `/destinations/${id}`, { enabled: false, name: 'Tills' })
    expect(changed.body).toMatchObject({
      name: 'Tills',
      enabled: false,
      secret: created.body.secret,
    })
    expect(changed.body.config.headers).toEqual({ Authorization: 'Bearer abc' })
    const list = await call('GET', '/destinations')
    expect(list.body.data.map((row: { id: string }) => row.id)).toEqual([id])
    expect(list.body.next).toBeNull()
    expect((await call('DELETE', `/destinations/${id}`)).status).toBe(204)
    expect((await call('GET', `/destinations/${id}`)).status).toBe(404)
    const actions = await deps.postgres.query<{ action: string; detail: unknown }>(
      'SELECT action, detail FROM audit_entry WHERE workspace = $1 ORDER BY id',
      [workspace],
    )
    expect(actions.map(({ action }) => action)).toEqual([
      'destination.created',
      'destination.changed',
      'destination.deleted',
    ])
    expect(JSON.stringify(actions)).not.toMatch(/whsec_|Bearer/)
  })

  it('keep no secret in clear in the database', async () => {
    const { body } = await call('POST', '/destinations', webhook())
    const [row] = await deps.postgres.query<{ all: string }>(
      `SELECT row_to_json(d)::text || encode(sealed, 'escape') AS all FROM destination d
       WHERE id = $1`,
      [body.id],
    )
    expect(row?.all).not.toMatch(/Bearer|whsec_/)
  })

  it('hide their secrets from a reader', async () => {
    const { body } = await call('POST', '/destinations', webhook())
    asReader()
    const seen = await call('GET', `/destinations/${body.id}`)
    expect(seen.body.secret).toBeNull()
    expect(JSON.stringify(seen.body)).not.toMatch(/Bearer|whsec_/)
    expect((await call('PATCH', `/destinations/${body.id}`, { enabled: false })).status).toBe(403)
  })

  it('are not found from another workspace', async () => {
    const { body } = await call('POST', '/destinations', webhook())
    actor = kit.admin(await kit.makeWorkspace(deps))
    expect((await call('GET', `/destinations/${body.id}`)).status).toBe(404)
    expect((await call('PATCH', `/destinations/${body.id}`, { name: 'x' })).status).toBe(404)
    expect((await call('DELETE', `/destinations/${body.id}`)).status).toBe(404)
    expect((await call('GET', '/destinations')).body.data).toEqual([])
  })

  it.each([
    { description: 'an unknown kind', change: { kind: 'fax' } },
    { description: 'no name', change: { name: '' } },
    { description: 'no address', change: { config: {} } },
    { description: 'an address that is none', change: { config: { url: 'not a url' } } },
    { description: 'a file', change: { config: { url: 'file:///etc/passwd' } } },
    { description: 'a password in the address', change: { config: { url: 'https://a:b@x.fr' } } },
    {
      description: 'a header of ours',
      change: { config: { url: 'https://x.fr', headers: { 'Webhook-Id': '1' } } },
    },
    {
      description: 'a header with a line break',
      change: { config: { url: 'https://x.fr', headers: { X: 'a\r\nb: c' } } },
    },
    {
      description: 'a setting that does not exist',
      change: { config: { url: 'https://x.fr', a: 1 } },
    },
    {
      description: 'a change that does not exist',
      change: { triggers: [{ segment: 's', on: ['x'] }] },
    },
  ])('are refused with $description, in a sentence', async ({ change }) => {
    const { status, body } = await call('POST', '/destinations', webhook(change))
    expect(status).toBe(400)
    expect(body.detail).toMatch(/\.$/)
  })

  it('are refused at a private address unless that is allowed', async () => {
    const closed = { ...deps, config: { ...deps.config, allowPrivateNetwork: false } }
    const api = await openApi(closed)
    const payload = webhook({ config: { url: 'http://169.254.169.254/latest' } })
    const answer = await api.inject({ method: 'POST', url: '/api/v1/destinations', payload })
    await api.close()
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ type: 'urn:clientele:problem:address_refused' })
  })

  it('change their secret and sign with both until the old one ends', async () => {
    const { body } = await call('POST', '/destinations', webhook())
    const rotated = await call('POST', `/destinations/${body.id}/rotate-secret`)
    expect(rotated.body.secret).not.toBe(body.secret)
    await call('POST', `/destinations/${body.id}/test`)
    clock.advance(25 * 3_600_000)
    await call('POST', `/destinations/${body.id}/test`)
    const signatures = receiver.received.map(
      ({ headers }) => String(headers['webhook-signature']).split(' ').length,
    )
    expect(signatures).toEqual([2, 1])
  })
})

describe('a test send', () => {
  it('shows the request, without its secrets, and the answer', async () => {
    const { body } = await call('POST', '/destinations', webhook())
    const result = await call('POST', `/destinations/${body.id}/test`)
    expect(result.status).toBe(200)
    expect(result.body).toMatchObject({
      request: { method: 'POST', url: receiver.url, headers: { Authorization: '••••••' } },
      response: { status: 200, body: '{"from":"the receiver"}' },
      error: null,
    })
    expect(receiver.received[0]?.headers.authorization).toBe('Bearer abc')
    expect(receiver.received[0]?.event.type).toBe('clientele.test')
  })

  it('names the fault in both languages when no answer comes', async () => {
    const url = 'http://127.0.0.1:1/'
    const { body } = await call('POST', '/destinations', webhook({ config: { url } }))
    const result = await call('POST', `/destinations/${body.id}/test`)
    expect(result.body).toMatchObject({
      response: null,
      error: { code: 'connection_refused', text: { fr: expect.any(String) } },
    })
  })

  it('about a real person needs the consent of that person', async () => {
    const purpose = 'marketing'
    const { body } = await call('POST', '/destinations', webhook({ purpose }))
    const email = 'paul@example.org'
    const profile = await kit.makePerson(deps, workspace, email)
    const path = `/destinations/${body.id}/test`
    expect((await call('POST', path, { profile })).status).toBe(409)
    expect((await call('POST', path, { profile: UNKNOWN })).status).toBe(404)
    expect(receiver.received).toHaveLength(0)
    await kit.say(deps, { workspace, email, purpose, granted: true })
    expect((await call('POST', path, { profile })).status).toBe(200)
    expect(receiver.received[0]?.event.subject).toBe(profile)
  })
})

describe('deliveries', () => {
  it('are listed by filter, and counted at their destination', async () => {
    const { destination, profile, key } = await oneDelivery()
    const { body } = await call('GET', `/deliveries?destination=${destination.id}&state=delivered`)
    expect(body.data).toEqual([
      {
        id: expect.any(String),
        at: expect.stringMatching(/Z$/),
        destination: { id: destination.id, name: 'Caisse' },
        profile: { id: profile, name: 'Léa' },
        segment: { id: kit.SEGMENT, name: { fr: 'Fidèles', en: 'Loyal' } },
        change: 'entered',
        state: 'delivered',
        attempts: 1,
        reason: null,
        idempotencyKey: key,
        nextAttemptAt: null,
      },
    ])
    expect((await call('GET', '/deliveries?state=dead')).body.data).toEqual([])
    expect((await call('GET', `/deliveries?profile=${UNKNOWN}`)).body.data).toEqual([])
    const { stats } = (await call('GET', `/destinations/${destination.id}`)).body
    expect(stats).toMatchObject({ delivered24h: 1, failed24h: 0, refused24h: 0, waiting: 0 })
    expect(stats.perHour.at(-1)).toBe(1)
  })

  it('come in pages that end', async () => {
    await call('POST', '/destinations', webhook())
    for (let n = 0; n < 5; n += 1) {
      const profile = await kit.makePerson(deps, workspace, `p${n}@example.org`)
      await kit.transition(deps, { workspace, profile })
    }
    await deliverAll()
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body } = await call('GET', `/deliveries?limit=2${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.data.map(({ id }: { id: string }) => id))
      cursor = body.next
    }
    expect(seen).toHaveLength(5)
    expect(new Set(seen).size).toBe(5)
  })

  it('show their message and each attempt, masked for a reader', async () => {
    await oneDelivery()
    const [{ id }] = (await call('GET', '/deliveries')).body.data
    const full = (await call('GET', `/deliveries/${id}`)).body
    expect(full.payload.data.profile.identifiers[0].value).toBe('lea.roux@example.org')
    expect(full.attempts).toMatchObject([
      { request: { headers: { Authorization: '••••••' } }, response: { status: 200 }, error: null },
    ])
    asReader()
    const masked = await call('GET', `/deliveries/${id}`)
    expect(masked.status).toBe(200)
    expect(JSON.stringify(masked.body)).not.toContain('lea.roux')
    expect(JSON.parse(masked.body.attempts[0].request.body).data.segment.id).toBe(kit.SEGMENT)
  })

  it('are replayed one by one or by a filter that counts first, with the same key', async () => {
    const { destination } = await oneDelivery()
    const [{ id }] = (await call('GET', '/deliveries')).body.data
    expect((await call('POST', `/deliveries/${id}/replay`)).status).toBe(202)
    expect((await call('POST', `/deliveries/${id}/replay`)).status).toBe(409)
    await deliverAll()
    const body = { filter: { destination: destination.id, state: 'delivered' } }
    const preview = await call('POST', '/deliveries/replay?preview=true', body)
    expect(preview).toEqual({ status: 200, body: { count: 1 } })
    expect(receiver.received).toHaveLength(2)
    expect((await call('POST', '/deliveries/replay', body)).body).toEqual({ count: 1 })
    await deliverAll()
    expect(receiver.received).toHaveLength(3)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect((await call('POST', '/deliveries/replay', { filter: {} })).body).toEqual({ count: 0 })
  })

  it('of another workspace are not found', async () => {
    await oneDelivery()
    const [{ id }] = (await call('GET', '/deliveries')).body.data
    actor = kit.admin(await kit.makeWorkspace(deps))
    expect((await call('GET', '/deliveries')).body.data).toEqual([])
    expect((await call('GET', `/deliveries/${id}`)).status).toBe(404)
    expect((await call('POST', `/deliveries/${id}/replay`)).status).toBe(404)
    const all = { filter: { state: 'delivered' } }
    expect((await call('POST', '/deliveries/replay', all)).body).toEqual({ count: 0 })
  })

  it.each(['?state=lost', '?limit=201', '?from=yesterday', '?cursor=x', '?destination=1'])(
    'are refused for the wrong question %s with a 400',
    async (query) => {
      expect((await call('GET', `/deliveries${query}`)).status).toBe(400)
    },
  )
})
