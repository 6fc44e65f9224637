import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { Registry } from 'prom-client'
import { Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { conflict } from './errors.ts'
import { type Actor, type Api, createApi, type HttpOptions, type RawHandler } from './http.ts'

const ada: Actor = {
  workspace: 1,
  kind: 'key',
  id: 'k1',
  name: 'Ada',
  role: 'key',
  scopes: ['things:read'],
}
const webDir = mkdtempSync(join(tmpdir(), 'clientele-web-'))
const logged: string[] = []
let postgresAnswers = async () => true
let app: Api
let url = ''

function options(): HttpOptions {
  return {
    log: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
    newId: () => 'request-1',
    intake: {
      handles: (address) => address.startsWith('/v1/'),
      handle: (_request, response) => void response.end('raw'),
    },
    authenticate: async (request) => (request.headers.authorization === 'Bearer ada' ? ada : null),
    may: (actor, permission) => actor.scopes.includes(permission),
    checks: {
      clickhouse: {
        required: false,
        without: 'ClickHouse is away.',
        run: async () => ({ ok: false, detail: 'starts anew' }),
      },
      postgres: {
        required: true,
        without: 'PostgreSQL is away.',
        run: async () => ({ ok: await postgresAnswers(), detail: 'answers' }),
      },
    },
    metrics: new Registry(),
    webDir,
    publicUrl: 'https://cdp.example',
  }
}

beforeAll(async () => {
  mkdirSync(join(webDir, 'assets'))
  writeFileSync(join(webDir, 'index.html'), '<title>Clientele</title>')
  writeFileSync(join(webDir, 'assets', 'app-1a2b.js'), 'let a')
  app = await createApi(options())
  const read = { permission: 'things:read' }
  app.get(
    '/api/v1/things',
    {
      config: read,
      schema: { querystring: Type.Object({ limit: Type.Integer({ default: 50, maximum: 200 }) }) },
    },
    async (request) => ({ limit: request.query.limit, name: request.actor.name }),
  )
  app.post(
    '/api/v1/things',
    { config: read, schema: { body: Type.Object({ n: Type.Number(), s: Type.String() }) } },
    async (request) => request.body,
  )
  app.delete('/api/v1/things', { config: { permission: 'things:write' } }, async () => 'gone')
  app.get('/api/v1/conflict', { config: read }, async () => {
    throw conflict('name_taken', 'There is one already.')
  })
  app.get('/api/v1/broken', { config: read }, async () => {
    throw new Error("no row for claire@exemple.fr, '+33 6 12 34 56 78'")
  })
  url = await app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(async () => {
  await app.close()
  rmSync(webDir, { recursive: true })
})

const asAda = { authorization: 'Bearer ada' }
async function ask(path: string, init: RequestInit = {}) {
  const answer = await fetch(url + path, { headers: asAda, ...init })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text }
}
const post = (body: string) =>
  ask('/api/v1/things', {
    method: 'POST',
    body,
    headers: { ...asAda, 'content-type': 'application/json' },
  })

test('a route without a permission stops the start', () => {
  const attempt = async () => {
    const other = await createApi(options())
    other.get('/api/v1/forgotten', async () => 'open door')
  }
  return expect(attempt()).rejects.toThrow('GET /api/v1/forgotten names no permission')
})

test('who is not known gets 401, who may not gets 403, both as problems', async () => {
  const unknown = await ask('/api/v1/things', { headers: {} })
  expect(unknown.status).toBe(401)
  expect(unknown.headers.get('content-type')).toContain('application/problem+json')
  expect((await ask('/api/v1/things', { method: 'DELETE' })).status).toBe(403)
})

test('a request that names JSON and has no body is read as one without a body', async () => {
  const headers = { ...asAda, 'content-type': 'application/json' }
  // 403, not 400: it was understood, and this caller may not.
  expect((await ask('/api/v1/things', { method: 'DELETE', headers })).status).toBe(403)
  expect((await post('')).status).toBe(400)
  expect((await post('{"__proto__": {"x": 1}}')).status).toBe(400)
})

test('the address is converted and completed, a body is not bent to fit', async () => {
  expect(JSON.parse((await ask('/api/v1/things?limit=7')).text)).toEqual({ limit: 7, name: 'Ada' })
  expect(JSON.parse((await ask('/api/v1/things')).text)).toMatchObject({ limit: 50 })
  const bent = await post('{"n":"1","s":"x"}')
  expect(bent.status).toBe(400)
  expect(JSON.parse(bent.text)).toMatchObject({
    status: 400,
    errors: [{ path: 'body/n', message: 'must be number' }],
  })
})

test.each([
  { path: '/api/v1/things?limit=900', status: 400 },
  { path: '/api/v1/nothing', status: 404 },
  { path: '/api/v1/conflict', status: 409 },
  { path: '/api/v1/%ZZ', status: 400 },
  { path: '/assets/missing.js', status: 404 },
])('$path is answered with $status and a problem', async ({ path, status }) => {
  const answer = await ask(path)
  expect(answer.status).toBe(status)
  expect(JSON.parse(answer.text)).toMatchObject({ status, type: expect.any(String) })
})

test.each([{ body: '{"n":' }, { body: '{"n":1,"s":"x","__proto__":{}}' }, { body: '' }])(
  'the bad body $body is a 400',
  async ({ body }) => {
    expect((await post(body)).status).toBe(400)
  },
)

test('a body that is too large is a 413', async () => {
  expect((await post(JSON.stringify({ n: 1, s: 'x'.repeat(3e6) }))).status).toBe(413)
})

test('a fault of ours is told by an id, and logged without personal data', async () => {
  const answer = await ask('/api/v1/broken')
  expect(answer.status).toBe(500)
  expect(JSON.parse(answer.text)).toMatchObject({ requestId: 'request-1' })
  const log = logged.join('\n')
  expect(log).toContain('no row for')
  expect(log).not.toMatch(/claire|12 34/)
})

test('intake paths never meet fastify', async () => {
  expect((await ask('/v1/batch', { method: 'POST', headers: {} })).text).toBe('raw')
})

test('/readyz tells the state of each dependency, and fails for a required one', async () => {
  const degraded = await ask('/readyz', { headers: {} })
  expect(degraded.status).toBe(200)
  expect(JSON.parse(degraded.text)).toMatchObject({
    status: 'degraded',
    checks: {
      clickhouse: { ok: false, status: 'failed', detail: 'starts anew' },
      postgres: { ok: true, status: 'ok', ms: expect.any(Number) },
    },
  })
  postgresAnswers = () => Promise.reject(new Error('down'))
  const failed = await ask('/readyz', { headers: {} })
  expect(failed.status).toBe(503)
  expect(JSON.parse(failed.text)).toMatchObject({
    status: 'not ready',
    checks: { postgres: { ok: false, detail: 'PostgreSQL is away.' } },
  })
  expect((await ask('/livez', { headers: {} })).status).toBe(200)
})

test('/metrics counts requests by route, not by address', async () => {
  const { text } = await ask('/metrics', { headers: {} })
  expect(text).toMatch(/clientele_http_request_seconds_count\{.*route="\/api\/v1\/things"/)
})

test('the description lists each route with its permission', async () => {
  const description = JSON.parse((await ask('/api/openapi.json')).text)
  expect(description.openapi).toBe('3.1.0')
  expect(description.paths['/api/v1/things'].get['x-permission']).toBe('things:read')
  expect(Object.keys(description.paths)).not.toContain('/livez')
})

test('every address of a screen gives the page; hashed files are kept by browsers', async () => {
  const page = await ask('/people/42?tab=traits', { headers: {} })
  expect(page.text).toContain('Clientele')
  expect(page.headers.get('cache-control')).toBe('no-cache')
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
  const file = await ask('/assets/app-1a2b.js', { headers: {} })
  expect(file.headers.get('cache-control')).toContain('immutable')
  expect((await ask('/../../etc/passwd', { headers: {} })).text).not.toContain('root:')
})

test('a request to the intake that is under way is answered before the server closes', async () => {
  const arrived = Promise.withResolvers<ServerResponse>()
  const intake: RawHandler = {
    handles: () => true,
    handle: (_request, response) => arrived.resolve(response),
  }
  const other = await createApi({ ...options(), intake, webDir: null })
  const answer = fetch(await other.listen({ port: 0, host: '127.0.0.1' }))
  const response = await arrived.promise
  const closed = other.close()
  setTimeout(() => response.end('durable'), 100)
  expect(await (await answer).text()).toBe('durable')
  await closed
})
