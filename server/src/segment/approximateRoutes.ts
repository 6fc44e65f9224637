import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { approximateViews, readApproximate } from './approximate.ts'
import { resolvedRule } from './directory.ts'
import { namesOf } from './names.ts'
import { ApproximateView, IdParams } from './responses.ts'
import { findSegment } from './segments.ts'
import { whileWaitedFor } from './waiting.ts'
import { readCalendar } from './workspaceCalendar.ts'

/** Whether the members of a segment are exact: apart from them, because history must tell. */
export function approximateRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segments/:id/approximate',
    {
      config: { permission: 'segments:read' },
      schema: {
        summary: 'Conditions that are answered of what is kept alone, for how many people and why',
        params: IdParams,
        response: {
          200: Type.Object({
            data: ApproximateView,
            asOf: Type.String({ format: 'date-time' }),
          }),
        },
      },
    },
    async (request) => {
      const { workspace } = request.actor
      const segment = await findSegment(deps.postgres, workspace, request.params.id)
      const asked = { rule: segment.rule, includesStaff: segment.includes_staff }
      const rule = await resolvedRule(deps.postgres, workspace, asked)
      const calendar = await readCalendar(deps.postgres, workspace)
      const now = deps.clock.now()
      const found = await whileWaitedFor(request, (signal) => {
        return readApproximate(deps.clickhouse, rule, { workspace, now, calendar, signal })
      })
      const names = await namesOf(deps, workspace)
      return { data: approximateViews(found, names), asOf: new Date(now).toISOString() }
    },
  )
}
