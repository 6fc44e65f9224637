import { Temporal } from 'temporal-polyfill'
import { instantOf } from '../profile/index.ts'

/** Days, ISO weeks (from Monday), months, quarters and years of one time zone. Pure. */
export type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'year'

export type Calendar = {
  timeZone: string
  /** The zones that people of the workspace told, for what is asked by each person's own. */
  personZones: readonly string[]
  /** When the unit that holds `now` begins, `shift` units later (earlier: below 0). Epoch ms. */
  startOf(unit: CalendarUnit, now: number, shift?: number): number
  /** When each of the last `count` units began, the one of `now` first. Epoch ms. */
  startsOf(unit: CalendarUnit, now: number, count: number): readonly number[]
  /** The instant a date (its first moment) or an ISO instant names, epoch ms. */
  instantOf(text: string): number
  /** The days from `first` to `last`, counted from the day of `now`, as MM-DD. */
  monthDays(now: number, first: number, last: number): readonly string[]
  /** Days from that of `now` to the next on which MM-DD is celebrated; `null`: no such day. */
  daysUntil(now: number, monthDay: string): number | null
  /** What local clocks are ahead of UTC, in ms, and from when on each holds (epoch ms). */
  readonly offsets: { starts: readonly number[]; offsets: readonly number[] }
  /** The one that holds at an instant. */
  offsetAt(at: number): number
}

/** @param timeZone an IANA name, as Europe/Paris. */
export function calendarOf(timeZone: string, personZones: readonly string[] = []): Calendar {
  const starts = memoryOf<number>(timeZone)
  const lists = memoryOf<readonly number[]>(timeZone)
  const days = memoryOf<readonly string[]>(timeZone)
  let known: Calendar['offsets'] | null = null
  // Of entries that are read in order nearly all lie between the same two changes of clocks.
  let stretch = { from: 0, to: 0, offset: 0 }
  const offsets = () => {
    known ??= offsetsOf(timeZone)
    return known
  }
  return {
    timeZone,
    personZones,
    startOf: (unit, now, shift = 0) =>
      starts(`${unit} ${shift}`, { unit, now }, (first) =>
        beginOf(shifted(unit, first, shift), timeZone),
      ),
    startsOf: (unit, now, count) =>
      lists(`${unit} ${count}`, { unit, now }, (first) =>
        Array.from({ length: count }, (_, back) => beginOf(shifted(unit, first, -back), timeZone)),
      ),
    instantOf: (text) =>
      text.length === 'YYYY-MM-DD'.length
        ? beginOf(Temporal.PlainDate.from(text), timeZone)
        : (instantOf(text) ?? Number.NaN),
    monthDays: (now, first, last) =>
      days(`${first} ${last}`, { unit: 'day', now }, (today) => monthDaysOf(today, first, last)),
    daysUntil: (now, monthDay) => daysUntil(dayOf(now, timeZone), monthDay),
    get offsets() {
      return offsets()
    },
    offsetAt: (at) => {
      if (at < stretch.from || at >= stretch.to) stretch = stretchAt(at, offsets())
      return stretch.offset
    },
  }
}

/** Years of which the changes of clocks are known; before and after them no clock changes. */
const CLOCKS = { from: Date.UTC(1990, 0, 1), to: Date.UTC(2060, 0, 1) }

function offsetsOf(timeZone: string): Calendar['offsets'] {
  const starts: number[] = []
  const offsets: number[] = []
  const begin = Temporal.Instant.fromEpochMilliseconds(CLOCKS.from)
  let at: Temporal.ZonedDateTime | null = begin.toZonedDateTimeISO(timeZone)
  while (at && at.epochMilliseconds < CLOCKS.to) {
    starts.push(at.epochMilliseconds)
    offsets.push(at.offsetNanoseconds / 1e6)
    at = at.getTimeZoneTransition('next')
  }
  return { starts, offsets }
}

/** The stretch between two changes of clocks in which an instant lies, epoch ms. */
function stretchAt(at: number, { starts, offsets }: Calendar['offsets']) {
  const index = starts.findLastIndex((start) => start <= at)
  return {
    from: starts[index] ?? Number.NEGATIVE_INFINITY,
    to: starts[index + 1] ?? Number.POSITIVE_INFINITY,
    offset: offsets[Math.max(0, index)] ?? 0,
  }
}

/**
 * Remembers what was computed of a unit of the calendar, while that unit lasts: nearly all
 * questions are about the one of now, asked of one profile after the other.
 */
function memoryOf<T>(timeZone: string) {
  const recent = new Map<string, { from: number; to: number; value: T }>()
  return (
    key: string,
    { unit, now }: { unit: CalendarUnit; now: number },
    compute: (first: Temporal.PlainDate) => T,
  ): T => {
    const held = recent.get(key)
    if (held && now >= held.from && now < held.to) return held.value
    const first = firstDay(unit, dayOf(now, timeZone))
    const [from, to] = [beginOf(first, timeZone), beginOf(shifted(unit, first, 1), timeZone)]
    const value = compute(first)
    recent.set(key, { from, to, value })
    return value
  }
}

const dayOf = (now: number, timeZone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate()

/** The first moment of a day: where clocks skip midnight, the first that there is. */
const beginOf = (day: Temporal.PlainDate, timeZone: string): number =>
  day.toZonedDateTime(timeZone).epochMilliseconds

function firstDay(unit: CalendarUnit, day: Temporal.PlainDate): Temporal.PlainDate {
  if (unit === 'day') return day
  if (unit === 'week') return day.subtract({ days: day.dayOfWeek - 1 })
  if (unit === 'month') return day.with({ day: 1 })
  if (unit === 'year') return day.with({ month: 1, day: 1 })
  return day.with({ month: day.month - ((day.month - 1) % 3), day: 1 })
}

function shifted(unit: CalendarUnit, day: Temporal.PlainDate, by: number): Temporal.PlainDate {
  if (unit === 'day') return day.add({ days: by })
  if (unit === 'week') return day.add({ weeks: by })
  if (unit === 'year') return day.add({ years: by })
  return day.add({ months: unit === 'month' ? by : 3 * by })
}

/** In a year without a 29 February who was born on it is celebrated on the 28th. */
function monthDaysOf(today: Temporal.PlainDate, first: number, last: number): string[] {
  const days: string[] = []
  for (let shift = first; shift <= last; shift += 1) {
    const day = today.add({ days: shift })
    const text = day.toString().slice(5)
    days.push(text)
    if (text === '02-28' && !day.inLeapYear) days.push('02-29')
  }
  return days
}

const MONTH_DAY = /^(\d\d)-(\d\d)$/

function daysUntil(today: Temporal.PlainDate, monthDay: string): number | null {
  const [, month, day] = MONTH_DAY.exec(monthDay) ?? []
  if (month === undefined || day === undefined) return null
  const celebratedIn = (year: number) =>
    // Cut to the last day of the month: 29 February becomes the 28th.
    Temporal.PlainDate.from({ year, month: Number(month), day: Number(day) })
  const soon = celebratedIn(today.year)
  const next = Temporal.PlainDate.compare(soon, today) < 0 ? celebratedIn(today.year + 1) : soon
  return today.until(next).days
}
