import { DAY_MS, HOUR_MS } from '../platform/durations.ts'

/**
 * The shop's calendar. People shop at lunch and in the evening of their own time, so the demo needs
 * Paris time; the European rule (last Sundays of March and October, 01:00 UTC) is all it takes.
 */

/** One day of the shop, from one Paris midnight to the next. */
export type ShopDay = {
  /** 0 for the first day of the demo. */
  index: number
  /** Paris midnight, epoch ms. */
  start: number
  /** 0 = Sunday … 6 = Saturday. */
  weekday: number
  /** 1–12. */
  month: number
}

/** The `days` shop days that end with the one `now` falls in, oldest first. */
export function shopDays(now: number, days: number): ShopDay[] {
  const local = new Date(now + parisOffsetMs(now))
  const [year, month, date] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()]
  return Array.from({ length: days }, (_, index) => {
    const utc = Date.UTC(year, month, date - (days - 1 - index))
    const day = new Date(utc)
    // Clocks change at 01:00 UTC, never between these two instants.
    const start = utc - parisOffsetMs(utc - HOUR_MS)
    return { index, start, weekday: day.getUTCDay(), month: day.getUTCMonth() + 1 }
  })
}

/** What Paris adds to UTC at an instant, in milliseconds. */
export function parisOffsetMs(epochMs: number): number {
  const year = new Date(epochMs).getUTCFullYear()
  const summer = epochMs >= lastSunday(year, 2) && epochMs < lastSunday(year, 9)
  return summer ? 2 * HOUR_MS : HOUR_MS
}

function lastSunday(year: number, month: number): number {
  const lastDay = new Date(Date.UTC(year, month + 1, 0))
  return lastDay.getTime() - lastDay.getUTCDay() * DAY_MS + HOUR_MS
}

/** `YYYY-MM-DD` of an instant, in Paris. */
export function parisDate(epochMs: number): string {
  return new Date(epochMs + parisOffsetMs(epochMs)).toISOString().slice(0, 10)
}
