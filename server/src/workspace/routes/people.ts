import type { Api } from '../../platform/api.ts'
import type { Deps } from '../../platform/deps.ts'
import { type ApiKeyRow, issueApiKey, listApiKeys, revokeApiKey } from '../apiKeys.ts'
import type { KnownKeys } from '../knownKeys.ts'
import { pageOf, readUuidCursor } from '../paging.ts'
import {
  ApiKeyBody,
  ApiKeyPage,
  type ApiKeyView,
  ById,
  LinkView,
  NewApiKeyView,
  NewUserView,
  Nothing,
  Page,
  UserBody,
  UserChangeBody,
  UserPage,
  UserView,
} from '../schema.ts'
import type { SignInLink } from '../signIn.ts'
import { changeUser, createUser, inviteAgain, listUsers, type UserRow } from '../users.ts'

/** The people of the workspace, and the keys of the programs that act for it. */
export function peopleRoutes(app: Api, deps: Deps, known: KnownKeys): void {
  userRoutes(app, deps)
  apiKeyRoutes(app, deps, known)
}

function userRoutes(app: Api, deps: Deps): void {
  const tags = ['users']
  const read = { config: { permission: 'users:read' } }
  const write = { config: { permission: 'users:write' } }
  app.get(
    '/api/v1/users',
    { ...read, schema: { tags, querystring: Page, response: { 200: UserPage } } },
    async (request) => {
      const { cursor, limit } = request.query
      const { workspace } = request.actor
      const question = { workspace, before: readUuidCursor(cursor), limit: limit + 1 }
      const page = pageOf(await listUsers(deps.postgres, question), limit)
      return { data: page.rows.map(userView), next: page.next }
    },
  )
  app.post(
    '/api/v1/users',
    { ...write, schema: { tags, body: UserBody, response: { 201: NewUserView } } },
    async (request, reply) => {
      const wish = { ...request.body, language: request.body.language ?? 'fr' }
      const user = await createUser(deps, request.actor, wish)
      return reply.code(201).send({ ...userView(user), ...linkView(user.link) })
    },
  )
  app.patch(
    '/api/v1/users/:id',
    { ...write, schema: { tags, params: ById, body: UserChangeBody, response: { 200: UserView } } },
    async (request) =>
      userView(await changeUser(deps, request.actor, { ...request.body, id: request.params.id })),
  )
  app.post(
    '/api/v1/users/:id/link',
    { ...write, schema: { tags, params: ById, response: { 200: LinkView } } },
    async (request) => linkView(await inviteAgain(deps, request.actor, request.params.id)),
  )
}

function apiKeyRoutes(app: Api, deps: Deps, known: KnownKeys): void {
  const tags = ['api-keys']
  const read = { config: { permission: 'keys:read' } }
  const write = { config: { permission: 'keys:write' } }
  app.get(
    '/api/v1/api-keys',
    { ...read, schema: { tags, querystring: Page, response: { 200: ApiKeyPage } } },
    async (request) => {
      const { cursor, limit } = request.query
      const { workspace } = request.actor
      const question = { workspace, before: readUuidCursor(cursor), limit: limit + 1 }
      const page = pageOf(await listApiKeys(deps.postgres, question), limit)
      return { data: page.rows.map(apiKeyView), next: page.next }
    },
  )
  app.post(
    '/api/v1/api-keys',
    { ...write, schema: { tags, body: ApiKeyBody, response: { 201: NewApiKeyView } } },
    async (request, reply) => {
      const { actor } = request
      const { name, scopes, expiresAt } = request.body
      const { key, ...row } = await issueApiKey(deps, {
        workspace: actor.workspace,
        actor,
        name,
        scopes,
        expiresAt: expiresAt ? Date.parse(expiresAt) : null,
      })
      return reply.code(201).send({ ...apiKeyView(row), key })
    },
  )
  app.delete(
    '/api/v1/api-keys/:id',
    { ...write, schema: { tags, params: ById, response: { 204: Nothing } } },
    async (request, reply) => {
      await revokeApiKey(deps, known, { actor: request.actor, id: request.params.id })
      return reply.code(204).send(null)
    },
  )
}

function userView(row: UserRow): UserView {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    language: row.language,
    hasPassword: row.has_password,
    disabled: row.disabled_at !== null,
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  }
}

function linkView(link: SignInLink) {
  return { link: link.url, linkExpiresAt: link.expiresAt.toISOString() }
}

function apiKeyView(row: ApiKeyRow): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }
}
