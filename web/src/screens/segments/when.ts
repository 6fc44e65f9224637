/** The moment at which events took place: what its tokens change, and its words. No React. */
import { DAY_KINDS, type DayKind, type Events, type When } from './language.ts'
import type { Language } from './words.ts'

/** Which days are asked for: a kind of day, chosen days of the week, or any. */
export type DayChoice = DayKind | 'weekdays' | 'any'
export const DAY_CHOICES: readonly DayChoice[] = ['any', ...DAY_KINDS, 'weekdays']

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const
export const HOURS = Array.from({ length: 24 }, (_, hour) => hour)

export function dayChoice({ day, weekdays }: When): DayChoice {
  return day ?? (weekdays ? 'weekdays' : 'any')
}

export function withDays({ day: _, weekdays, ...rest }: When, choice: DayChoice): When {
  if (choice === 'any') return rest
  if (choice === 'weekdays') return { ...rest, weekdays: weekdays ?? [6, 7] }
  return { ...rest, day: choice }
}

/** With one day of the week more, or less. */
export function toggled(when: When, day: number): When {
  const { weekdays = [] } = when
  const others = weekdays.filter((each) => each !== day)
  return { ...when, weekdays: others.length < weekdays.length ? others : [...others, day].sort() }
}

export function withHours({ hours: _, ...rest }: When, hours: When['hours'] | null): When {
  return hours ? { ...rest, hours } : rest
}

/** The events at a moment; undefined: at any. */
export function eventsAt<E extends Events>(events: E, when: When | undefined): E {
  const { when: _, ...rest } = events
  return (when ? { ...rest, when } : rest) as E
}

const DAY_WORDS: Record<Language, Record<DayKind, string>> = {
  fr: {
    workday: 'un jour ouvré',
    holiday: 'un jour férié',
    alsaceWorkday: 'un jour ouvré en Alsace-Moselle',
    alsaceHoliday: 'un jour férié en Alsace-Moselle',
  },
  en: {
    workday: 'on a working day',
    holiday: 'on a French public holiday',
    alsaceWorkday: 'on a working day of Alsace and Moselle',
    alsaceHoliday: 'on a public holiday of Alsace and Moselle',
  },
}

/** "un jour ouvré", "on a working day". */
export const dayWords = (kind: DayKind, language: Language): string => DAY_WORDS[language][kind]

/** A Monday: the days of the week are counted from it. */
const MONDAY = Date.UTC(2024, 0, 1)
const DAY_MS = 24 * 60 * 60_000

/** "lundi", "Monday". */
export function weekdayWords(day: number, language: Language): string {
  const at = MONDAY + (day - 1) * DAY_MS
  return new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' }).format(at)
}

/** "9 h", "9:00". */
export const hourWords = (hour: number, language: Language): string =>
  language === 'fr' ? `${hour}\u00a0h` : `${hour}:00`

/** "un jour ouvré, entre 9 h et 18 h"; '' where nothing is asked for. */
export function whenWords({ day, weekdays, hours }: When, language: Language): string {
  const french = language === 'fr'
  const parts: string[] = []
  if (day) parts.push(dayWords(day, language))
  if (weekdays) {
    const names = weekdays.map((each) => weekdayWords(each, language))
    const list = names.length === 0 ? ['…'] : french ? names.map((name) => `le ${name}`) : names
    const said = new Intl.ListFormat(language, { type: 'disjunction' }).format(list)
    parts.push(french ? said : `on ${said}`)
  }
  if (hours) {
    const [from, to] = [hourWords(hours.from, language), hourWords(hours.to, language)]
    parts.push(french ? `entre ${from} et ${to}` : `between ${from} and ${to}`)
  }
  return parts.join(', ')
}
