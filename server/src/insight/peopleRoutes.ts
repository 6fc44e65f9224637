import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { computedValues } from '../segment/index.ts'
import { TraitNames, TraitValues } from './eventSchema.ts'
import { exportRoutes } from './exportRoutes.ts'
import { historyFor } from './history.ts'
import { segmentNames } from './names.ts'
import { listPeople, personRow } from './people.ts'
import { PeopleFilterQuery, peopleFilter } from './peopleFilter.ts'
import { seesPersonalData } from './profileRoutes.ts'
import { Paging, PeoplePage } from './schema.ts'
import { readTraits, readTraitValues } from './traits.ts'

const PeopleQuery = Type.Object({
  ...Paging,
  ...PeopleFilterQuery,
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
      const { sort = 'lastSeen' } = query
      const filter = await peopleFilter(deps, { workspace, query, reveals })
      const page = await listPeople(historyFor(deps, reply), {
        ...filter,
        sort,
        order: query.order ?? (sort === 'name' ? 'asc' : 'desc'),
        cursor: query.cursor ?? null,
        limit: query.limit ?? 50,
      })
      const names = await segmentNames(deps.postgres, workspace)
      const segmentId = (number: number) => names.get(number)?.id ?? null
      const data = page.rows.map((row) => personRow(row, { segmentId, reveals }))
      return { data, next: page.next, total: page.total }
    },
  )
  traitRoutes(app, deps)
  exportRoutes(app, deps)
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
    async ({ actor, params, query }, reply) => {
      const ask = historyFor(deps, reply)
      const reveals = seesPersonalData(actor)
      const question = { workspace: actor.workspace, key: params.key, q: query.q ?? '', reveals }
      return (await computedValues(deps, ask, question)) ?? readTraitValues(ask, question)
    },
  )
}
