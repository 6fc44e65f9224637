import type { Period, Window } from '../../src/segment/rule.ts'

const MINUTE = 60_000

export function lengthOf(window: Window): number {
  if ('minutes' in window) return window.minutes * MINUTE
  return 'hours' in window ? window.hours * 60 * MINUTE : window.days * 24 * 60 * MINUTE
}

/** What a calendar says of an instant; by `Intl`, which the program does not use. */
const paris = dayFormat('Europe/Paris')

function dayFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
}

/** What the days of the calendar are written with by which is answered. */
let own = paris
const formats = new Map([['Europe/Paris', paris]])

/** Answers by the calendar of a zone; of a name that is none by that of Paris. */
export function inZone<T>(zone: unknown, answer: () => T): T {
  const held = own
  own = (typeof zone === 'string' ? formatOf(zone) : null) ?? own
  try {
    return answer()
  } finally {
    own = held
  }
}

function formatOf(zone: string): Intl.DateTimeFormat | null {
  try {
    const format = formats.get(zone) ?? dayFormat(zone)
    formats.set(zone, format)
    return format
  } catch {
    return null
  }
}

export const DAY = 24 * 60 * 60_000

const clocks = new Map<string, Intl.DateTimeFormat>()

/** What a clock and a calendar on the wall show; `weekday`: 1 (Monday) to 7. */
export function wallAt(at: number): { date: string; hour: number; weekday: number } {
  const { timeZone } = own.resolvedOptions()
  const known = clocks.get(timeZone)
  const clock =
    known ?? new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' })
  clocks.set(timeZone, clock)
  const date = own.format(at)
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay() || 7
  return { date, hour: Number(clock.format(at)), weekday }
}

/** The number of the day, week, month, quarter or year, counted from some beginning. */
export function unitNumber(unit: string, at: number): number {
  const [year = 0, month = 0, day = 0] = own.format(at).split('-').map(Number)
  const days = Date.UTC(year, month - 1, day) / DAY
  if (unit === 'day') return days
  // 1970 began on a Thursday.
  if (unit === 'week') return Math.floor((days + 3) / 7)
  const months = year * 12 + month - 1
  return unit === 'month' ? months : unit === 'quarter' ? Math.floor(months / 3) : year
}

/** A date alone begins when Paris reaches it; searched minute by quarter-hour. */
function beginOf(date: string): number {
  if (date.length > 10) return Date.parse(date)
  let at = Date.parse(`${date}T00:00:00Z`) - DAY
  while (paris.format(at) < date) at += 15 * MINUTE
  return at
}

export function isIn(period: Period, time: number, now: number): boolean {
  if (period === null) return true
  if ('this' in period) return unitNumber(period.this, time) === unitNumber(period.this, now)
  if ('previous' in period) {
    const back = unitNumber(period.previous, now) - unitNumber(period.previous, time)
    return back >= 1 && back <= (period.count ?? 1)
  }
  if ('from' in period || 'to' in period) {
    const { from, to } = period
    return (from === undefined || time >= beginOf(from)) && (to === undefined || time < beginOf(to))
  }
  return time > now - lengthOf(period as Window)
}
