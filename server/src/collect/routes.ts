import type { Deps } from '../platform/deps.ts'
import { notFound, Problem } from '../platform/errors.ts'
import type { Actor, Api } from '../platform/http.ts'
import { may } from '../workspace/index.ts'
import type { Collect } from './collect.ts'
import { deadLetterRoutes } from './deadLetterRoutes.ts'
import type { LiveMessage } from './liveMessage.ts'
import { passes, streamLive } from './liveStream.ts'
import { maskMessage, maskRaw } from './masking.ts'
import {
  LiveQuerySchema,
  ProblemsSchema,
  RecentQuerySchema,
  RecentSchema,
  SourceParamsSchema,
  TestEventSchema,
  TotalsQuerySchema,
  TotalsSchema,
  VolumesQuerySchema,
  VolumesSchema,
} from './schema.ts'
import { findSource, readableWorkspaces, readMinutes, readProblems, readTotals } from './volumes.ts'

const read = { permission: 'events:read' }
const tags = ['events']

/** Routes of the live debugger and of what came in. `collect` is the intake of this process. */
export function collectRoutes(app: Api, deps: Deps, collect: Collect): void {
  liveRoutes(app, deps, collect)
  countRoutes(app, deps)
  deadLetterRoutes(app, deps, collect.eventLog)
  app.post(
    '/api/v1/sources/:id/test-event',
    {
      config: { permission: 'sources:write' },
      schema: {
        tags: ['sources'],
        summary: 'Send a test event through the intake in the name of a source',
        params: SourceParamsSchema,
        response: { 200: TestEventSchema },
      },
    },
    (request) => sendTestEvent(deps, collect, { actor: request.actor, id: request.params.id }),
  )
}

function liveRoutes(app: Api, deps: Deps, collect: Collect): void {
  app.get(
    '/api/v1/events/live',
    {
      config: read,
      schema: {
        tags,
        summary: 'Events as they come in: server-sent events `message` and `rate`',
        querystring: LiveQuerySchema,
      },
    },
    async (request, reply) => {
      const workspaces = await readableWorkspaces(deps.postgres, request.actor.workspace)
      reply.hijack()
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value)
      }
      const viewer = { workspaces, filter: request.query, shown: shownTo(request.actor) }
      streamLive(collect.live, viewer, { request: request.raw, response: reply.raw })
    },
  )
  app.get(
    '/api/v1/events/live/recent',
    {
      config: read,
      schema: {
        tags,
        summary: 'The newest events that came in, rejected ones included, newest first',
        querystring: RecentQuerySchema,
        response: { 200: RecentSchema },
      },
    },
    async (request) => {
      const { limit = 500, ...filter } = request.query
      const shown = shownTo(request.actor)
      const workspaces = await readableWorkspaces(deps.postgres, request.actor.workspace)
      const newest = collect.live.recent(workspaces, 2_000).map(shown)
      const data = newest.filter((message) => passes(message, filter)).slice(0, limit)
      return { data, next: null }
    },
  )
}

function countRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/events/problems',
    {
      config: read,
      schema: {
        tags,
        summary: 'Why events were rejected in the last 24 hours',
        response: { 200: ProblemsSchema },
      },
    },
    async ({ actor }) => {
      const workspaces = await readableWorkspaces(deps.postgres, actor.workspace)
      const question = { workspaces, now: deps.clock.now() }
      const data = await readProblems(deps.postgres, question)
      if (seesPersonalData(actor)) return data
      return data.map((problem) => ({
        ...problem,
        sample: problem.sample && { raw: maskRaw(problem.sample.raw) },
      }))
    },
  )
  app.get(
    '/api/v1/events/volumes',
    {
      config: read,
      schema: {
        tags,
        summary: 'Events by minute',
        querystring: VolumesQuerySchema,
        response: { 200: VolumesSchema },
      },
    },
    async ({ actor, query }) => {
      const { workspace } = actor
      const source = query.source ? await sourceOr404(deps, workspace, query.source) : null
      const minutes = query.minutes ?? 60
      const question = { workspace, source: source?.id ?? null, minutes, now: deps.clock.now() }
      return readMinutes(deps.postgres, question)
    },
  )
  app.get(
    '/api/v1/events/totals',
    {
      config: read,
      schema: {
        tags,
        summary: 'What came in: received = accepted + rejected + dead-lettered',
        querystring: TotalsQuerySchema,
        response: { 200: TotalsSchema },
      },
    },
    ({ actor, query }) => {
      const { workspace } = actor
      const question = { workspace, hours: query.hours ?? 24, now: deps.clock.now() }
      return readTotals(deps.postgres, question)
    },
  )
}

async function sendTestEvent(
  deps: Deps,
  collect: Collect,
  { actor, id }: { actor: Actor; id: string },
): Promise<{ messageId: string }> {
  const { workspace } = actor
  const source = await sourceOr404(deps, workspace, id)
  const messageId = `test-${deps.newId()}`
  const answer = await collect.send(
    { workspace, id: source.id, publicId: id, name: source.name },
    {
      type: 'track',
      event: 'Test Event',
      messageId,
      anonymousId: `test-${deps.newId()}`,
      timestamp: new Date(deps.clock.now()).toISOString(),
      properties: { test: true },
      // Staff: a test is shown, and counts nowhere.
      context: { staff: true, library: { name: 'clientele-test', version: '1' } },
    },
  )
  if (answer.status === 200) return { messageId }
  throw new Problem(answer.status, {
    code: 'test_event_not_taken',
    detail: 'The intake did not take the test event. Try again in a moment.',
  })
}

async function sourceOr404(deps: Deps, workspace: number, publicId: string) {
  const source = await findSource(deps.postgres, workspace, publicId)
  if (source) return source
  throw notFound('There is no source with this id. See the list of sources.')
}

function seesPersonalData(actor: Actor): boolean {
  return may(actor, 'profiles:reveal')
}

function shownTo(actor: Actor): (message: LiveMessage) => LiveMessage {
  return seesPersonalData(actor) ? (message) => message : maskMessage
}
