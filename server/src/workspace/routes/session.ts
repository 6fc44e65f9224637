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
import { endSession, rotateSession, SESSION_LENGTH_MS, type Session } from '../sessions.ts'
import { setPassword, signInByLink, signInByPassword } from '../signIn.ts'
import { changeOwnAccount } from '../users.ts'

const PATH = '/api/v1/session'
const tags = ['session']
const open = { config: { permission: 'public' } }
const own = { config: { permission: 'session:write' } }

/** Signing in and out, and what people change about themselves. */
export function sessionRoutes(app: Api, deps: Deps): void {
  app.post(
    `${PATH}/link`,
    { ...open, schema: { tags, body: LinkBody, response: { 200: SessionView } } },
    async (request, reply) => {
      refuseForeignOrigin(deps, request)
      const address = request.ip
      return signedIn(
        reply,
        await waitable(reply, signInByLink(deps, { ...request.body, address })),
      )
    },
  )
  app.post(
    PATH,
    { ...open, schema: { tags, body: SignInBody, response: { 200: SessionView } } },
    async (request, reply) => {
      refuseForeignOrigin(deps, request)
      const wish = { ...request.body, address: request.ip }
      return signedIn(reply, await waitable(reply, signInByPassword(deps, wish)))
    },
  )
  app.get(
    PATH,
    { ...open, schema: { tags, response: { 200: SessionView } } },
    async (request, reply) => {
      const session = await requireSession(request)
      const fresh = await rotateSession(deps, session, sessionToken(request) ?? '')
      if (fresh !== null) setCookie(reply, fresh)
      return viewOf(session)
    },
  )
  app.delete(
    PATH,
    { ...own, schema: { tags, response: { 204: Nothing } } },
    async (request, reply) => {
      const session = await requireSession(request)
      await deps.postgres.transaction(async (sql) => {
        await endSession(sql, session.id)
        const { workspace } = session.user
        const actor = actorOfSession(session)
        await audit(sql, {
          workspace,
          actor,
          action: 'session.closed',
          subject: `user:${actor.id}`,
        })
      })
      return reply.clearCookie(SESSION_COOKIE, { path: '/' }).code(204).send(null)
    },
  )
  app.put(
    `${PATH}/password`,
    { ...own, schema: { tags, body: PasswordBody, response: { 204: Nothing } } },
    async (request, reply) => {
      const session = await requireSession(request)
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
      return viewOf(await requireSession(request))
    },
  )

  async function requireSession(request: FastifyRequest): Promise<Session> {
    const session = await authenticateSession(deps, request)
    if (session) return session
    throw new Problem(401, { code: 'not_signed_in', detail: 'There is no session. Sign in.' })
  }

  async function signedIn(reply: FastifyReply, token: string): Promise<SessionView> {
    setCookie(reply, token)
    const headers = { cookie: `${SESSION_COOKIE}=${token}` }
    const session = await authenticateSession(deps, { method: 'GET', headers })
    if (!session) throw new Error('A session ended in the moment it was opened.')
    return viewOf(session)
  }

  async function viewOf(session: Session): Promise<SessionView> {
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

  function setCookie(reply: FastifyReply, token: string): void {
    reply.setCookie(SESSION_COOKIE, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: deps.config.publicUrl.startsWith('https:'),
      maxAge: SESSION_LENGTH_MS / 1000,
    })
  }
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
