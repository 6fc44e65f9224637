import type { FastifyReply } from 'fastify'
import type { ClickHouse, QueryLane, QueryParams } from '../platform/clickhouse.ts'
import { Problem } from '../platform/errors.ts'

/** Asks the history; the answer's 64-bit integers are numbers, its times text (see `isoOf`). */
export type AskHistory = <Row = Record<string, unknown>>(
  sql: string,
  params: QueryParams,
  lane?: QueryLane,
) => Promise<Row[]>

/**
 * A way to ask ClickHouse for one request: the question ends when its asker leaves. Throws a 503
 * when ClickHouse is away, so that callers need no words of their own for it.
 */
export function historyFor(deps: { clickhouse: ClickHouse }, reply: FastifyReply): AskHistory {
  const leaving = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded) leaving.abort()
  })
  return askingHistory(deps, leaving.signal)
}

export function askingHistory(
  { clickhouse }: { clickhouse: ClickHouse },
  signal?: AbortSignal,
): AskHistory {
  return async <Row>(sql: string, params: QueryParams, lane: QueryLane = 'interactive') => {
    const options = signal ? { lane, signal } : { lane }
    try {
      return await clickhouse.query<Row>(sql, params, options)
    } catch (error) {
      throw problemOf(error, signal)
    }
  }
}

const LEFT = 499
/** What ClickHouse says of itself when it has no room or time left, not of a wrong question. */
const TEMPORARY = new Set([
  'MEMORY_LIMIT_EXCEEDED',
  'TIMEOUT_EXCEEDED',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
])

function problemOf(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) {
    return new Problem(LEFT, {
      code: 'asker_left',
      detail: 'Whoever asked has left.',
      cause: error,
    })
  }
  const type = (error as { type?: unknown } | null)?.type
  // An answer of ClickHouse has a type; without one it did not answer at all.
  if (typeof type === 'string' && !TEMPORARY.has(type)) return error
  return new Problem(503, {
    code: 'history_unavailable',
    detail:
      'The history cannot be read for the moment. Events are still taken and segments still ' +
      'change; ask again in a minute.',
    cause: error,
  })
}

export const iso = (epochMs: number): string => new Date(epochMs).toISOString()

/** An SQL expression of a DateTime64(3) column as epoch ms. */
export const millis = (column: string): string => `toUnixTimestamp64Milli(${column})`
