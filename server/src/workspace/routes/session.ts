import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../../platform/api.ts'
import type { Deps } from '../../platform/deps.ts'
import { Problem } from '../../platform/errors.ts'
import {
  actorOfSession,
  authenticateSession,
  refuseForeignOrigin,
  SESSION_COOKIE,
  sessionToken,
} from '../access.ts'
import { audit } from '../audit.ts'
import { readWorkspace } from '../bootstrap.ts'
import { permissionsOf } from '../permissions.ts'
import {
  LinkBody,
  Nothing,
  OwnAccountBody,
  PasswordBody,
  SessionView,
  SignInBody,
} from '../schema.ts'
import {
  endSession,
  findSession,
  rotateSession,
  SESSION_LENGTH_MS,
  type Session,
} from '../sessions.ts'
import { setPassword, signInByLink, signInByPassword } from '../signIn.ts'
import { changeOwnAccount } from '../users.ts'

const PATH = '/api/v1/session'
const tags = ['session']
const open = { config: { permission: 'public' } }
const own = { config: { permission: 'session:write' } }

/** Signing in and out, and what people change about themselves. */
export function sessionRoutes(app: Api, deps: Deps): void {
  signInRoutes(app, deps)
  ownAccountRoutes(app, deps)
}

function signInRoutes(app: Api, deps: Deps): void {
  app.post(
    `${PATH}/link`,
    { ...open, schema: { tags, body: LinkBody, response: { 200: SessionView } } },
    async (request, reply) => {
      refuseForeignOrigin(deps, request)
      const wish = { ...request.body, address: request.ip }
      return signedIn(deps, reply, await waitable(reply, signInByLink(deps, wish)))
    },
  )
  app.post(
    PATH,
    { ...open, schema: { tags, body: SignInBody, response: { 200: SessionView } } },
    async (request, reply) => {
      refuseForeignOrigin(deps, request)
      const wish = { ...request.body, address: request.ip }
      return signedIn(deps, reply, await waitable(reply, signInByPassword(deps, wish)))
    },
  )
  app.get(
    PATH,
    { ...open, schema: { tags, response: { 200: SessionView } } },
    async (request, reply) => {
      const session = await requireSession(deps, request)
      const fresh = await rotateSession(deps, session, sessionToken(request) ?? '')
      if (fresh !== null) setCookie(deps, reply, fresh)
      return viewOf(deps, session)
    },
  )
  app.delete(
    PATH,
    { ...own, schema: { tags, response: { 204: Nothing } } },
    async (request, reply) => {
      const session = await requireSession(deps, request)
      const { workspace, id } = session.user
      const actor = actorOfSession(session)
      await deps.postgres.transaction(async (sql) => {
        await endSession(sql, session.id)
        await audit(sql, { workspace, actor, action: 'session.closed', subject: `user:${id}` })
      })
      return reply.clearCookie(SESSION_COOKIE, { path: '/' }).code(204).send(null)
    },
  )
}

function ownAccountRoutes(app: Api, deps: Deps): void {
  app.put(
    `${PATH}/password`,
    { ...own, schema: { tags, body: PasswordBody, response: { 204: Nothing } } },
    async (request, reply) => {
      const session = await requireSession(deps, request)
      const { current, password, email } = request.body
      const wish = { session, current, password, email, address: request.ip }
      await waitable(reply, setPassword(deps, wish))
      return reply.code(204).send(null)
    },
  )
  app.patch(
    PATH,
    { ...own, schema: { tags, body: OwnAccountBody, response: { 200: SessionView } } },
    async (request) => {
      await changeOwnAccount(deps, request.actor, request.body)
      return viewOf(deps, await requireSession(deps, request))
    },
  )
}

async function requireSession(deps: Deps, request: FastifyRequest): Promise<Session> {
  const session = await authenticateSession(deps, request)
  if (session) return session
  throw new Problem(401, { code: 'not_signed_in', detail: 'There is no session. Sign in.' })
}

async function signedIn(deps: Deps, reply: FastifyReply, token: string): Promise<SessionView> {
  const session = await findSession(deps, token)
  if (!session) throw new Error('A session ended in the moment it was opened.')
  setCookie(deps, reply, token)
  return viewOf(deps, session)
}

async function viewOf(deps: Deps, session: Session): Promise<SessionView> {
  const { id, email, name, role, language, passwordHash } = session.user
  const workspace = await readWorkspace(deps, session.user.workspace)
  return {
    user: { id, email, name, role, language, hasPassword: passwordHash !== null },
    workspace: { id: workspace.id, name: workspace.name, timeZone: workspace.timeZone },
    csrf: session.csrf,
    permissions: permissionsOf(actorOfSession(session)),
    demo: workspace.demo,
  }
}

function setCookie(deps: Deps, reply: FastifyReply, token: string): void {
  reply.setCookie(SESSION_COOKIE, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: deps.config.publicUrl.startsWith('https:'),
    maxAge: SESSION_LENGTH_MS / 1000,
  })
}

/** A refusal that time heals says so in the header that clients know. */
async function waitable<T>(reply: FastifyReply, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const seconds = error instanceof Problem ? error.extra.retryAfter : undefined
    if (typeof seconds === 'number') reply.header('retry-after', seconds)
    throw error
  }
}
