import { Problem } from '../platform/errors.ts'

/** For a question that only ClickHouse can answer. */
export function historyAway(cause: unknown): Problem {
  return new Problem(503, {
    code: 'history_unavailable',
    detail: 'The count needs ClickHouse, which does not answer now. Segments go on; try again.',
    cause,
  })
}
