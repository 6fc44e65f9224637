import type { Calendar } from './calendar.ts'
import type { SqlBuilder } from './sqlBuilder.ts'

/**
 * What the clock on the wall says at an instant: the hour, the day of the week, the date. Each once
 * for the live answer and once for ClickHouse, which counts by the changes of clocks that the
 * calendar knows: its own table of time zones may be another edition.
 */

/** Ms since 1970 by the clock of the calendar's zone; `at`: epoch ms. */
export const localAt = (at: number, calendar: Calendar): number => at + calendar.offsetAt(at)

/** The same of the time of a row `e`, as the time in UTC at which UTC's clock shows it. */
export function localSql(builder: SqlBuilder): string {
  const at = 'toUnixTimestamp64Milli(e.time)'
  const { starts, offsets } = builder.calendar.offsets
  const since = `arrayLastIndex(b -> b <= ${at}, ${builder.bind('Array(Int64)', starts)})`
  const ahead = `arrayElement(${builder.bind('Array(Int64)', offsets)}, greatest(1, ${since}))`
  return `fromUnixTimestamp64Milli(${at} + ${ahead}, 'UTC')`
}

/** A number of the clock or the calendar; `of` takes `localAt`, `sql` takes `localSql`. */
type Part = { of(local: number): number; sql(local: string): string }

/** 0 to 23. */
export const hour: Part = {
  of: (local) => new Date(local).getUTCHours(),
  sql: (local) => `toHour(${local})`,
}

/** 1 (Monday) to 7. */
export const weekday: Part = {
  // Of `Date` Sunday is day 0.
  of: (local) => new Date(local).getUTCDay() || 7,
  sql: (local) => `toDayOfWeek(${local})`,
}

/** The date as the digits YYYYMMDD. */
export const date: Part = {
  of: (local) => {
    const day = new Date(local)
    return day.getUTCFullYear() * 10_000 + (day.getUTCMonth() + 1) * 100 + day.getUTCDate()
  },
  sql: (local) => `toYYYYMMDD(${local})`,
}
