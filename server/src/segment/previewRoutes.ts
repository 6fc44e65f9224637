import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { readWorkspace } from '../workspace/index.ts'
import { calendarOf } from './calendar.ts'
import { diffRule } from './diff.ts'
import { resolvedRule } from './directory.ts'
import { tree } from './kinds/index.ts'
import { shown } from './masking.ts'
import { namesOf } from './names.ts'
import { parseRule } from './parse.ts'
import { linesOf, previewRule } from './preview.ts'
import { historyAway } from './problems.ts'
import { DiffView, IdParams, PreviewView, RuleBody } from './responses.ts'
import { findSegment } from './segments.ts'

const body = Type.Object({ rule: RuleBody }, { additionalProperties: false })

/** What a rule would give, and change, without saving it. */
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
      const rule = await resolvedRule(deps.postgres, workspace, parseRule(request.body.rule))
      const now = deps.clock.now()
      const { timeZone } = await readWorkspace(deps, workspace)
      const startedAt = performance.now()
      const preview = await whileWaitedFor(request, (signal) => {
        const calendar = calendarOf(timeZone)
        return previewRule(deps.clickhouse, rule, { workspace, now, calendar, signal })
      })
      const names = await namesOf(deps, workspace)
      const { lines } = linesOf(rule)
      return {
        ...preview,
        conditions: preview.conditions.map((one, index) => ({
          ...one,
          sentence: tree.describe(lines[index]?.rule ?? rule, names),
        })),
        percent: preview.base === 0 ? 0 : (preview.count / preview.base) * 100,
        sample: preview.sample.map((row) => shown(request.actor, row)),
        sentence: tree.describe(rule, names),
        tookMs: Math.round(performance.now() - startedAt),
        asOf: new Date(now).toISOString(),
      }
    },
  )
  app.post(
    '/api/v1/segments/:id/diff',
    {
      config: { permission: 'segments:read' },
      schema: {
        summary: 'Who would enter, leave and stay if a segment had this rule',
        params: IdParams,
        body,
        response: { 200: DiffView },
      },
    },
    async (request) => {
      const { workspace } = request.actor
      const rule = await resolvedRule(deps.postgres, workspace, parseRule(request.body.rule))
      const segment = await findSegment(deps.postgres, workspace, request.params.id)
      const now = deps.clock.now()
      const { timeZone } = await readWorkspace(deps, workspace)
      const { samples, ...counts } = await whileWaitedFor(request, (signal) => {
        const asked = { workspace, segment: segment.id, now, calendar: calendarOf(timeZone) }
        return diffRule(deps.clickhouse, rule, { ...asked, signal })
      })
      const show = (person: (typeof samples.enters)[number]) => shown(request.actor, person)
      return {
        ...counts,
        samples: { enters: samples.enters.map(show), leaves: samples.leaves.map(show) },
        asOf: new Date(now).toISOString(),
      }
    },
  )
}

/** Gives a question up when its asker has gone: nobody waits for a rule that has changed since. */
async function whileWaitedFor<T>(
  { raw: { socket } }: FastifyRequest,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const gone = new AbortController()
  const giveUp = () => gone.abort()
  socket.once('close', giveUp)
  try {
    return await ask(gone.signal)
  } catch (cause) {
    throw historyAway(cause)
  } finally {
    // The connection is used for more questions than this one.
    socket.off('close', giveUp)
  }
}
