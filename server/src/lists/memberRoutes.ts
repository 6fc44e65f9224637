import { Readable } from 'node:stream'
import { type Static, Type } from 'typebox'
import type { Actor, Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { badRequest, Problem } from '../platform/errors.ts'
import type { Log } from '../platform/log/log.ts'
import type { Sql } from '../platform/postgres.ts'
import { type Identifier, type NamespaceRow, namespacesFrom } from '../resolve/index.ts'
import { readIdentifier } from './lines.ts'
import { findList, recordChange } from './lists.ts'
import { rejectedView } from './rejected.ts'
import { ById, ChangeView, MembersInput, UploadQuery } from './schema.ts'
import { beginChange, type Change, tell } from './telling.ts'
import { identifiersIn, type Rejections } from './upload.ts'

const PATH = '/api/v1/lists'
const tags = ['lists']
const write = { config: { permission: 'segments:write' } }

type Telling = { deps: Deps; log: Pick<Log, 'append'> }

/** Who is on a list: single people, and files. */
export function memberRoutes(app: Api, deps: Deps, log: Pick<Log, 'append'>): void {
  const telling = { deps, log }
  app.post(
    `${PATH}/:id/members`,
    {
      ...write,
      schema: {
        tags,
        summary: 'Put people on a list and take people off it; off comes last',
        params: ById,
        body: MembersInput,
        response: { 202: Type.Object({ changes: Type.Array(ChangeView) }) },
      },
    },
    async ({ actor, params, body }, reply) => {
      const parts = [
        { kind: 'added', texts: body.add ?? [] },
        { kind: 'removed', texts: body.remove ?? [] },
      ] as const
      const changes: Static<typeof ChangeView>[] = []
      for (const { kind, texts } of parts) {
        if (texts.length === 0) continue
        const wish = { list: params.id, kind }
        changes.push(
          await change(telling, actor, wish, (rejected, namespaces) => {
            return knownOf(texts, { rejected, namespaces })
          }),
        )
      }
      reply.code(202)
      return { changes }
    },
  )
  void app.register(async (files) => uploadRoute(files as Api, telling))
}

/** In a scope of its own: only here a body is a stream of a file. */
function uploadRoute(app: Api, telling: Telling): void {
  app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload))
  app.post(
    `${PATH}/:id/upload`,
    {
      ...write,
      schema: {
        tags,
        summary: 'Put everybody of a CSV file on a list, or take them off it',
        description: 'The body is the file, as text/csv in UTF-8.',
        consumes: ['text/csv'],
        params: ById,
        querystring: UploadQuery,
        response: { 202: ChangeView },
      },
    },
    async ({ actor, params, query, body }, reply) => {
      if (!(body instanceof Readable)) {
        const detail = 'Send the file itself, with the header Content-Type: text/csv.'
        throw new Problem(415, { code: 'unsupported_media_type', detail })
      }
      if (!/^[a-z][a-z0-9_.-]*$/.test(query.namespace)) {
        throw badRequest('invalid_namespace', 'A namespace is written as email, phone or user_id.')
      }
      const kind = query.change === 'remove' ? ('removed' as const) : ('added' as const)
      const { namespace, column, delimiter } = query
      const made = await change(telling, actor, { list: params.id, kind }, (rejected, namespaces) =>
        identifiersIn(body, { namespace, column, delimiter }, { rejected, namespaces }),
      )
      reply.code(202)
      return made
    },
  )
}

type Reading = (
  rejected: Rejections,
  namespaces: ReturnType<typeof namespacesFrom>,
) => AsyncIterable<Identifier> | Iterable<Identifier>

/** Tells of people, and notes it, also when the file turns out to be broken half-way. */
async function change(
  { deps, log }: Telling,
  actor: Actor,
  wish: { list: string; kind: Change['kind'] },
  read: Reading,
): Promise<Static<typeof ChangeView>> {
  const { workspace } = actor
  const list = await findList(deps.postgres, workspace, wish.list)
  const namespaces = namespacesFrom(await readNamespaces(deps.postgres, workspace))
  const change = await beginChange(deps, workspace, { list, kind: wish.kind })
  const rejected: Rejections = {}
  const at = new Date(change.at)
  const made = { at, author: actor.name, kind: wish.kind, rejected, taken: 0 }
  try {
    await tell({ deps, log }, change, read(rejected, namespaces), (taken) => {
      made.taken = taken
    })
  } finally {
    await recordChange(deps, actor, { ...made, id: change.id, list })
  }
  return { ...made, at: at.toISOString(), rejected: rejectedView(rejected) }
}

async function readNamespaces(sql: Sql, workspace: number): Promise<NamespaceRow[]> {
  return sql.query<NamespaceRow>(
    `SELECT name, scope, limit_per_profile, priority, blocked FROM namespace WHERE workspace = $1`,
    [workspace],
  )
}

function* knownOf(
  texts: readonly string[],
  { rejected, namespaces }: { rejected: Rejections; namespaces: ReturnType<typeof namespacesFrom> },
): Generator<Identifier> {
  for (const text of texts) {
    const read = readIdentifier(text, namespaces)
    if (typeof read === 'string') rejected[read] = (rejected[read] ?? 0) + 1
    else yield read
  }
}
