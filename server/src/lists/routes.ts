import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import type { Log } from '../platform/log/log.ts'
import { segmentsByList } from '../segment/index.ts'
import { listLines } from './export.ts'
import {
  archiveList,
  changeList,
  countMembers,
  createList,
  findList,
  type ListRow,
  readChanges,
  readLists,
} from './lists.ts'
import { memberRoutes } from './memberRoutes.ts'
import { rejectedView } from './rejected.ts'
import { ById, ListInput, ListPage, ListPatch, ListView } from './schema.ts'

const PATH = '/api/v1/lists'
const tags = ['lists']
const read = { config: { permission: 'segments:read' } }
const write = { config: { permission: 'segments:write' } }

/** Static lists: make, change, fill from a file, export. */
export function listRoutes(app: Api, deps: Deps, log: Pick<Log, 'append'>): void {
  readRoutes(app, deps)
  writeRoutes(app, deps)
  memberRoutes(app, deps, log)
}

async function viewsOf(deps: Deps, workspace: number, rows: readonly ListRow[]) {
  const ids = rows.map((row) => row.public_id)
  const counts = await countMembers(deps, workspace, ids).catch(() => null)
  const users = await segmentsByList(deps.postgres, workspace)
  const changes = await readChanges(
    deps.postgres,
    rows.map((row) => row.id),
  )
  return rows.map((row) => ({
    id: row.public_id,
    name: { fr: row.name_fr, en: row.name_en },
    description: row.description,
    members: counts?.get(row.public_id) ?? null,
    usedBy: users.get(row.public_id) ?? [],
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
    changes: (changes.get(row.id) ?? []).map(({ at, rejected, ...change }) => ({
      ...change,
      at: at.toISOString(),
      rejected: rejectedView(rejected),
    })),
  }))
}

async function viewOf(deps: Deps, workspace: number, row: ListRow) {
  const [view] = await viewsOf(deps, workspace, [row])
  if (!view) throw new Error('A list that was read has no view.')
  return view
}

const bothLanguages = (name: string | { fr: string; en: string }) =>
  typeof name === 'string' ? { fr: name, en: name } : name

function readRoutes(app: Api, deps: Deps): void {
  app.get(
    PATH,
    { ...read, schema: { tags, summary: 'Static lists', response: { 200: ListPage } } },
    async ({ actor: { workspace } }) => {
      const rows = await readLists(deps.postgres, workspace)
      return { data: await viewsOf(deps, workspace, rows), next: null }
    },
  )
  app.get(
    `${PATH}/:id`,
    { ...read, schema: { tags, summary: 'One list', params: ById, response: { 200: ListView } } },
    async ({ actor: { workspace }, params }) =>
      viewOf(deps, workspace, await findList(deps.postgres, workspace, params.id)),
  )
  app.get(
    `${PATH}/:id/export`,
    {
      config: { permission: 'profiles:read' },
      schema: { tags, summary: 'The people on a list as a CSV file', params: ById },
    },
    async ({ actor, params }, reply) => {
      const { public_id: id } = await findList(deps.postgres, actor.workspace, params.id)
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="list-${id}.csv"`)
        .send(Readable.from(listLines(deps, actor, id)))
    },
  )
}

function writeRoutes(app: Api, deps: Deps): void {
  app.post(
    PATH,
    {
      ...write,
      schema: { tags, summary: 'Make a list', body: ListInput, response: { 201: ListView } },
    },
    async ({ actor, body }, reply) => {
      const draft = { name: bothLanguages(body.name), description: body.description ?? '' }
      const row = await createList(deps, actor, draft)
      reply.code(201)
      return viewOf(deps, actor.workspace, row)
    },
  )
  app.patch(
    `${PATH}/:id`,
    {
      ...write,
      schema: {
        tags,
        summary: 'Rename a list',
        params: ById,
        body: ListPatch,
        response: { 200: ListView },
      },
    },
    async ({ actor, body, params }) => {
      const name = body.name === undefined ? undefined : bothLanguages(body.name)
      const change = { publicId: params.id, name, description: body.description }
      return viewOf(deps, actor.workspace, await changeList(deps, actor, change))
    },
  )
  app.delete(
    `${PATH}/:id`,
    {
      ...write,
      schema: {
        tags,
        summary: 'Take a list away; refused while segments ask it',
        params: ById,
        response: { 204: Type.Null() },
      },
    },
    async ({ actor, params }, reply) => {
      await archiveList(deps, actor, params.id)
      reply.code(204)
      return null
    },
  )
}
