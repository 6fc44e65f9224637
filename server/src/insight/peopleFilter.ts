import { type Static, Type } from 'typebox'
import type { Deps } from '../platform/deps.ts'
import { Problem } from '../platform/errors.ts'
import { isPersonalPath } from './masking.ts'
import type { PeopleFilter } from './people.ts'
import { segmentNumberOr404 } from './profileRoutes.ts'
import { BehindQuery, behindOf } from './segments/behindQuery.ts'

/** The filters of the list of people, and of files made of it. */
export const PeopleFilterQuery = {
  ...BehindQuery,
  q: Type.Optional(
    Type.String({
      maxLength: 300,
      description: 'An identifier, or the beginning of a name or e-mail address',
    }),
  ),
  segment: Type.Optional(Type.String({ format: 'uuid' })),
  kind: Type.Optional(Type.Union([Type.Literal('known'), Type.Literal('anonymous')])),
}
const Query = Type.Object(PeopleFilterQuery)

const TRAIT_PREFIX = 'trait.'
const TRAIT_FILTERS_MAX = 10

/**
 * What a request asks for. @throws Problem 404 for a segment that is not there, 403 for a filter by
 * what is masked.
 */
export async function peopleFilter(
  deps: Deps,
  asked: { workspace: number; query: Static<typeof Query>; reveals: boolean },
): Promise<PeopleFilter> {
  const { workspace, query, reveals } = asked
  const { segment } = query
  return {
    workspace,
    q: query.q ?? null,
    segment: segment === undefined ? null : await segmentNumberOr404(deps, workspace, segment),
    kind: query.kind ?? null,
    traits: traitFilters(query, reveals),
    behind: await behindOf(deps, workspace, query),
    reveals,
  }
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
