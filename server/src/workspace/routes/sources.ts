import type { Api } from '../../platform/api.ts'
import type { Deps } from '../../platform/deps.ts'
import { pageOf, readNumberCursor } from '../paging.ts'
import { type Actor, may } from '../permissions.ts'
import {
  ById,
  Nothing,
  Page,
  RotateBody,
  SourceBody,
  SourceChangeBody,
  SourcePage,
  SourceView,
} from '../schema.ts'
import type { ChangeSettings } from '../settings.ts'
import type { SourceDirectory } from '../sourceDirectory.ts'
import {
  archiveSource,
  changeSource,
  createSource,
  listSources,
  readSource,
  rotateWriteKey,
  type SourceWithVolume,
} from '../sources.ts'

const PATH = '/api/v1/sources'
const tags = ['sources']
const read = { config: { permission: 'sources:read' } }
const write = { config: { permission: 'sources:write' } }
const VISIBLE_OF_KEY = 6

/** Where events come from. A key that was answered here works at once in this process. */
export function sourceRoutes(
  app: Api,
  deps: Deps & { changeSettings: ChangeSettings },
  directory: SourceDirectory,
): void {
  readingRoutes(app, deps)
  app.post(
    PATH,
    { ...write, schema: { tags, body: SourceBody, response: { 201: SourceView } } },
    async (request, reply) => {
      const source = await createSource(deps, request.actor, request.body)
      await directory.refresh()
      return reply.code(201).send(viewFor(request.actor, source))
    },
  )
  app.patch(
    `${PATH}/:id`,
    {
      ...write,
      schema: { tags, params: ById, body: SourceChangeBody, response: { 200: SourceView } },
    },
    async (request) => {
      const change = { ...request.body, publicId: request.params.id }
      const source = await changeSource(deps, request.actor, change)
      await directory.refresh()
      return viewFor(request.actor, source)
    },
  )
  app.delete(
    `${PATH}/:id`,
    { ...write, schema: { tags, params: ById, response: { 204: Nothing } } },
    async (request, reply) => {
      await archiveSource(deps, request.actor, request.params.id)
      await directory.refresh()
      return reply.code(204).send(null)
    },
  )
  app.post(
    `${PATH}/:id/rotate-key`,
    { ...write, schema: { tags, params: ById, body: RotateBody, response: { 200: SourceView } } },
    async (request) => {
      const wish = { ...request.body, publicId: request.params.id }
      const source = await rotateWriteKey(deps, request.actor, wish)
      await directory.refresh()
      return viewFor(request.actor, source)
    },
  )
}

function readingRoutes(app: Api, deps: Deps): void {
  app.get(
    PATH,
    { ...read, schema: { tags, querystring: Page, response: { 200: SourcePage } } },
    async (request) => {
      const { cursor, limit } = request.query
      const { workspace } = request.actor
      const question = { workspace, after: readNumberCursor(cursor), limit: limit + 1 }
      const page = pageOf(await listSources(deps, question), limit)
      return { data: page.rows.map((row) => viewFor(request.actor, row)), next: page.next }
    },
  )
  app.get(
    `${PATH}/:id`,
    { ...read, schema: { tags, params: ById, response: { 200: SourceView } } },
    async (request) => {
      const { actor, params } = request
      return viewFor(actor, await readSource(deps, actor.workspace, params.id))
    },
  )
}

function viewFor(actor: Actor, { volume, ...row }: SourceWithVolume): SourceView {
  const masked = `${row.write_key.slice(0, VISIBLE_OF_KEY)}••••••••`
  return {
    id: row.public_id,
    name: row.name,
    kind: row.kind,
    party: row.party,
    writeKey: may(actor, 'sources:write') ? row.write_key : masked,
    writeKeyFixed: row.fixed,
    previousKeyUntil: row.previous_key_until?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    ...volume,
    firstEventAt: volume.firstEventAt?.toISOString() ?? null,
    lastEventAt: volume.lastEventAt?.toISOString() ?? null,
  }
}
