import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { audit } from '../workspace/index.ts'
import { columnsOf, EXPORT_COLUMNS, exportPeople } from './exportPeople.ts'
import { historyFor } from './history.ts'
import { segmentNames } from './names.ts'
import { countPeople } from './people.ts'
import { PeopleFilterQuery, peopleFilter } from './peopleFilter.ts'
import { seesPersonalData } from './profileRoutes.ts'

const ExportQuery = Type.Object({
  ...PeopleFilterQuery,
  columns: Type.Optional(
    Type.String({
      maxLength: 8_000,
      description: `By commas: ${EXPORT_COLUMNS.join(', ')}, or trait.<key>; without it the former`,
    }),
  ),
  language: Type.Optional(Type.Union([Type.Literal('fr'), Type.Literal('en')])),
})

/** Files of people: everybody whom the list would show, as CSV. */
export function exportRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/profiles/export',
    {
      config: { permission: 'profiles:read' },
      schema: {
        tags: ['profiles'],
        summary: 'Everybody who matches the filters of the list, as a CSV file; it is audited',
        description:
          'Streamed; the header `x-total-count` says how many rows follow. Personal data is masked ' +
          'as everywhere, and no cell starts like a formula.',
        querystring: ExportQuery,
      },
    },
    async ({ actor, query }, reply) => {
      const { workspace } = actor
      const columns = columnsOf(query.columns ?? EXPORT_COLUMNS.join(','))
      const reveals = seesPersonalData(actor)
      const filter = await peopleFilter(deps, { workspace, query, reveals })
      const ask = historyFor(deps, reply)
      const [total, names] = await Promise.all([
        countPeople(ask, filter),
        segmentNames(deps.postgres, workspace),
      ])
      // Before the first row: whoever stops halfway has some of them.
      await audit(deps.postgres, {
        workspace,
        actor,
        action: 'profile.exported',
        subject: query.segment ? `segment:${query.segment}` : 'profile:list',
        // Names of filters only: what is searched for may be somebody's address.
        detail: { total, columns: [...columns.own, ...columns.traits], filters: filtersOf(query) },
      })
      const { language = 'fr' } = query
      const context = {
        reveals,
        segmentName: (segment: number) => names.get(segment)?.name[language] ?? null,
      }
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="people.csv"')
        .header('x-total-count', String(total))
        .send(Readable.from(exportPeople(ask, filter, { columns, context })))
    },
  )
}

const filtersOf = (query: object): string[] =>
  Object.keys(query).filter((key) => key !== 'columns' && key !== 'language')
