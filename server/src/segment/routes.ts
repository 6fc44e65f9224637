import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { readWorkspace } from '../workspace/index.ts'
import { lastDays, movesByDay, sizesBackwards } from './history.ts'
import { tree } from './kinds/index.ts'
import { memberRoutes } from './memberRoutes.ts'
import { namesOf } from './names.ts'
import { previewRoutes } from './previewRoutes.ts'
import { DayCount, DaySize, IdParams, SegmentView, VersionView } from './responses.ts'
import { findSegment, noteLook, segmentVersions } from './segments.ts'
import { shelfRoutes } from './shelfRoutes.ts'
import { DAY_MS, TREND_DAYS, viewOf } from './views.ts'
import { writeRoutes } from './writeRoutes.ts'

/** Segments: list, create, change, preview, members, history. */
export function segmentRoutes(app: Api, deps: Deps): void {
  shelfRoutes(app, deps)
  readRoutes(app, deps)
  writeRoutes(app, deps)
  previewRoutes(app, deps)
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
  app.get(
    '/api/v1/segments/:id/versions',
    {
      config: { permission: 'segments:read' },
      schema: {
        summary: 'Versions of the rule, newest first',
        params: IdParams,
        response: { 200: Type.Object({ data: Type.Array(VersionView), next: Type.Null() }) },
      },
    },
    async ({ actor, params }) => {
      const segment = await findSegment(deps.postgres, actor.workspace, params.id)
      const names = await namesOf(deps, actor.workspace)
      const rows = await segmentVersions(deps.postgres, segment.id)
      return {
        data: rows.map((row) => ({
          ...row,
          at: row.at.toISOString(),
          sentence: tree.describe(row.rule, names),
        })),
        next: null,
      }
    },
  )
}
