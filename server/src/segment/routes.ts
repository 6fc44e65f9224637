import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { readWorkspace } from '../workspace/index.ts'
import { lastDays, movesByDay, sizesBackwards } from './history.ts'
import { memberRoutes } from './memberRoutes.ts'
import { previewRoutes } from './previewRoutes.ts'
import { DayCount, DaySize, IdParams, SegmentView } from './responses.ts'
import { findSegment, noteLook } from './segments.ts'
import { shelfRoutes } from './shelfRoutes.ts'
import { versionRoutes } from './versionRoutes.ts'
import { DAY_MS, TREND_DAYS, viewOf } from './views.ts'
import { writeRoutes } from './writeRoutes.ts'

/** Segments: list, create, change, preview, members, history. */
export function segmentRoutes(app: Api, deps: Deps): void {
  shelfRoutes(app, deps)
  readRoutes(app, deps)
  writeRoutes(app, deps)
  previewRoutes(app, deps)
  versionRoutes(app, deps)
  memberRoutes(app, deps)
  historyRoutes(app, deps)
}

function readRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segments/:id',
    {
      config: { permission: 'segments:read' },
      schema: { summary: 'One segment', params: IdParams, response: { 200: SegmentView } },
    },
    async ({ actor, params }) => {
      const segment = await findSegment(deps.postgres, actor.workspace, params.id)
      if (actor.kind === 'user') await noteLook(deps, segment)
      return viewOf(deps, actor.workspace, segment)
    },
  )
}

function historyRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segments/:id/history',
    {
      config: { permission: 'segments:read' },
      schema: {
        summary: 'Size, entries and exits by day',
        params: IdParams,
        querystring: Type.Object({
          days: Type.Optional(Type.Integer({ minimum: 1, maximum: 365 })),
        }),
        response: {
          200: Type.Object({
            size: Type.Array(DaySize),
            entered: Type.Array(DayCount),
            left: Type.Array(DayCount),
          }),
        },
      },
    },
    async ({ actor, params, query }) => {
      const segment = await findSegment(deps.postgres, actor.workspace, params.id)
      const { timeZone } = await readWorkspace(deps, actor.workspace)
      const now = deps.clock.now()
      const days = lastDays(query.days ?? TREND_DAYS, now, timeZone)
      const moves = await movesByDay(deps.clickhouse, {
        workspace: actor.workspace,
        segments: [segment.id],
        from: now - days.length * DAY_MS,
        timeZone,
      })
      const byDay = new Map(moves.map((one) => [one.day, one]))
      return {
        size: sizesBackwards(days, segment.size, moves),
        entered: days.map((day) => ({ day, n: byDay.get(day)?.entered ?? 0 })),
        left: days.map((day) => ({ day, n: byDay.get(day)?.left ?? 0 })),
      }
    },
  )
}
