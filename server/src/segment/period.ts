import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/durations.ts'
import type { Calendar, CalendarUnit } from './calendar.ts'

/** A length of time. */
export type Window = { minutes: number } | { hours: number } | { days: number }

/**
 * Which events a measure looks at: those of a rolling window, of a unit of the calendar (the
 * current one, or complete ones before it), between fixed dates, or all (`null`).
 */
export type Period =
  | null
  | Window
  | { this: CalendarUnit }
  | { previous: CalendarUnit; count?: number }
  | { from?: string; to?: string }

/** A stretch of event times, epoch ms: `from` belongs to it, `to` does not. */
export type Span = { from: number; to: number }

export function windowMs(window: Window): number {
  if ('minutes' in window) return window.minutes * MINUTE_MS
  return 'hours' in window ? window.hours * HOUR_MS : window.days * DAY_MS
}

/** Of the longest unit, with a day that two time zones may differ by. */
const UNIT_DAYS_MAX: Record<CalendarUnit, number> = {
  day: 2,
  week: 8,
  month: 32,
  quarter: 93,
  year: 367,
}

const EVER: Span = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }

/** A length of time up to now, not a part of the calendar. */
export const isRolling = (period: NonNullable<Period>): period is Window =>
  'minutes' in period || 'hours' in period || 'days' in period

/** Between dates that stay what they are. */
export const isFixed = (period: Period): period is { from?: string; to?: string } =>
  period !== null && ('from' in period || 'to' in period)

/** The stretch that a period means at `now`. */
export function spanOf(period: Period, now: number, calendar: Calendar): Span {
  if (period === null) return EVER
  if (isRolling(period)) return { from: now - windowMs(period) + 1, to: EVER.to }
  if ('this' in period) {
    const from = calendar.startOf(period.this, now)
    return { from, to: calendar.startOf(period.this, now, 1) }
  }
  if ('previous' in period) {
    const from = calendar.startOf(period.previous, now, -(period.count ?? 1))
    return { from, to: calendar.startOf(period.previous, now) }
  }
  return {
    from: period.from === undefined ? EVER.from : calendar.instantOf(period.from),
    to: period.to === undefined ? EVER.to : calendar.instantOf(period.to),
  }
}

/** What a period means for one profile's entries at `now`. All are epoch ms. */
export type Shifting = {
  now: number
  span: Span
  /** Of all its entries. */
  newest: number | undefined
  /** Of those in the stretch: the oldest, or the one whose leaving is waited for. */
  oldest: number | undefined
}

/**
 * When the stretch next holds other entries than now, by time alone: an entry leaves a rolling
 * window, or a unit of the calendar ends. `null`: never, as when all entries lie before it.
 */
export function nextShift(
  period: Period,
  { now, span, newest, oldest }: Shifting,
  calendar: Calendar,
): number | null {
  if (period === null || newest === undefined || newest < span.from) return null
  if (isRolling(period)) return oldest === undefined ? null : oldest + windowMs(period)
  if ('this' in period) return calendar.startOf(period.this, now, 1)
  return 'previous' in period ? calendar.startOf(period.previous, now, 1) : null
}

/** How far back entries must be kept, in ms; `null`: for ever. */
export function reachOf(period: Period): number | null {
  if (period === null) return null
  if (isRolling(period)) return windowMs(period)
  if ('this' in period) return UNIT_DAYS_MAX[period.this] * DAY_MS
  if ('previous' in period) {
    return ((period.count ?? 1) + 1) * UNIT_DAYS_MAX[period.previous] * DAY_MS
  }
  return null
}
