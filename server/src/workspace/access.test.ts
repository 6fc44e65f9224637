import { afterAll, beforeAll, expect, test } from 'vitest'
import { asAdminKey, openRoom } from './fixture.ts'

let room: Awaited<ReturnType<typeof openRoom>>
beforeAll(async () => {
  room = await openRoom()
})
afterAll(() => room.close())

test('a request by cookie changes nothing without CSRF token or from another site', async () => {
  const ada = await room.person('admin', 'Ada')
  const rename = (headers: Record<string, string>) =>
    room.ask({
      method: 'PATCH',
      url: '/api/v1/workspace',
      headers: { ...ada.headers, ...headers },
      payload: { name: 'Maison Lorival' },
    })
  expect((await rename({ 'x-clientele-csrf': '' })).json()).toMatchObject({
    status: 403,
    type: 'urn:clientele:problem:csrf_refused',
  })
  const other = await room.person('admin', 'Eve')
  const stolen = { 'x-clientele-csrf': other.headers['x-clientele-csrf'] }
  expect((await rename(stolen)).statusCode).toBe(403)
  expect((await rename({ origin: 'https://evil.example' })).statusCode).toBe(403)
  expect((await rename({ origin: 'null' })).statusCode).toBe(403)
  expect((await rename({ origin: 'http://localhost', host: 'localhost' })).statusCode).toBe(200)
  expect((await rename({ origin: room.deps.config.publicUrl })).statusCode).toBe(200)
  expect((await rename({})).statusCode).toBe(200)
})

test('another site cannot sign a visitor in either', async () => {
  const token = await room.link()
  const answer = await room.ask({
    method: 'POST',
    url: '/api/v1/session/link',
    headers: { origin: 'https://evil.example' },
    payload: { token },
  })
  expect(answer.statusCode).toBe(403)
})

test('a key that was revoked or has expired opens nothing', async () => {
  const made = await room.ask({
    method: 'POST',
    url: '/api/v1/api-keys',
    headers: asAdminKey,
    payload: {
      name: 'nightly export',
      scopes: ['sources:read'],
      expiresAt: '2026-03-02T11:00:00Z',
    },
  })
  expect(made.statusCode).toBe(201)
  const { id, key } = made.json()
  const use = async () =>
    (await room.ask({ url: '/api/v1/sources', headers: { authorization: `Bearer ${key}` } }))
      .statusCode
  expect(await use()).toBe(200)
  room.clock.advance(3_600_000)
  expect(await use()).toBe(401)
  room.clock.advance(-3_600_000)
  expect(await use()).toBe(200)
  const url = `/api/v1/api-keys/${id}`
  expect((await room.ask({ method: 'DELETE', url, headers: asAdminKey })).statusCode).toBe(204)
  expect(await use()).toBe(401)
  const list = await room.ask({ url: '/api/v1/api-keys', headers: asAdminKey })
  const row = list.json().data.find((other: { id: string }) => other.id === id)
  expect(row).toMatchObject({ prefix: key.slice(0, 10), lastUsedAt: expect.any(String) })
  expect(list.body).not.toContain(key)
})

test('a key cannot make a stronger key, nor an admin, and unknown scopes are named', async () => {
  const headers = await room.keyWith(['keys:write', 'users:write', 'events:read'])
  const issue = (scopes: string[]) =>
    room.ask({
      method: 'POST',
      url: '/api/v1/api-keys',
      headers,
      payload: { name: 'next', scopes },
    })
  expect((await issue(['events:read'])).statusCode).toBe(201)
  expect((await issue(['*'])).statusCode).toBe(403)
  expect((await issue(['sources:write'])).statusCode).toBe(403)
  expect((await issue(['event:read'])).json().detail).toContain('event:read')
  const invite = await room.ask({
    method: 'POST',
    url: '/api/v1/users',
    headers,
    payload: { email: 'mallory@exemple.fr', name: 'Mallory', role: 'admin' },
  })
  expect(invite.statusCode).toBe(403)
})

test('nothing of another workspace can be read or changed', async () => {
  const { postgres } = room.deps
  const [other] = await postgres.query<{ id: number }>(
    `INSERT INTO workspace (key, name, hash_key, created_at)
     VALUES ('other', 'Other', decode(repeat('00', 32), 'hex'), now()) RETURNING id`,
  )
  const foreign = room.deps.newId()
  await postgres.query(
    `INSERT INTO source (workspace, public_id, name, kind, write_key, created_at)
     VALUES ($1, $2, 'Secret shop', 'web', 'wk_other', now())`,
    [other?.id, foreign],
  )
  await postgres.query(
    `INSERT INTO user_account (id, workspace, email, name, role, language, created_at)
     VALUES ($1, $2, 'other@exemple.fr', 'Other', 'admin', 'fr', now())`,
    [foreign, other?.id],
  )
  await postgres.query(
    `INSERT INTO api_key (id, workspace, name, prefix, key_hash, scopes, created_by, created_at)
     VALUES ($1, $2, 'Other', 'ck_', 'x', '{*}', 'x', now())`,
    [foreign, other?.id],
  )
  const asks = [
    { method: 'GET', url: `/api/v1/sources/${foreign}` },
    { method: 'PATCH', url: `/api/v1/sources/${foreign}`, payload: { name: 'x' } },
    { method: 'DELETE', url: `/api/v1/sources/${foreign}` },
    {
      method: 'POST',
      url: `/api/v1/sources/${foreign}/rotate-key`,
      payload: { overlapHours: 1 },
    },
    { method: 'PATCH', url: `/api/v1/users/${foreign}`, payload: { name: 'x' } },
    { method: 'POST', url: `/api/v1/users/${foreign}/link` },
    { method: 'DELETE', url: `/api/v1/api-keys/${foreign}` },
  ] as const
  for (const ask of asks) {
    const { statusCode } = await room.ask({ ...ask, headers: asAdminKey })
    expect(`${ask.method} ${ask.url}: ${statusCode}`).toBe(`${ask.method} ${ask.url}: 404`)
  }
  for (const url of ['/api/v1/sources', '/api/v1/users', '/api/v1/api-keys', '/api/v1/audit']) {
    const { body } = await room.ask({ url, headers: asAdminKey })
    expect(body).not.toMatch(/Other|Secret shop/)
  }
})

test('a key that was revoked in another process opens nothing five seconds later', async () => {
  const headers = await room.keyWith(['sources:read'])
  const use = async () => (await room.ask({ url: '/api/v1/sources', headers })).statusCode
  expect(await use()).toBe(200)
  await room.deps.postgres.query("UPDATE api_key SET revoked_at = now() WHERE name = 'test'")
  room.clock.advance(4_999)
  expect(await use()).toBe(200)
  room.clock.advance(1)
  expect(await use()).toBe(401)
})
