import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import type { Log } from '../platform/log/log.ts'
import { type Identifier, parseIdentifier } from '../resolve/index.ts'
import { readWorkspace } from '../workspace/index.ts'
import {
  appendDecisions,
  leavers,
  leavingWith,
  pairsToDecide,
  pairsToRetract,
  replayed,
} from './decisions.ts'
import type { Dossiers } from './document.ts'
import { historyFor } from './history.ts'
import { readIdentity } from './identity.ts'
import { dossierOr404, seesPersonalData } from './profileRoutes.ts'
import {
  ByProfile,
  DecisionTaken,
  IdentityView,
  LinkBody,
  UnmergeBody,
  UnmergePreview,
} from './schema.ts'

const tags = ['profiles']
const write = { permission: 'identity:write' }

/** Who a profile is made of, and what people decide about it. Decisions enter by the log. */
export function identityRoutes(
  app: Api,
  deps: Deps,
  tools: { dossiers: Dossiers; log: Pick<Log, 'append'> },
): void {
  const { dossiers, log } = tools
  app.get(
    '/api/v1/profiles/:id/identity',
    {
      config: { permission: 'identity:read' },
      schema: {
        tags,
        summary: 'The identifiers of a profile and why they belong, or do not belong, together',
        params: ByProfile,
        response: { 200: IdentityView },
      },
    },
    async ({ actor, params }, reply) => {
      const { workspace } = actor
      const dossier = await dossierOr404(deps, dossiers, { workspace, text: params.id })
      const { timeZone } = await readWorkspace(deps, workspace)
      const question = { workspace, timeZone, reveals: seesPersonalData(actor) }
      return readIdentity({ sql: deps.postgres, ask: historyFor(deps, reply) }, dossier, question)
    },
  )
  unmergeRoute(app, deps, tools)
  app.post(
    '/api/v1/profiles/:id/link',
    {
      config: write,
      schema: {
        tags,
        summary: 'Decide that an identifier is, or is not, of this profile; or take that back',
        params: ByProfile,
        body: LinkBody,
        response: { 202: DecisionTaken },
      },
    },
    async ({ actor, params, body }, reply) => {
      const { workspace } = actor
      const dossier = await dossierOr404(deps, dossiers, { workspace, text: params.id })
      const pairs = await pairsToDecide(deps.postgres, dossier, { workspace, body })
      const profiles = [...new Set(pairs.flatMap(({ a, b }) => [a.profile, b.profile]))].sort()
      const decided = { actor, profile: dossier.id, pairs }
      const positions = await appendDecisions(deps, log, decided)
      reply.code(202)
      return taken(positions, profiles)
    },
  )
}

function unmergeRoute(
  app: Api,
  deps: Deps,
  { dossiers, log }: { dossiers: Dossiers; log: Pick<Log, 'append'> },
): void {
  app.post(
    '/api/v1/profiles/:id/unmerge',
    {
      config: write,
      schema: {
        tags,
        summary: 'Take links, or all links of an identifier, out of a profile for good',
        params: ByProfile,
        querystring: Type.Object({ preview: Type.Optional(Type.Boolean()) }),
        body: UnmergeBody,
        response: { 200: UnmergePreview, 202: DecisionTaken },
      },
    },
    async ({ actor, params, query, body }, reply) => {
      const { workspace } = actor
      const sql = deps.postgres
      const dossier = await dossierOr404(deps, dossiers, { workspace, text: params.id })
      const pairs = await pairsToRetract(sql, dossier, { workspace, target: body })
      const after = await replayed(sql, dossier, pairs)
      if (query.preview) {
        const leaving = leavers(after, leaverOf(body))
        const identifiers = leaving.map(({ namespace, value }) => ({ namespace, value }))
        return { identifiers, ...leavingWith(dossier, leaving) }
      }
      const positions = await appendDecisions(deps, log, { actor, profile: dossier.id, pairs })
      reply.code(202)
      return taken(positions, [...new Set(after.map(({ profile }) => profile))].sort())
    },
  )
}

const leaverOf = (body: UnmergeBody): Identifier | null =>
  'identifier' in body ? parseIdentifier(body.identifier) : null

function taken(positions: Awaited<ReturnType<typeof appendDecisions>>, profiles: string[]) {
  const [position] = positions
  if (!position) throw new Error('A decision was taken about nothing.')
  return { position, positions, profiles }
}
