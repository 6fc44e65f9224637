import { DAY_MS } from '../../platform/durations.ts'
import { badRequest } from '../../platform/errors.ts'

const DEFAULT_DAYS = 30

/** The time a request asks about, epoch ms; by default the last 30 days. @throws Problem 400. */
export function timesOf(
  query: { from?: string; to?: string },
  now: number,
): { from: number; to: number } {
  const to = query.to === undefined ? now : Math.min(now, Date.parse(query.to))
  const from = query.from === undefined ? to - (DEFAULT_DAYS - 1) * DAY_MS : Date.parse(query.from)
  if (from < to) return { from, to }
  throw badRequest('empty_time', 'The time ends before it begins: give a `from` before `to`.')
}
