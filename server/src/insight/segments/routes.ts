import type { Api } from '../../platform/api.ts'
import type { Deps } from '../../platform/deps.ts'
import { readWorkspace } from '../../workspace/index.ts'
import { historyFor, iso } from '../history.ts'
import { segmentNumberOr404 } from '../profileRoutes.ts'
import { bucketStarts, unitFor } from './buckets.ts'
import { compareRoutes } from './compareRoutes.ts'
import { readCourse } from './course.ts'
import { readLengths } from './lengths.ts'
import { portraitRoutes } from './portraitRoutes.ts'
import { BySegment, CourseQuery, CourseView, LengthsView } from './schema.ts'
import { timesOf } from './times.ts'

/** Questions about a segment: its course, how long people stay, what it shares with others. */
export function segmentInsightRoutes(app: Api, deps: Deps): void {
  courseRoutes(app, deps)
  compareRoutes(app, deps)
  portraitRoutes(app, deps)
}

function courseRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segments/:id/history',
    {
      config: { permission: 'segments:read' },
      schema: {
        tags: ['segments'],
        summary: 'Size, entries and exits by hour, day, week or month',
        params: BySegment,
        querystring: CourseQuery,
        response: { 200: CourseView },
      },
    },
    async ({ actor, params, query }, reply) => {
      const { workspace } = actor
      const segment = await segmentNumberOr404(deps, workspace, params.id)
      const { timeZone } = await readWorkspace(deps, workspace)
      const { from, to } = timesOf(query, deps.clock.now())
      const by = query.by ?? unitFor(to - from)
      const starts = bucketStarts(by, { from, to, timeZone })
      const size = await sizeOf(deps, segment)
      const ask = historyFor(deps, reply)
      const points = await readCourse(ask, { workspace, segment, size, starts, end: to })
      return {
        by,
        points: points.map((one) => ({ ...one, from: iso(one.from), to: iso(one.to) })),
      }
    },
  )
  app.get(
    '/api/v1/segments/:id/stays',
    {
      config: { permission: 'segments:read' },
      schema: {
        tags: ['segments'],
        summary: 'How long people stay: quartiles, classes of lengths, who is still there',
        params: BySegment,
        response: { 200: LengthsView },
      },
    },
    async ({ actor, params }, reply) => {
      const { workspace } = actor
      const segment = await segmentNumberOr404(deps, workspace, params.id)
      return readLengths(historyFor(deps, reply), { workspace, segment, now: deps.clock.now() })
    },
  )
}

async function sizeOf(deps: Deps, segment: number): Promise<number> {
  const [row] = await deps.postgres.query<{ size: number }>(
    'SELECT count(*) AS size FROM membership WHERE segment = $1',
    [segment],
  )
  return row?.size ?? 0
}
