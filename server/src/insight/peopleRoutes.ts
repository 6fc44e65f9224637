import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { Problem } from '../platform/errors.ts'
import { TraitNames, TraitValues } from './eventSchema.ts'
import { historyFor } from './history.ts'
import { isPersonalPath } from './masking.ts'
import { segmentNames } from './names.ts'
import { listPeople, personRow } from './people.ts'
import { seesPersonalData, segmentNumberOr404 } from './profileRoutes.ts'
import { Paging, PeoplePage } from './schema.ts'
import { BehindQuery, behindOf } from './segments/behindQuery.ts'
import { readTraits, readTraitValues } from './traits.ts'

const PeopleQuery = Type.Object({
  ...Paging,
  ...BehindQuery,
  q: Type.Optional(
    Type.String({
      maxLength: 300,
      description: 'An identifier, or the beginning of a name or e-mail address',
    }),
  ),
  segment: Type.Optional(Type.String({ format: 'uuid' })),
  kind: Type.Optional(Type.Union([Type.Literal('known'), Type.Literal('anonymous')])),
  sort: Type.Optional(
    Type.Union([
      Type.Literal('lastSeen'),
      Type.Literal('firstSeen'),
      Type.Literal('events'),
      Type.Literal('name'),
    ]),
  ),
  order: Type.Optional(Type.Union([Type.Literal('asc'), Type.Literal('desc')])),
})

const TRAIT_PREFIX = 'trait.'
const TRAIT_FILTERS_MAX = 10

/** The list of people, and what is known of their traits. */
export function peopleRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/profiles',
    {
      config: { permission: 'profiles:read' },
      schema: {
        tags: ['profiles'],
        summary: 'People; `trait.city=Lyon` and the like filter by the value of a trait',
        querystring: PeopleQuery,
        response: { 200: PeoplePage },
      },
    },
    async ({ actor, query }, reply) => {
      const { workspace } = actor
      const reveals = seesPersonalData(actor)
      const { segment, sort = 'lastSeen' } = query
      const page = await listPeople(historyFor(deps, reply), {
        workspace,
        q: query.q ?? null,
        segment: segment === undefined ? null : await segmentNumberOr404(deps, workspace, segment),
        kind: query.kind ?? null,
        traits: traitFilters(query, reveals),
        behind: await behindOf(deps, workspace, query),
        sort,
        order: query.order ?? (sort === 'name' ? 'asc' : 'desc'),
        cursor: query.cursor ?? null,
        limit: query.limit ?? 50,
        reveals,
      })
      const names = await segmentNames(deps.postgres, workspace)
      const segmentId = (number: number) => names.get(number)?.id ?? null
      const data = page.rows.map((row) => personRow(row, { segmentId, reveals }))
      return { data, next: page.next, total: page.total }
    },
  )
  traitRoutes(app, deps)
}

function traitFilters(query: object, reveals: boolean): Record<string, string> {
  const filters = Object.entries(query).flatMap(([key, value]): [string, string][] =>
    key.startsWith(TRAIT_PREFIX) && typeof value === 'string'
      ? [[key.slice(TRAIT_PREFIX.length), value]]
      : [],
  )
  const hidden = reveals ? undefined : filters.find(([key]) => isPersonalPath(key))
  if (!hidden) return Object.fromEntries(filters.slice(0, TRAIT_FILTERS_MAX))
  throw new Problem(403, {
    code: 'masked_trait',
    detail: `People cannot be filtered by ${hidden[0]}, which is masked for you. Ask an admin.`,
  })
}

function traitRoutes(app: Api, deps: Deps): void {
  const config = { permission: 'traits:read' }
  const tags = ['traits']
  app.get(
    '/api/v1/traits',
    {
      config,
      schema: { tags, summary: 'The traits of people', response: { 200: TraitNames } },
    },
    ({ actor }, reply) =>
      readTraits(
        { sql: deps.postgres, ask: historyFor(deps, reply) },
        { workspace: actor.workspace, reveals: seesPersonalData(actor) },
      ),
  )
  app.get(
    '/api/v1/traits/:key/values',
    {
      config,
      schema: {
        tags,
        summary: 'The usual values of a trait, the most frequent first',
        params: Type.Object({ key: Type.String({ minLength: 1, maxLength: 512 }) }),
        querystring: Type.Object({ q: Type.Optional(Type.String({ maxLength: 200 })) }),
        response: { 200: TraitValues },
      },
    },
    ({ actor, params, query }, reply) =>
      readTraitValues(historyFor(deps, reply), {
        workspace: actor.workspace,
        key: params.key,
        q: query.q ?? '',
        reveals: seesPersonalData(actor),
      }),
  )
}
