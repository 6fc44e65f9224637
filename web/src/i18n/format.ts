import { createContext, useContext, useMemo } from 'react'
import { DAY_MS, HOUR_MS, MINUTE_MS } from './durations.ts'
import { type Language, useLanguage } from './i18n.ts'

/**
 * Numbers, dates and durations as people of each language write them. Intl's narrow no-break space
 * is drawn too thin by Inter, so it becomes U+00A0; a minus is U+2212.
 */
const locales = { fr: 'fr-FR', en: 'en-GB' } as const

const tidy = (text: string): string => text.replaceAll('\u202f', '\u00a0').replaceAll('-', '\u2212')

export type Formats = ReturnType<typeof formats>

/** All formatters of a language in a time zone (IANA name). */
export function formats(language: Language, timeZone: string) {
  const locale = locales[language]
  const number = (value: number, options?: Intl.NumberFormatOptions): string =>
    tidy(new Intl.NumberFormat(locale, options).format(value))
  const date = (at: string | number | Date, options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale, { timeZone, ...options })
      .format(new Date(at))
      .replaceAll('\u202f', '\u00a0')
  return {
    language,
    locale,
    timeZone,
    /** 21 638 412 */
    number,
    /** +11,9 % from 0.119; signs always shown. */
    change: (ratio: number): string =>
      number(ratio, { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' }),
    /** +412, −268 */
    signed: (value: number): string => number(value, { signDisplay: 'exceptZero' }),
    /** 83,4 % from 0.834 */
    percent: (ratio: number, digits = 1): string =>
      number(ratio, { style: 'percent', maximumFractionDigits: digits }),
    /** 1 234,56 € */
    money: (value: number, currency = 'EUR'): string =>
      number(value, { style: 'currency', currency }),
    /** 236; 2,1; 0,04: a rate a second with as many digits as it deserves. */
    rate: (perSecond: number): string =>
      number(perSecond, { maximumFractionDigits: perSecond >= 20 ? 0 : perSecond >= 0.1 ? 1 : 2 }),
    /** 21,6 M above a million, else the whole number; returned as value and unit. */
    compact: (value: number): { value: string; unit: string } =>
      Math.abs(value) >= 10_000_000
        ? { value: number(value / 1_000_000, { maximumFractionDigits: 1 }), unit: 'M' }
        : { value: number(value), unit: '' },
    /** 22/11/2026 */
    date: (at: string | number | Date) => date(at, { dateStyle: 'short' }),
    /** 22 novembre 2026 */
    longDate: (at: string | number | Date) => date(at, { dateStyle: 'long' }),
    /** 22/11 */
    dayMonth: (at: string | number | Date) => date(at, { day: '2-digit', month: '2-digit' }),
    /** 22/11/2026 14:05 */
    dateTime: (at: string | number | Date) =>
      date(at, {
        day: '2-digit',
        month: '2-digit',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
      }).replace(', ', ' '),
    /** 14:05 */
    time: (at: string | number | Date) => date(at, { hour: '2-digit', minute: '2-digit' }),
    /** 14:05:32 */
    timeSeconds: (at: string | number | Date) =>
      date(at, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    /** 14:05:32.118 */
    timeMillis: (at: string | number | Date) =>
      date(at, {
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        fractionalSecondDigits: 3,
      }).replace(',', '.'),
    /** "il y a 2 s", "3 min ago": from `at` to `now` (epoch ms). */
    relative: (at: string | number | Date, now: number): string =>
      relative(locale, new Date(at).getTime() - now),
    /** "0,7 s", "42 min", "6 h": a length of time in ms. */
    duration: (ms: number): string => tidy(duration(locale, ms)),
    /** "Paris" for Europe/Paris. */
    zoneName: (): string => (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' '),
  }
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', 1_000],
]

function relative(locale: string, difference: number): string {
  const step =
    steps.find(([, size]) => Math.abs(difference) >= size) ?? (['second', 1_000] as const)
  return new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' })
    .format(Math.round(difference / step[1]), step[0])
    .replaceAll('\u202f', '\u00a0')
}

function duration(locale: string, ms: number): string {
  const unit = (value: number, name: string, digits = 0): string =>
    `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)}\u00a0${name}`
  // A lag of 40 ms is short, not absent.
  if (ms > 0 && ms < 100) return `<\u00a0${unit(0.1, 's', 1)}`
  if (ms < 10_000) return unit(ms / 1_000, 's', 1)
  if (ms < 90_000) return unit(ms / 1_000, 's')
  if (ms < 5_400_000) return unit(ms / MINUTE_MS, 'min')
  if (ms < 2 * DAY_MS) return unit(ms / HOUR_MS, 'h')
  return unit(ms / DAY_MS, locale === 'fr-FR' ? 'j' : 'd')
}

/** The workspace's time zone, given by the shell: every date of the app is in it. */
export const TimeZone = createContext(Intl.DateTimeFormat().resolvedOptions().timeZone)

/** The formatters of the active language and the workspace's time zone. */
export function useFormats(): Formats {
  const language = useLanguage()
  const timeZone = useContext(TimeZone)
  return useMemo(() => formats(language, timeZone), [language, timeZone])
}
