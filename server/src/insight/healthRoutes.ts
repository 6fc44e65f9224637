import { readableWorkspaces } from '../collect/index.ts'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { HOUR_MS } from '../platform/durations.ts'
import { badRequest } from '../platform/errors.ts'
import { BALANCE_DAYS_MAX, readBalance } from './balance.ts'
import type { HourCounts } from './balanceRules.ts'
import { readHealth, readSizes, type Sizes } from './health.ts'
import { BalanceQuery, BalanceView, HealthView } from './healthSchema.ts'
import { askingHistory } from './history.ts'
import type { ReadFlow } from './overviewRoutes.ts'
import { RecentAnswers } from './recent.ts'

const config = { permission: 'insights:read' }
const tags = ['insights']
/** All who look share one reading, made for less than the time between two looks. */
const HEALTH_SHARED_MS = 1_500
const SIZES_SHARED_MS = 30_000
const BALANCE_SHARED_MS = 10_000
/** Hours that are over do not change; they are counted again now and then all the same. */
const FINAL_SHARED_MS = 10 * 60_000
/** A history that needs longer than this to count is left out of the balance. */
const HISTORY_MS = 8_000

/** Whether everything works, and whether nothing is lost. */
export function healthRoutes(app: Api, deps: Deps, readFlow: ReadFlow): void {
  const healths = new RecentAnswers<HealthView>(HEALTH_SHARED_MS)
  const sizes = new RecentAnswers<Sizes>(SIZES_SHARED_MS)
  const balances = new RecentAnswers<BalanceView>(BALANCE_SHARED_MS)
  const held = {
    counts: new RecentAnswers<Map<string, HourCounts>>(FINAL_SHARED_MS),
    rows: new RecentAnswers<Map<string, number>>(FINAL_SHARED_MS),
  }
  app.get(
    '/api/v1/insights/health',
    {
      config,
      schema: {
        tags,
        summary: 'Each stage, shard, process and dependency: rates, lag, errors, room on disk',
        response: { 200: HealthView },
      },
    },
    ({ actor: { workspace } }) => {
      const now = deps.clock.now()
      return healths.get(String(workspace), now, async () => {
        const [flow, known] = await Promise.all([
          readFlow(workspace, '24h'),
          sizes.get('', now, () => readSizes(deps)),
        ])
        return readHealth(deps, { workspace, now }, { flow, sizes: known })
      })
    },
  )
  app.get(
    '/api/v1/insights/balance',
    {
      config,
      schema: {
        tags,
        summary: 'Received = accepted + rejected, and what became of the accepted, by hour',
        description:
          'Hours are those of UTC, at most 31 days of them. accepted = applied + duplicate + ' +
          'deadLettered + onTheWay + difference; in an hour that is over and handled a difference ' +
          'is an alarm. Reasons of dead letters are those of the time they were set aside.',
        querystring: BalanceQuery,
        response: { 200: BalanceView },
      },
    },
    async ({ actor, query }) => {
      const now = deps.clock.now()
      const workspaces = await readableWorkspaces(deps.postgres, actor.workspace)
      const question = { workspaces, now, ...rangeOf(query, now), ...pageOf(query) }
      const { from, to, source, after, limit } = question
      const key = [workspaces, from, to, source, after, limit].join(':')
      return balances.get(key, now, () => {
        const ask = askingHistory(deps, AbortSignal.timeout(HISTORY_MS))
        return readBalance({ sql: deps.postgres, ask, held }, question)
      })
    },
  )
}

/** Whole hours: from the beginning of the first to the end of the last one that is asked about. */
function rangeOf(query: BalanceQuery, now: number): { from: number; to: number } {
  const end = query.to === undefined ? now : Math.min(now, Date.parse(query.to))
  const to = Math.ceil(end / HOUR_MS) * HOUR_MS
  const start = query.from === undefined ? to - 24 * HOUR_MS : Date.parse(query.from)
  const from = Math.floor(start / HOUR_MS) * HOUR_MS
  if (!(from < to)) {
    throw badRequest('invalid_range', 'The range is empty: give a from that is before to and now.')
  }
  if (to - from > BALANCE_DAYS_MAX * 24 * HOUR_MS) {
    throw badRequest(
      'range_too_long',
      `At most ${BALANCE_DAYS_MAX} days can be asked about at once. Ask for a part of them.`,
    )
  }
  return { from, to }
}

function pageOf(query: BalanceQuery): {
  source: string | null
  after: number | null
  limit: number
} {
  const after = query.cursor ?? null
  if (after !== null && !/^\d{1,9}$/.test(after)) {
    throw badRequest(
      'invalid_cursor',
      'The cursor is not one of this list. Start again without a cursor.',
    )
  }
  return {
    source: query.source ?? null,
    after: after === null ? null : Number(after),
    limit: query.limit ?? 100,
  }
}
