import { Type } from 'typebox'
import type { Actor, Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { DAY_MS } from '../platform/durations.ts'
import { notFound } from '../platform/errors.ts'
import { anchorsOf } from './anchors.ts'
import type { Dossiers } from './document.ts'
import { readEventNames } from './eventNames.ts'
import { EventNames, EventPage, EventQuery, TraitValues } from './eventSchema.ts'
import { type EventsQuestion, listEvents } from './events.ts'
import { askingHistory, historyFor } from './history.ts'
import { readIntakeTotals } from './intakeCounts.ts'
import { dossierOr404, seesPersonalData } from './profileRoutes.ts'
import { readPropertyValues } from './propertyValues.ts'
import { RecentAnswers } from './recent.ts'

/** Every segment builder asks for the names, which rarely change: one reading serves them all. */
const NAMES_SHARED_MS = 15_000

/** Events that were applied, and what they are called. */
export function eventRoutes(app: Api, deps: Deps, dossiers: Dossiers): void {
  const names = new RecentAnswers<EventNames>(NAMES_SHARED_MS)
  const config = { permission: 'events:read' }
  const tags = ['events']
  app.get(
    '/api/v1/events',
    {
      config,
      schema: {
        tags,
        summary: 'Applied events, newest first; `totals` are of the last 24 hours',
        querystring: EventQuery,
        response: { 200: EventPage },
      },
    },
    async ({ actor, query }, reply) => {
      const { workspace } = actor
      const from = deps.clock.now() - DAY_MS
      const reading = { sql: deps.postgres, ask: historyFor(deps, reply), dossiers }
      const question = await questionOf(deps, dossiers, { actor, query })
      const [page, { applied: _, ...totals }] = await Promise.all([
        listEvents(reading, question),
        readIntakeTotals(deps.postgres, { workspace, from }),
      ])
      return { ...page, totals }
    },
  )
  app.get(
    '/api/v1/events/names',
    {
      config,
      schema: {
        tags,
        summary: 'The events that have been seen, with their properties',
        response: { 200: EventNames },
      },
    },
    ({ actor }) => {
      const question = { workspace: actor.workspace, reveals: seesPersonalData(actor) }
      const reading = { sql: deps.postgres, ask: askingHistory(deps) }
      return names.get(JSON.stringify(question), deps.clock.now(), () =>
        readEventNames(reading, question),
      )
    },
  )
  valuesRoute(app, deps)
}

function valuesRoute(app: Api, deps: Deps): void {
  const name = Type.String({ minLength: 1, maxLength: 512 })
  app.get(
    '/api/v1/events/values',
    {
      config: { permission: 'events:read' },
      schema: {
        tags: ['events'],
        summary: 'The usual values of a property in the newest events of a name, with their counts',
        querystring: Type.Object({
          event: name,
          property: name,
          q: Type.Optional(Type.String({ maxLength: 200 })),
        }),
        response: { 200: TraitValues },
      },
    },
    ({ actor, query: { event, property: path, q = '' } }, reply) => {
      const reveals = seesPersonalData(actor)
      const asked = { workspace: actor.workspace, event, path, q, reveals }
      return readPropertyValues(historyFor(deps, reply), asked)
    },
  )
}

async function questionOf(
  deps: Deps,
  dossiers: Dossiers,
  { actor, query }: { actor: Actor; query: EventQuery },
): Promise<EventsQuestion> {
  const { workspace } = actor
  const time = (text: string | undefined) => (text === undefined ? null : Date.parse(text))
  const { source, profile } = query
  const dossier =
    profile === undefined ? null : await dossierOr404(deps, dossiers, { workspace, text: profile })
  return {
    workspace,
    source: source === undefined ? null : await sourceOr404(deps, workspace, source),
    event: query.event ?? null,
    type: query.type ?? null,
    anchors: dossier && anchorsOf(dossier),
    from: time(query.from),
    to: time(query.to),
    q: query.q ?? null,
    cursor: query.cursor ?? null,
    limit: query.limit ?? 50,
    reveals: seesPersonalData(actor),
  }
}

async function sourceOr404(deps: Deps, workspace: number, publicId: string): Promise<number> {
  const [row] = await deps.postgres.query<{ id: number }>(
    'SELECT id FROM source WHERE workspace = $1 AND public_id = $2',
    [workspace, publicId],
  )
  if (row) return row.id
  throw notFound('There is no source with this id. See the list of sources.')
}
