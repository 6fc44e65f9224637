import { type Static, Type } from 'typebox'
import type { Actor, Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { Registries } from '../profile/index.ts'
import { membersAsOf, membersKnownAt } from './asOf.ts'
import { resolvedRule } from './directory.ts'
import { shown } from './masking.ts'
import { type Member, readMembers, readPeople } from './members.ts'
import { PastQuery, pastOf } from './pastQuestion.ts'
import { historyAway } from './problems.ts'
import { IdParams, MemberView } from './responses.ts'
import { findSegment, type SegmentRow } from './segments.ts'
import { readCalendar } from './workspaceCalendar.ts'

const LIMIT = 50

const Query = Type.Object({
  cursor: Type.Optional(Type.String({ format: 'uuid' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  ...PastQuery.properties,
})
type Query = Static<typeof Query>

/** The members of a segment, now or at any past instant (I7). */
export function memberRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segments/:id/members',
    {
      config: { permission: 'profiles:read' },
      schema: {
        summary: 'Members of this moment, or of a past one',
        params: IdParams,
        querystring: Query,
        response: {
          200: Type.Object({
            data: Type.Array(MemberView),
            next: Type.Union([Type.String(), Type.Null()]),
            total: Type.Integer(),
          }),
        },
      },
    },
    async ({ actor, params, query }) => {
      const segment = await findSegment(deps.postgres, actor.workspace, params.id)
      const past = await idsOfPast(deps, actor, { segment, query })
      const limit = query.limit ?? LIMIT
      const registry = await new Registries().load(deps.postgres, actor.workspace)
      const after = query.cursor ?? null
      const page = past?.filter((id) => after === null || id > after).slice(0, limit)
      const members: Member[] = page
        ? await readPeople(deps.postgres, page, registry)
        : await readMembers(deps.postgres, { segment: segment.id, after, limit, registry })
      const last = page ? page.at(-1) : members.at(-1)?.id
      return {
        data: members.map((member) => shown(actor, member)),
        next: (page ?? members).length === limit && last ? last : null,
        total: past?.length ?? segment.size,
      }
    },
  )
}

/** The ids of a past instant, in order; null for a question about now. */
async function idsOfPast(
  deps: Deps,
  { workspace }: Actor,
  { segment, query }: { segment: SegmentRow; query: Query },
): Promise<string[] | null> {
  const { asOf, knownAt } = pastOf(query)
  if (knownAt !== null) {
    const asked = { workspace, segment: segment.id, knownAt }
    return membersKnownAt(deps.clickhouse, asked).catch(away)
  }
  if (asOf === null) return null
  const calendar = await readCalendar(deps.postgres, workspace)
  const asked = { workspace, asOf, calendar }
  const { rule: stored, includes_staff: includesStaff } = segment
  const rule = await resolvedRule(deps.postgres, workspace, { rule: stored, includesStaff })
  return membersAsOf(deps.clickhouse, rule, asked).catch(away)
}

const away = (cause: unknown): never => {
  throw historyAway(cause)
}
