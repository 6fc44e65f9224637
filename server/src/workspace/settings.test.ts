import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from './audit.ts'
import { bootstrapWorkspace } from './bootstrap.ts'
import { asAdminKey, openRoom } from './fixture.ts'

let room: Awaited<ReturnType<typeof openRoom>>
beforeAll(async () => {
  room = await openRoom()
})
afterAll(() => room.close())

const readAudit = async (query = '') =>
  (await room.ask({ url: `/api/v1/audit${query}`, headers: asAdminKey })).json().data

test('a second start finds the workspace, and several starts at once make one', async () => {
  const starts = await Promise.all([1, 2, 3].map(() => bootstrapWorkspace(room.deps)))
  expect(new Set(starts.map((workspace) => workspace.id))).toEqual(new Set([room.workspace.id]))
  expect(room.workspace.hashKey).toHaveLength(32)
  expect(starts[0]?.hashKey.equals(room.workspace.hashKey)).toBe(true)
})

test('a demo names and marks its workspace, but keeps a name that somebody chose', async () => {
  const demo = { demo: true, name: 'Maison Lorival' }
  expect(await bootstrapWorkspace(room.deps, demo)).toMatchObject(demo)
  expect(await bootstrapWorkspace(room.deps)).toMatchObject(demo)
  expect(await bootstrapWorkspace(room.deps, { name: 'Other' })).toMatchObject(demo)
})

test('the keys of the environment follow it from start to start', async () => {
  // A process that runs would open to the keys it knows for five seconds more.
  const startWith = (config: { adminKey: string | null; writeKey: string | null }) => {
    room.clock.advance(5_000)
    return bootstrapWorkspace({ ...room.deps, config: { ...room.deps.config, ...config } })
  }
  const opens = async (key: string) => {
    const headers = { authorization: `Bearer ${key}` }
    return (await room.ask({ url: '/api/v1/sources', headers })).statusCode
  }
  const sourceOf = async (key: string) => {
    await room.directory.refresh()
    return room.directory.find(key)
  }
  await startWith({ adminKey: 'the-second-admin-key', writeKey: 'the-write-key' })
  expect([await opens('the-admin-key'), await opens('the-second-admin-key')]).toEqual([401, 200])
  const source = await sourceOf('the-write-key')
  expect(source).toMatchObject({ name: 'Première source', kind: 'web' })

  await startWith({ adminKey: null, writeKey: 'the-next-write-key' })
  expect(await opens('the-second-admin-key')).toBe(401)
  expect(await sourceOf('the-write-key')).toBeNull()
  expect((await sourceOf('the-next-write-key'))?.id).toBe(source?.id)

  await startWith({ adminKey: 'the-admin-key', writeKey: null })
  expect(await opens('the-admin-key')).toBe(200)
  expect((await sourceOf('the-next-write-key'))?.id).toBe(source?.id)
})

// Earlier keys of the environment are still listed, as revoked.
const isFixed = (key: { name: string; revokedAt: string | null }) =>
  key.name === 'CLIENTELE_ADMIN_KEY' && key.revokedAt === null

test('a key that the environment fixes is not changed through the API', async () => {
  await bootstrapWorkspace({
    ...room.deps,
    config: { ...room.deps.config, writeKey: 'the-fixed-write-key' },
  })
  await room.directory.refresh()
  const id = room.directory.find('the-fixed-write-key')?.publicId
  const rotated = await room.ask({
    method: 'POST',
    url: `/api/v1/sources/${id}/rotate-key`,
    headers: asAdminKey,
    payload: { overlapHours: 1 },
  })
  expect(rotated.json().detail).toContain('CLIENTELE_WRITE_KEY')
  const keys = (await room.ask({ url: '/api/v1/api-keys', headers: asAdminKey })).json().data
  const fixed = keys.find(isFixed)
  const url = `/api/v1/api-keys/${fixed.id}`
  const revoked = await room.ask({ method: 'DELETE', url, headers: asAdminKey })
  expect(revoked.json().detail).toContain('CLIENTELE_ADMIN_KEY')
})

test('the audit log says who did what, newest first, and can be filtered', async () => {
  const ada = await room.person('admin', 'Ada Lambert')
  const headers = ada.headers
  const payload = { name: 'Newsletter', kind: 'newsletter' }
  const made = await room.ask({ method: 'POST', url: '/api/v1/sources', headers, payload })
  const url = `/api/v1/sources/${made.json().id}`
  await room.ask({ method: 'PATCH', url, headers, payload: { name: 'Lettre' } })
  const entries = await readAudit('?action=source&actor=Ada%20Lambert')
  expect(entries).toMatchObject([
    { action: 'source.changed', detail: { name: 'Lettre' } },
    {
      action: 'source.created',
      actor: { kind: 'user', name: 'Ada Lambert' },
      subject: `source:${made.json().id}`,
    },
  ])
  expect(await readAudit('?action=sourc')).toEqual([])
})

test('the audit log is append-only: the database refuses to touch an entry', async () => {
  const { postgres } = room.deps
  const before = (await readAudit()).length
  for (const statement of [
    `UPDATE audit_entry SET actor_name = 'nobody'`,
    'DELETE FROM audit_entry',
    'TRUNCATE audit_entry',
  ]) {
    await expect(postgres.query(statement)).rejects.toThrow('append-only')
  }
  expect((await readAudit()).length).toBe(before)
})

test('a change that fails leaves no audit entry', async () => {
  const { postgres } = room.deps
  const attempt = postgres.transaction(async (sql) => {
    const actor = { kind: 'system', name: 'test' } as const
    const entry = { workspace: room.workspace.id, actor, action: 'test.failed', subject: 'test:1' }
    await audit(sql, entry)
    throw new Error('no')
  })
  await expect(attempt).rejects.toThrow('no')
  expect(await readAudit('?action=test.failed')).toEqual([])
})

test('secrets appear neither in the audit log nor, as such, in the database', async () => {
  const made = await room.ask({
    method: 'POST',
    url: '/api/v1/api-keys',
    headers: asAdminKey,
    payload: { name: 'export', scopes: ['events:read'] },
  })
  const { key } = made.json()
  const token = await room.link()
  const rows = await room.deps.postgres.query(
    `SELECT to_jsonb(k) AS row FROM api_key k
     UNION ALL SELECT to_jsonb(l) FROM sign_in_link l
     UNION ALL SELECT to_jsonb(e) FROM audit_entry e`,
  )
  const everything = JSON.stringify(rows)
  for (const secret of [key, token, 'the-admin-key']) {
    expect(everything).not.toContain(secret)
    expect(everything).not.toContain(Buffer.from(secret).toString('hex'))
  }
})

test('display names are set, changed and removed', async () => {
  const put = (fr: string, en: string) =>
    room.ask({
      method: 'PUT',
      url: '/api/v1/labels',
      headers: asAdminKey,
      payload: { kind: 'event', name: 'Order Completed', fr, en },
    })
  const list = async () =>
    (await room.ask({ url: '/api/v1/labels', headers: asAdminKey })).json().data
  await put('Commande', 'Order')
  expect((await put('Commande passée', 'Order completed')).statusCode).toBe(200)
  expect(await list()).toEqual([
    { kind: 'event', name: 'Order Completed', fr: 'Commande passée', en: 'Order completed' },
  ])
  await put('', '')
  expect(await list()).toEqual([])
})

test('the workspace is renamed and moved to a known time zone only', async () => {
  const change = (payload: Record<string, unknown>) =>
    room.ask({ method: 'PATCH', url: '/api/v1/workspace', headers: asAdminKey, payload })
  const moved = await change({ name: 'Maison Lorival', timeZone: 'europe/lisbon' })
  expect(moved.json()).toMatchObject({ name: 'Maison Lorival', timeZone: 'Europe/Lisbon' })
  expect((await change({ timeZone: 'Europe/Lyon' })).statusCode).toBe(400)
  expect((await change({ name: '  ' })).statusCode).toBe(400)
  expect((await change({ name: 'a\u0000b' })).statusCode).toBe(400)
})
