import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { describeError } from '../platform/httpErrors.ts'
import { countWrongHours, type WrongHours } from './balance.ts'
import { readFlow } from './flowPicture.ts'
import { askingHistory } from './history.ts'
import { readOverview } from './overview.ts'
import {
  type FlowView,
  OverviewQuery,
  OverviewView,
  PERIODS,
  type Period,
} from './overviewSchema.ts'
import { RecentAnswers } from './recent.ts'

const config = { permission: 'insights:read' }
const tags = ['insights']
const PUSH_MS = 2_000
/** All who look at Home share one reading; of the flow for less than the time between pushes. */
const FLOW_SHARED_MS = 1_500
const OVERVIEW_SHARED_MS = 10_000
const WRONG_HOURS_SHARED_MS = 5 * 60_000

/** The flow of a workspace as it is now, with the totals of a period. */
export type ReadFlow = (workspace: number, period: Period) => Promise<FlowView>

/** One reading of the flow for all who look at it at the same time. */
export function sharedFlow(deps: Deps): ReadFlow {
  const flows = new RecentAnswers<FlowView>(FLOW_SHARED_MS)
  const reading = { sql: deps.postgres, ask: askingHistory(deps) }
  return (workspace, period) => {
    const now = deps.clock.now()
    const question = { workspace, now, periodMs: PERIODS[period] }
    return flows.get(`${workspace}:${period}`, now, () => readFlow(reading, question))
  }
}

/** Home, and the part of it that moves by itself. */
export function overviewRoutes(app: Api, deps: Deps, flowOf: ReadFlow): void {
  const wrongHours = new RecentAnswers<WrongHours>(WRONG_HOURS_SHARED_MS)
  const overviews = new RecentAnswers<OverviewView>(OVERVIEW_SHARED_MS)
  // Shared between askers, so that one of them leaving ends nobody else's reading.
  const reading = {
    sql: deps.postgres,
    ask: askingHistory(deps),
    readWrongHours: (workspace: number) => {
      const question = { workspace, now: deps.clock.now() }
      return wrongHours.get(String(workspace), question.now, () =>
        countWrongHours(deps.postgres, question),
      )
    },
  }
  app.get(
    '/api/v1/overview',
    {
      config,
      schema: {
        tags,
        summary: 'What flows, what it comes to, and what to do next',
        querystring: OverviewQuery,
        response: { 200: OverviewView },
      },
    },
    ({ actor, query }) => {
      const { workspace } = actor
      const period = query.period ?? '24h'
      const now = deps.clock.now()
      const question = { workspace, now, period }
      return overviews.get(`${workspace}:${period}`, now, () => readOverview(reading, question))
    },
  )
  app.get(
    '/api/v1/overview/live',
    {
      config,
      schema: {
        tags,
        summary: 'The flow as it moves: a server-sent event `flow` each 2 seconds',
        querystring: OverviewQuery,
      },
    },
    ({ actor, query }, reply) => {
      const stream = openStream(reply)
      const read = () => flowOf(actor.workspace, query.period ?? '24h')
      pushEach(stream, read, (error) => {
        deps.log.warn({ error: describeError(error) }, 'The flow picture could not be read')
      })
    },
  )
}

function openStream(reply: FastifyReply): ServerResponse {
  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value)
  }
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    // Proxies must not hold the stream back.
    'x-accel-buffering': 'no',
  })
  return reply.raw
}

/** Pushes until the viewer leaves. After a fault the stream ends; browsers open it again. */
function pushEach(
  stream: ServerResponse,
  read: () => Promise<FlowView>,
  onFault: (error: unknown) => void,
): void {
  let timer: NodeJS.Timeout | undefined
  let isOpen = true
  const push = async () => {
    try {
      const flow = await read()
      if (!isOpen) return
      stream.write(`event: flow\ndata: ${JSON.stringify({ flow })}\n\n`)
      timer = setTimeout(push, PUSH_MS)
      timer.unref()
    } catch (error) {
      onFault(error)
      stream.end()
    }
  }
  stream.on('close', () => {
    isOpen = false
    clearTimeout(timer)
  })
  void push()
}
