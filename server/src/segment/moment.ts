import { Type } from 'typebox'
import type { StreamEntry } from '../profile/index.ts'
import type { LocalText } from './answer.ts'
import type { Calendar } from './calendar.ts'
import { type HolidayRegion, holidaysOf } from './holidays.ts'
import { date, hour, localAt, localSql, weekday } from './localTime.ts'
import type { DayKind, Events, Moment } from './rule.ts'
import type { SqlBuilder } from './sqlBuilder.ts'

/**
 * Whether events took place at a certain moment of the day or the week, or on a working day or a
 * public holiday. It is asked when what is kept is read, by the calendar of then: a workspace may
 * move to another time zone, and so may a person.
 */

/** Each kind of day: whose holidays it knows, and whether it is one. */
const DAYS: Record<DayKind, { region: HolidayRegion; isHoliday: boolean; words: LocalText }> = {
  workday: {
    ...{ region: 'france', isHoliday: false },
    words: { fr: 'un jour ouvré', en: 'on a working day' },
  },
  holiday: {
    ...{ region: 'france', isHoliday: true },
    words: { fr: 'un jour férié', en: 'on a French public holiday' },
  },
  alsaceWorkday: {
    ...{ region: 'alsace', isHoliday: false },
    words: { fr: 'un jour ouvré en Alsace-Moselle', en: 'on a working day of Alsace and Moselle' },
  },
  alsaceHoliday: {
    ...{ region: 'alsace', isHoliday: true },
    words: {
      fr: 'un jour férié en Alsace-Moselle',
      en: 'on a public holiday of Alsace and Moselle',
    },
  },
}
const DAY_KINDS = Object.keys(DAYS) as DayKind[]

export const momentSchema = Type.Object(
  {
    weekdays: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 }),
    ),
    hours: Type.Optional(
      Type.Object(
        {
          from: Type.Integer({ minimum: 0, maximum: 23 }),
          to: Type.Integer({ minimum: 1, maximum: 24 }),
        },
        { additionalProperties: false },
      ),
    ),
    day: Type.Optional(Type.Union(DAY_KINDS.map((kind) => Type.Literal(kind)))),
  },
  {
    additionalProperties: false,
    description: 'When they took place, by the clock and the calendar of the time zone',
  },
)

/** Dates as YYYYMMDD; of those of every year the last four digits. */
function digitsOf(region: HolidayRegion): { fixed: number[]; moving: number[] } {
  const digits = (text: string) => Number(text.replaceAll('-', ''))
  const { fixed, moving } = holidaysOf(region)
  return { fixed: fixed.map(digits), moving: moving.map(digits) }
}
const HOLIDAYS = { france: digitsOf('france'), alsace: digitsOf('alsace') }
const OF_YEAR = 10_000
const FRIDAY = 5

/** Hours from the first on; over midnight where the end comes first, and a day where it is both. */
const lengthOf = ({ from, to }: { from: number; to: number }): number => (to - from + 24) % 24 || 24

/** Leaves of entries, in their order, those that took place at the moment that is asked for. */
export function atMoment(
  { when }: Pick<Events, 'when'>,
  calendar: Calendar,
): (entries: readonly StreamEntry[]) => readonly StreamEntry[] {
  if (!when) return (entries) => entries
  const tests = testsOf(when)
  return (entries) =>
    entries.filter(({ at }) => {
      const local = localAt(at, calendar)
      return tests.every((test) => test(local))
    })
}

function testsOf({ weekdays, hours, day }: Moment): ((local: number) => boolean)[] {
  const tests: ((local: number) => boolean)[] = []
  if (weekdays) tests.push((local) => weekdays.includes(weekday.of(local)))
  if (hours) {
    const length = lengthOf(hours)
    tests.push((local) => (hour.of(local) - hours.from + 24) % 24 < length)
  }
  if (day) {
    const { region, isHoliday } = DAYS[day]
    const fixed = new Set(HOLIDAYS[region].fixed)
    const moving = new Set(HOLIDAYS[region].moving)
    const falls = (digits: number) => fixed.has(digits % OF_YEAR) || moving.has(digits)
    tests.push((local) =>
      isHoliday ? falls(date.of(local)) : weekday.of(local) <= FRIDAY && !falls(date.of(local)),
    )
  }
  return tests
}

/** Conditions on a row `e` that it took place at such a moment. */
export function momentConditions({ when }: Pick<Events, 'when'>, builder: SqlBuilder): string[] {
  if (!when) return []
  const { weekdays, hours, day } = when
  const local = localSql(builder)
  const conditions: string[] = []
  if (weekdays) {
    conditions.push(`${weekday.sql(local)} IN ${builder.bind('Array(UInt8)', weekdays)}`)
  }
  if (hours) {
    const since = `positiveModulo(${hour.sql(local)} - ${hours.from}, 24)`
    conditions.push(`${since} < ${lengthOf(hours)}`)
  }
  if (day) {
    const { region, isHoliday } = DAYS[day]
    const { fixed, moving } = HOLIDAYS[region]
    const digits = date.sql(local)
    const falls =
      `(${digits} % ${OF_YEAR} IN ${builder.bind('Array(UInt32)', fixed)} ` +
      `OR ${digits} IN ${builder.bind('Array(UInt32)', moving)})`
    conditions.push(isHoliday ? falls : `(${weekday.sql(local)} <= ${FRIDAY} AND NOT ${falls})`)
  }
  return conditions
}

const WEEKDAYS = {
  fr: ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'],
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
} as const

/** " (on a working day, between 9:00 and 18:00)" and its like, with the space before. */
export function momentText({ when }: Pick<Events, 'when'>, language: 'fr' | 'en'): string {
  const { weekdays, hours, day } = when ?? {}
  const isFrench = language === 'fr'
  const parts: string[] = []
  if (day) parts.push(DAYS[day].words[language])
  if (weekdays) {
    const names = [...new Set(weekdays)].sort().map((one) => WEEKDAYS[language][one - 1] ?? '')
    parts.push(isFrench ? `le ${names.join(' ou le ')}` : `on ${names.join(' or ')}`)
  }
  if (hours) {
    const { from, to } = hours
    parts.push(isFrench ? `entre ${from} h et ${to} h` : `between ${from}:00 and ${to}:00`)
  }
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}
