import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { approximateViews } from './approximate.ts'
import { askedRule } from './directory.ts'
import { tree } from './kinds/index.ts'
import { shown } from './masking.ts'
import { namesOf } from './names.ts'
import { parseRule } from './parse.ts'
import { linesOf, previewRule } from './preview.ts'
import { IncludesStaff, PreviewView, RuleBody } from './responses.ts'
import { whileWaitedFor } from './waiting.ts'
import { readCalendar } from './workspaceCalendar.ts'

const body = Type.Object(
  { rule: RuleBody, includesStaff: Type.Optional(IncludesStaff) },
  { additionalProperties: false },
)

/** What a rule would give, without saving it. */
export function previewRoutes(app: Api, deps: Deps): void {
  app.post(
    '/api/v1/segments/preview',
    {
      config: { permission: 'segments:read' },
      schema: {
        summary: 'Count and sample what a rule would give now',
        body,
        response: { 200: PreviewView },
      },
    },
    async (request) => {
      const { workspace } = request.actor
      const { rule: sent, includesStaff = false } = request.body
      const written = { rule: parseRule(sent), includesStaff }
      const asked = await askedRule(deps.postgres, workspace, written)
      const { rule } = asked
      const now = deps.clock.now()
      const calendar = await readCalendar(deps.postgres, workspace)
      const startedAt = performance.now()
      const preview = await whileWaitedFor(request, (signal) => {
        return previewRule(deps.clickhouse, asked, { workspace, now, calendar, signal })
      })
      const names = await namesOf(deps, workspace)
      const { lines } = linesOf(rule)
      return {
        ...preview,
        conditions: preview.conditions.map((one, index) => ({
          ...one,
          sentence: tree.describe(lines[index]?.rule ?? rule, names),
        })),
        approximate: approximateViews(preview.approximate, names),
        percent: preview.base === 0 ? 0 : (preview.count / preview.base) * 100,
        sample: preview.sample.map((row) => shown(request.actor, row)),
        sentence: tree.describe(rule, names),
        tookMs: Math.round(performance.now() - startedAt),
        asOf: new Date(now).toISOString(),
      }
    },
  )
}
