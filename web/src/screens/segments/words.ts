/**
 * The words of a rule in French and English. They are here and not in the catalogues because a
 * sentence is composed: each language puts the pieces together in its own order.
 */
import type { Days, Op, Times, Value, Within } from './rule.ts'

export type Language = 'fr' | 'en'

/** Names that people read for the keys of a rule. */
export type Names = {
  event(name: string): string
  trait(key: string): string
  property(path: string): string
}

type OpWords = Record<Op, string>

const FRENCH: OpWords = {
  equals: 'est',
  notEquals: 'n’est pas',
  oneOf: 'est l’une de',
  contains: 'contient',
  startsWith: 'commence par',
  endsWith: 'finit par',
  greater: 'est plus de',
  greaterOrEqual: 'est au moins',
  less: 'est moins de',
  lessOrEqual: 'est au plus',
  between: 'est entre',
  before: 'est avant le',
  after: 'est après le',
  withinLast: 'date de moins de',
  withinNext: 'tombe d’ici',
  isTrue: 'est vrai',
  isFalse: 'est faux',
  exists: 'est connu',
  notExists: 'est inconnu',
  listHas: 'comprend',
}

const ENGLISH: OpWords = {
  equals: 'is',
  notEquals: 'is not',
  oneOf: 'is one of',
  contains: 'contains',
  startsWith: 'starts with',
  endsWith: 'ends with',
  greater: 'is more than',
  greaterOrEqual: 'is at least',
  less: 'is less than',
  lessOrEqual: 'is at most',
  between: 'is between',
  before: 'is before',
  after: 'is after',
  withinLast: 'is within the last',
  withinNext: 'is within the next',
  isTrue: 'is true',
  isFalse: 'is false',
  exists: 'is known',
  notExists: 'is unknown',
  listHas: 'includes',
}

const NO_BREAK = '\u00a0'

/** "est l’une de", "is one of": the operator as the chip and the sentence say it. */
export function opWords(op: Op, language: Language): string {
  return (language === 'fr' ? FRENCH : ENGLISH)[op]
}

/** "Lyon", "« linge de lit »", "1 000 et 2 000", "7 jours": a value as people read it. */
export function valueWords(value: Value, language: Language): string {
  if (value === undefined || value === '') return '…'
  if (Array.isArray(value)) return listWords(value, language)
  if (typeof value === 'object') return daysWords(value, language)
  return scalarWords(value, language)
}

function listWords(values: readonly (string | number)[], language: Language): string {
  if (values.length === 0) return '…'
  const said = values.map((each) => scalarWords(each, language))
  const type = values.every((each) => typeof each === 'number') ? 'conjunction' : 'disjunction'
  return new Intl.ListFormat(language, { type }).format(said)
}

function scalarWords(value: string | number | boolean, language: Language): string {
  if (typeof value === 'number') return numberWords(value, language)
  if (typeof value === 'boolean') return String(value)
  if (!/^\d{4}-\d{2}-\d{2}(T|$)/.test(value)) return value
  const instant = Date.parse(value)
  if (!Number.isFinite(instant)) return value
  return new Intl.DateTimeFormat(localeOf(language), { timeZone: 'UTC' }).format(instant)
}

const localeOf = (language: Language) => (language === 'fr' ? 'fr-FR' : 'en-GB')

/** A number by the language's rules, with U+00A0 between thousands and U+2212 for minus. */
export function numberWords(value: number, language: Language): string {
  return new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 6 })
    .format(value)
    .replaceAll('\u202f', NO_BREAK)
    .replace('-', '\u2212')
}

const daysWords = (value: Days, language: Language) => unitWords('days', value.days, language)

type Unit = 'days' | 'hours' | 'minutes'
const UNITS: Record<Language, Record<Unit, [one: string, many: string]>> = {
  fr: { days: ['jour', 'jours'], hours: ['heure', 'heures'], minutes: ['minute', 'minutes'] },
  en: { days: ['day', 'days'], hours: ['hour', 'hours'], minutes: ['minute', 'minutes'] },
}

function unitWords(unit: Unit, count: number, language: Language): string {
  const many = language === 'fr' ? Math.abs(count) >= 2 : count !== 1
  return `${numberWords(count, language)}${NO_BREAK}${UNITS[language][unit][many ? 1 : 0]}`
}

/** The unit and count of a window, or null for "ever". */
export function windowOf(within: Within | undefined): { unit: Unit; count: number } | null {
  if (!within) return null
  if ('days' in within) return { unit: 'days', count: within.days }
  if ('hours' in within) return { unit: 'hours', count: within.hours }
  return { unit: 'minutes', count: within.minutes }
}

/** "depuis 30 jours", "in the last 30 days"; "depuis toujours", "ever" without a window. */
export function withinWords(within: Within | undefined, language: Language): string {
  const window = windowOf(within)
  if (!window) return language === 'fr' ? 'depuis toujours' : 'ever'
  const span = unitWords(window.unit, window.count, language)
  if (language === 'fr') return `sur ${span}`
  return `in the last ${span}`
}

/** "au moins 2 fois", "at least twice": how often; without a number it is at least once. */
export function timesWords(times: Times | undefined, language: Language): string {
  const { op, count } = times ?? { op: 'atLeast', count: 1 }
  const number = numberWords(count, language)
  if (language === 'fr')
    return `${{ atLeast: 'au moins', atMost: 'au plus', exactly: 'exactement' }[op]} ${number}${NO_BREAK}fois`
  const often = count === 1 ? 'once' : count === 2 ? 'twice' : `${number}${NO_BREAK}times`
  return `${{ atLeast: 'at least', atMost: 'at most', exactly: 'exactly' }[op]} ${often}`
}
