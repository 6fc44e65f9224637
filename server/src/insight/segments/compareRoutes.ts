import { type Static, Type } from 'typebox'
import type { Api } from '../../platform/api.ts'
import type { Deps } from '../../platform/deps.ts'
import { DAY_MS } from '../../platform/durations.ts'
import { historyFor } from '../history.ts'
import { segmentNumberOr404 } from '../profileRoutes.ts'
import { numbersOf, segmentList } from './behindQuery.ts'
import {
  activeSegments,
  type Flow,
  type NamedSegment,
  readFlows,
  VIA_NUMBERS,
  WITHIN_DAYS,
} from './flows.ts'
import { readIntersections, readShared } from './overlap.ts'
import { BySegment, FlowsQuery, FlowsView, IntersectionsView, OverlapView } from './schema.ts'
import { timesOf } from './times.ts'

/** A segment beside the others: whom they share, where people come from and go to. */
export function compareRoutes(app: Api, deps: Deps): void {
  overlapRoutes(app, deps)
  app.get(
    '/api/v1/segments/:id/flows',
    {
      config: { permission: 'segments:read' },
      schema: {
        tags: ['segments'],
        summary: 'Where those who entered came from, and where those who left went',
        params: BySegment,
        querystring: FlowsQuery,
        response: { 200: FlowsView },
      },
    },
    async ({ actor, params, query }, reply) => {
      const { workspace } = actor
      const segment = await segmentNumberOr404(deps, workspace, params.id)
      const segments = await activeSegments(deps.postgres, workspace)
      const others = [...segments.keys()].filter((number) => number !== segment)
      const { from, to } = timesOf(query, deps.clock.now())
      const within = query.within ?? WITHIN_DAYS
      const asked = { workspace, segment, others, from, to, withinMs: within * DAY_MS }
      const ask = historyFor(deps, reply)
      const [entered, left] = await Promise.all([
        readFlows(ask, { ...asked, change: 'entered' }),
        readFlows(ask, { ...asked, change: 'left' }),
      ])
      return { within, entered: shownFlows(entered, segments), left: shownFlows(left, segments) }
    },
  )
}

const VIAS = ['none', 'new', 'filled'] as const

function shownFlows(
  flows: readonly Flow[],
  segments: ReadonlyMap<number, NamedSegment>,
): Static<typeof FlowsView>['entered'] {
  return flows.map(({ via, n }) => ({
    via: VIAS.find((one) => VIA_NUMBERS[one] === via) ?? 'segment',
    segment: segments.get(via) ?? null,
    n,
  }))
}

function overlapRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segments/:id/overlap',
    {
      config: { permission: 'segments:read' },
      schema: {
        tags: ['segments'],
        summary: 'The segments that share people with one, the most first',
        params: BySegment,
        response: { 200: OverlapView },
      },
    },
    async ({ actor, params }, reply) => {
      const { workspace } = actor
      const segment = await segmentNumberOr404(deps, workspace, params.id)
      const segments = await activeSegments(deps.postgres, workspace)
      const rows = await readShared(historyFor(deps, reply), { workspace, segment })
      const shown = rows.flatMap(({ segment: number, size, shared }) => {
        const named = segments.get(number)
        return named ? [{ ...named, size, shared }] : []
      })
      return {
        size: rows.find((row) => row.segment === segment)?.size ?? 0,
        others: shown.filter(({ id }) => id !== params.id),
      }
    },
  )
  app.get(
    '/api/v1/segments/intersections',
    {
      config: { permission: 'segments:read' },
      schema: {
        tags: ['segments'],
        summary: 'How many people are in exactly which of up to 12 segments',
        querystring: Type.Object({
          in: Type.String({ minLength: 36, maxLength: 500, description: 'Ids, by commas' }),
        }),
        response: { 200: IntersectionsView },
      },
    },
    async ({ actor, query }, reply) => {
      const { workspace } = actor
      const number = await numbersOf(deps, workspace)
      const ids = new Map(segmentList(query.in).map((id) => [number(id), id]))
      const asked = { workspace, segments: [...ids.keys()] }
      const sets = await readIntersections(historyFor(deps, reply), asked)
      return {
        sets: sets.map(({ segments, n }) => ({
          in: segments.flatMap((one) => ids.get(one) ?? []),
          n,
        })),
      }
    },
  )
}
