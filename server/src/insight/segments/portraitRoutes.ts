import type { Api } from '../../platform/api.ts'
import type { Deps } from '../../platform/deps.ts'
import { DAY_MS } from '../../platform/durations.ts'
import { notFound } from '../../platform/errors.ts'
import { isCustomer, readStaff } from '../../segment/index.ts'
import { readWorkspace } from '../../workspace/index.ts'
import { type AskHistory, historyFor } from '../history.ts'
import { type Portrait, readPortrait } from './portrait.ts'
import { PORTRAIT_DAYS, PortraitQuery, PortraitView } from './portraitSchema.ts'
import { BySegment } from './schema.ts'

/** What makes the people of a segment different from the others. */
export function portraitRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segments/:id/portrait',
    {
      config: { permission: 'profiles:read' },
      schema: {
        tags: ['segments'],
        summary: 'What is over-represented in a segment: values of traits, events, hours, products',
        params: BySegment,
        querystring: PortraitQuery,
        response: { 200: PortraitView },
      },
    },
    async ({ actor, params, query }, reply) => {
      const { workspace } = actor
      const days = query.days ?? PORTRAIT_DAYS
      return portraitOf(deps, historyFor(deps, reply), { workspace, id: params.id, days })
    },
  )
}

type Row = { number: number; rule: unknown; includesStaff: boolean }

const EVERYBODY = { sql: 'true', params: {} }

/** The portrait of a segment by its id of the API. @throws Problem 404. */
export async function portraitOf(
  deps: Pick<Deps, 'postgres' | 'clock'>,
  ask: AskHistory,
  question: { workspace: number; id: string; days: number },
): Promise<Portrait> {
  const { workspace, id, days } = question
  const [segment] = await deps.postgres.query<Row>(
    `SELECT id AS number, rule, includes_staff AS "includesStaff" FROM segment
     WHERE workspace = $1 AND public_id = $2`,
    [workspace, id],
  )
  if (!segment) throw notFound('There is no segment with this id. See the list of segments.')
  const { timeZone } = await readWorkspace(deps, workspace)
  const now = deps.clock.now()
  // Whom the segment leaves out is no part of what it is compared with.
  const base = segment.includesStaff
    ? EVERYBODY
    : isCustomer(await readStaff(deps.postgres, workspace), { workspace, now })
  return readPortrait(
    { sql: deps.postgres, ask },
    {
      workspace,
      segment: segment.number,
      timeZone,
      since: now - days * DAY_MS,
      base,
      days,
      inRule: namedIn(segment.rule),
    },
  )
}

/** The traits and events that a rule names: `trait:city`, `event:Order Completed`. */
export function namedIn(rule: unknown): Set<string> {
  const found = new Set<string>()
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'trait' && typeof inner === 'string') found.add(`trait:${inner}`)
      else if (key === 'did' && typeof inner === 'string') found.add(`event:${inner}`)
      else walk(inner)
    }
  }
  walk(rule)
  return found
}
