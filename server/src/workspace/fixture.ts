import type { InjectOptions } from 'fastify'
import pino from 'pino'
import { Registry } from 'prom-client'
import { openTestDatabase } from '../../test/engines.ts'
import { manualClock } from '../platform/clock.ts'
import { parseConfig } from '../platform/config.ts'
import type { Deps } from '../platform/deps.ts'
import { createApi } from '../platform/http.ts'
import { newIdFrom } from '../platform/ids.ts'
import { authenticate } from './access.ts'
import { issueApiKey } from './apiKeys.ts'
import { bootstrapWorkspace } from './bootstrap.ts'
import { KnownKeys } from './knownKeys.ts'
import { may, type Role } from './permissions.ts'
import { workspaceRoutes } from './routes.ts'
import { openSession } from './sessions.ts'
import { createSignInLink } from './signIn.ts'
import { openSourceDirectory } from './sourceDirectory.ts'

export type Ask = InjectOptions & { method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' }
export const START = Date.parse('2026-03-02T10:00:30Z')

/** The room on real engines, behind the real HTTP layer, at a time that stands still. */
export async function openRoom() {
  const database = await openTestDatabase()
  const clock = manualClock(START)
  const config = { ...parseConfig({}), secret: 'a secret of the tests', adminKey: 'the-admin-key' }
  const { postgres, clickhouse } = database
  const log = pino({ level: 'silent' })
  const deps: Deps = { postgres, clickhouse, clock, newId: newIdFrom(clock), log, config }
  const workspace = await bootstrapWorkspace(deps)
  const directory = await openSourceDirectory(deps)
  const keys = new KnownKeys()
  const app = await createApi({
    log,
    newId: deps.newId,
    intake: null,
    authenticate: (request) => authenticate(deps, keys, request),
    may,
    checks: {},
    metrics: new Registry(),
    webDir: null,
    publicUrl: config.publicUrl,
  })
  workspaceRoutes(app, deps, {
    ...{ sources: directory, keys },
    changeSettings: (_workspace, change) => postgres.transaction(change),
  })
  await app.ready()
  return {
    app,
    clock,
    deps,
    directory,
    workspace,
    /** Asks as an API key with these scopes. */
    keyWith: (scopes: string[]) => keyWith(deps, workspace, scopes),
    /** Asks with the session of a new person in that role. */
    person: (role: Role, name: string) => person(deps, workspace, { role, name }),
    link: async () => tokenOf(await createSignInLink(deps, { workspace: workspace.id })),
    ask: (ask: Ask) => app.inject(ask),
    close: async () => {
      directory.close()
      await app.close()
      await database.close()
    },
  }
}

export const asAdminKey = { authorization: 'Bearer the-admin-key' }

export function tokenOf(link: { url: string }): string {
  return new URL(link.url).searchParams.get('token') ?? ''
}

/** The headers of an API key with these scopes. */
export async function keyWith(deps: Deps, workspace: { id: number }, scopes: string[]) {
  const actor = { kind: 'system', name: 'test' } as const
  const wish = { workspace: workspace.id, actor, name: 'test', scopes, expiresAt: null }
  const { key } = await issueApiKey(deps, wish)
  return { authorization: `Bearer ${key}` }
}

/** A new person of the workspace, signed in. */
export async function person(
  deps: Deps,
  workspace: { id: number },
  who: { role: Role; name: string },
) {
  const id = deps.newId()
  await deps.postgres.query(
    `INSERT INTO user_account (id, workspace, email, name, role, language, created_at)
     VALUES ($1, $2, $3, $4, $5, 'fr', $6)`,
    [id, workspace.id, `${id}@exemple.fr`, who.name, who.role, new Date(deps.clock.now())],
  )
  const token = await openSession(deps.postgres, deps, { user: id, via: 'password' })
  const [row] = await deps.postgres.query<{ csrf: string }>(
    'SELECT csrf FROM session WHERE user_account = $1',
    [id],
  )
  const headers = { cookie: `clientele_session=${token}`, 'x-clientele-csrf': row?.csrf ?? '' }
  return { id, email: `${id}@exemple.fr`, headers }
}
