import { instantOf } from '../../profile/index.ts'
import type { LocalText } from '../answer.ts'
import type { Calendar } from '../calendar.ts'
import { type HolidayRegion, holidaysOf } from '../holidays.ts'
import { type Window, windowMs } from '../period.ts'
import type { Around } from '../rule.ts'
import { expectations } from './expectations.ts'
import { type Operation, timeless, words } from './operator.ts'

function instantOperation(
  test: (value: number, wanted: number) => boolean,
  sign: string,
  describe: (operand: string) => LocalText,
): Operation {
  return {
    takes: expectations.instant,
    prepare: (operand) => {
      const wanted = instantOf(String(operand))
      return (value) => {
        if (value.type !== 'text' || value.instant === null || wanted === null) {
          return timeless(false)
        }
        return timeless(test(value.instant, wanted))
      }
    },
    toSql: (columns, operand, builder) => {
      const wanted = builder.instant(instantOf(String(operand)) ?? 0)
      return `(${columns.hasInstant} AND ${columns.instant} ${sign} ${wanted})`
    },
    describe,
  }
}

/**
 * True from `from` (included) to `to` (left out) around an instant; it comes and goes by itself.
 */
function spanOperation(
  span: (instant: number, ms: number) => { from: number; to: number },
  sql: (column: string, at: { now: string; shifted: string }) => string,
  extra: { shift: 1 | -1; describe: (operand: string) => LocalText },
): Operation {
  return {
    takes: expectations.window,
    dependsOnTime: true,
    prepare: (operand) => {
      const ms = windowMs(operand as Window)
      return (value, now) => {
        if (value.type !== 'text' || value.instant === null) return timeless(false)
        const { from, to } = span(value.instant, ms)
        if (now < from) return { holds: false, nextChangeAt: from }
        return now < to ? { holds: true, nextChangeAt: to } : timeless(false)
      }
    },
    toSql: (columns, operand, builder) => {
      const ms = windowMs(operand as Window)
      const at = {
        now: builder.instant(builder.now),
        shifted: builder.instant(builder.now + extra.shift * ms),
      }
      return `(${columns.hasInstant} AND ${sql(columns.instant, at)})`
    },
    describe: extra.describe,
  }
}

/** True from so long after an instant on, for good. */
const olderThan: Operation = {
  takes: expectations.window,
  dependsOnTime: true,
  prepare: (operand) => {
    const ms = windowMs(operand as Window)
    return (value, now) => {
      if (value.type !== 'text' || value.instant === null) return timeless(false)
      const from = value.instant + ms
      return now < from ? { holds: false, nextChangeAt: from } : timeless(true)
    }
  },
  toSql: (columns, operand, builder) => {
    const border = builder.instant(builder.now - windowMs(operand as Window))
    return `(${columns.hasInstant} AND ${columns.instant} <= ${border})`
  },
  describe: words('date de plus de …', 'is more than … ago'),
}

/** Where the month and the day stand in a date as it was written. */
const MONTH_DAY = { from: 5, to: 10 }

/** The days of the year that an anniversary may have, as MM-DD, when today is the day of `now`. */
function celebrated(around: Around, now: number, calendar: Calendar): readonly string[] {
  return calendar.monthDays(now, -around.before, around.after)
}

/** When an anniversary that is not celebrated now will be: the begin of the first such day. */
function nextCelebration(
  monthDay: string,
  around: Around,
  { now, calendar }: { now: number; calendar: Calendar },
): number | null {
  const coming = calendar.daysUntil(now, monthDay)
  if (coming === null) return null
  return calendar.startOf('day', now, Math.max(1, coming - around.after))
}

/**
 * An anniversary that falls between `before` days ago and `after` days from today. Month and day
 * count as they are written: who was born on 1 May has their birthday on 1 May, wherever.
 */
const anniversary: Operation = {
  takes: expectations.around,
  dependsOnTime: true,
  prepare: (operand, calendar) => {
    const around = operand as Around
    return (value, now) => {
      if (value.type !== 'text' || value.instant === null) return timeless(false)
      const monthDay = value.folded.slice(MONTH_DAY.from, MONTH_DAY.to)
      if (celebrated(around, now, calendar).includes(monthDay)) {
        return { holds: true, nextChangeAt: calendar.startOf('day', now, 1) }
      }
      const nextChangeAt = nextCelebration(monthDay, around, { now, calendar })
      return { holds: false, nextChangeAt }
    }
  },
  toSql: (columns, operand, builder) => {
    const days = celebrated(operand as Around, builder.now, builder.calendar)
    const written = `substring(${columns.text}, ${MONTH_DAY.from + 1}, ${MONTH_DAY.to - MONTH_DAY.from})`
    return `(${columns.hasInstant} AND ${written} IN ${builder.bind('Array(String)', days)})`
  },
  describe: words('a son anniversaire …', 'has its anniversary …'),
}

/** A date that, as it is written, falls on a public holiday. */
function holidayOperation(region: HolidayRegion, describe: () => LocalText): Operation {
  const { fixed, moving } = holidaysOf(region)
  const [everyYear, once] = [new Set(fixed), new Set(moving)]
  return {
    takes: expectations.nothing,
    prepare: () => (value) => {
      if (value.type !== 'text' || value.instant === null) return timeless(false)
      const date = value.folded.slice(0, MONTH_DAY.to)
      return timeless(everyYear.has(date.slice(MONTH_DAY.from)) || once.has(date))
    },
    toSql: (columns, _operand, builder) => {
      const date = `substring(${columns.text}, 1, ${MONTH_DAY.to})`
      const monthDay = `substring(${date}, ${MONTH_DAY.from + 1})`
      const isFixed = `${monthDay} IN ${builder.bind('Array(String)', fixed)}`
      const isMoving = `${date} IN ${builder.bind('Array(String)', moving)}`
      return `(${columns.hasInstant} AND (${isFixed} OR ${isMoving}))`
    },
    describe,
  }
}

export const dateOperations = {
  before: instantOperation((x, y) => x < y, '<', words('est avant le …', 'is before …')),
  after: instantOperation((x, y) => x > y, '>', words('est après le …', 'is after …')),
  withinLast: spanOperation(
    (instant, ms) => ({ from: instant, to: instant + ms }),
    (column, at) => `${column} <= ${at.now} AND ${column} > ${at.shifted}`,
    { shift: -1, describe: words('date de moins de …', 'is less than … ago') },
  ),
  withinNext: spanOperation(
    (instant, ms) => ({ from: instant - ms, to: instant }),
    (column, at) => `${column} > ${at.now} AND ${column} <= ${at.shifted}`,
    { shift: 1, describe: words('tombe d’ici …', 'is within the next …') },
  ),
  olderThan,
  anniversary,
  onHoliday: holidayOperation('france', () => ({
    fr: 'tombe un jour férié',
    en: 'falls on a French public holiday',
  })),
  onAlsaceHoliday: holidayOperation('alsace', () => ({
    fr: 'tombe un jour férié en Alsace-Moselle',
    en: 'falls on a public holiday of Alsace and Moselle',
  })),
} satisfies Record<string, Operation>
