import type { IncomingHttpHeaders } from 'node:http'
import { fastifyCookie } from '@fastify/cookie'
import type { Deps } from '../platform/deps.ts'
import { Problem } from '../platform/errors.ts'
import { actorOfApiKey } from './apiKeys.ts'
import type { KnownKeys } from './knownKeys.ts'
import type { Actor } from './permissions.ts'
import { sameSecret } from './secrets.ts'
import { findSession, type Session } from './sessions.ts'

export const SESSION_COOKIE = 'clientele_session'
const CSRF_HEADER = 'x-clientele-csrf'
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** The parts of a request that say who asks. */
export type Asking = { method: string; headers: IncomingHttpHeaders }

type Store = Pick<Deps, 'postgres' | 'clock' | 'config'>

/**
 * Who asks, by API key or by session cookie; null where neither is valid. A request that carries a
 * key is judged by the key alone. Throws a 403 for a request by cookie that would change something
 * but has no CSRF token or comes from another site.
 */
export async function authenticate(
  deps: Store,
  known: KnownKeys,
  request: Asking,
): Promise<Actor | null> {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
    return key === undefined ? null : actorOfApiKey(deps, known, key)
  }
  const session = await authenticateSession(deps, request)
  return session && actorOfSession(session)
}

/** As `authenticate`, for the routes that only people with a session have. */
export async function authenticateSession(deps: Store, request: Asking): Promise<Session | null> {
  const token = sessionToken(request)
  if (token === null) return null
  const session = await findSession(deps, token)
  if (session && !SAFE_METHODS.has(request.method)) refuseForgery(deps, request, session)
  return session
}

export function actorOfSession({ user }: Session): Actor {
  const { workspace, id, name, role } = user
  return { workspace, kind: 'user', id, name, role, scopes: [] }
}

export function sessionToken(request: Asking): string | null {
  const { cookie } = request.headers
  if (cookie === undefined) return null
  return fastifyCookie.parse(cookie)[SESSION_COOKIE] ?? null
}

/** Throws a 403 for a request that another site's page makes in the name of its visitor. */
export function refuseForeignOrigin(deps: Pick<Deps, 'config'>, request: Asking): void {
  const { origin, host } = request.headers
  // Browsers name the origin of every request that may change something; other clients need not.
  if (origin === undefined) return
  const own = URL.canParse(origin) && new URL(origin).host === host
  if (own || origin === new URL(deps.config.publicUrl).origin) return
  throw new Problem(403, {
    code: 'foreign_origin',
    detail: 'This request comes from a page of another site. Open Clientele itself and try again.',
  })
}

function refuseForgery(deps: Store, request: Asking, session: Session): void {
  refuseForeignOrigin(deps, request)
  const given = request.headers[CSRF_HEADER]
  if (typeof given === 'string' && sameSecret(given, session.csrf)) return
  throw new Problem(403, {
    code: 'csrf_refused',
    detail:
      'The header X-Clientele-CSRF is missing or wrong. GET /api/v1/session answers it as csrf.',
  })
}
