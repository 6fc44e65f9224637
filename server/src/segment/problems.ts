import { Problem } from '../platform/errors.ts'

/** For a question that only ClickHouse can answer; one that may not be asked stays refused. */
export function historyAway(cause: unknown): Problem {
  if (cause instanceof Problem) return cause
  return new Problem(503, {
    code: 'history_unavailable',
    detail: 'The count needs ClickHouse, which does not answer now. Segments go on; try again.',
    cause,
  })
}
