import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProgram, type TestProgram } from '../../test/program.ts'
import { keyWith, person } from './fixture.ts'
import { PERMISSIONS } from './permissions.ts'

/** The whole program: a room that adds a route is in this matrix without a word. */
let program: TestProgram
beforeAll(async () => {
  program = await startProgram()
})
afterAll(() => program.close())

type Route = { method: string; path: string; permission: string }

async function readRoutes(): Promise<Route[]> {
  const answer = await fetch(`${program.url}/api/openapi.json`)
  const { paths } = (await answer.json()) as {
    paths: Record<string, Record<string, { 'x-permission'?: string }>>
  }
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      permission: operation['x-permission'] ?? 'none',
    })),
  )
}

/** The status of an answer; a stream is left as soon as it begins. */
async function statusOf({ method, path }: Route, headers: Record<string, string>) {
  const address = path.replace(/\{\w+\}/g, '0190a000-0000-7000-8000-000000000000')
  const body = method === 'GET' ? {} : { body: '[]' }
  const answer = await fetch(program.url + address, {
    method,
    headers: { ...headers, ...(method === 'GET' ? {} : { 'content-type': 'application/json' }) },
    ...body,
  })
  await answer.body?.cancel()
  return answer.status
}

type Someone = {
  who: string
  headers: Record<string, string>
  opens(permission: string, method: string): boolean
}

/** Everybody who might ask, and which permissions are theirs. */
async function everybody(): Promise<Someone[]> {
  const { deps, workspace } = program
  const reader = await person(deps, workspace, { role: 'reader', name: 'Rita' })
  const admin = await person(deps, workspace, { role: 'admin', name: 'Ada' })
  const closed = () => false
  const reads = (permission: string) => permission.endsWith(':read')
  return [
    { who: 'nobody', headers: {}, opens: closed },
    { who: 'a wrong key', headers: { authorization: 'Bearer ck_wrong' }, opens: closed },
    { who: 'a wrong session', headers: { cookie: 'clientele_session=x' }, opens: closed },
    { who: 'a write key', headers: { authorization: `Bearer ${program.writeKey}` }, opens: closed },
    {
      who: 'a session without its CSRF token',
      headers: { cookie: admin.headers.cookie },
      // Whatever its permission, only a GET is safe from another site's page.
      opens: (permission, method) => reads(permission) && method === 'GET',
    },
    {
      who: 'a reader',
      headers: reader.headers,
      opens: (permission) => reads(permission) || permission === 'session:write',
    },
    { who: 'an admin', headers: admin.headers, opens: () => true },
    {
      who: 'a key of one scope',
      headers: await keyWith(deps, workspace, ['sources:write']),
      opens: (permission) => permission === 'sources:write',
    },
    { who: 'a reading key', headers: await keyWith(deps, workspace, ['*:read']), opens: reads },
    {
      who: 'the admin key',
      headers: { authorization: `Bearer ${program.adminKey}` },
      opens: (permission) => permission !== 'session:write',
    },
  ]
}

test('every route asks for a permission that exists', async () => {
  const routes = await readRoutes()
  const known = new Set<string>([...PERMISSIONS, 'public', 'session:write'])
  expect(routes.length).toBeGreaterThan(20)
  expect(routes.filter((route) => !known.has(route.permission))).toEqual([])
})

test('only signing in, the state of the program and its manual are open to everybody', async () => {
  const open = (await readRoutes()).filter((route) => route.permission === 'public')
  const expected = /^\/(livez|readyz|metrics|api\/docs.*|api\/openapi\.json|api\/v1\/session.*)$/
  expect(open.filter((route) => !expected.test(route.path))).toEqual([])
})

test('role × route: everybody is refused unless their role or scope opens the route', async () => {
  const wrong: string[] = []
  const actors = await everybody()
  for (const route of await readRoutes()) {
    const { method, path, permission } = route
    // Signing out would end the session that the next cells need.
    if (permission === 'public' || (method === 'DELETE' && path === '/api/v1/session')) continue
    for (const { who, headers, opens } of actors) {
      const status = await statusOf(route, headers)
      const refused = status === 401 || status === 403
      if (refused === opens(permission, method))
        wrong.push(`${who}: ${method} ${path} gave ${status}`)
      if (status >= 500) wrong.push(`${who}: ${method} ${path} failed with ${status}`)
    }
  }
  expect(wrong).toEqual([])
  // Every role at every route: the more routes, the longer.
}, 120_000)
