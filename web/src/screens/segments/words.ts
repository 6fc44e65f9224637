/**
 * The words of a rule in French and English. They are here and not in the catalogues because a
 * sentence is composed: each language puts the pieces together in its own order.
 */
import {
  type ActiveUnit,
  type Around,
  type CalendarUnit,
  isRolling,
  type MeasureName,
  type Op,
  type Party,
  type Scalar,
  type Times,
  type Value,
  type Window,
  type Within,
} from './rule.ts'

export type Language = 'fr' | 'en'

/** Names that people read for the keys of a rule. */
export type Names = {
  event(name: string): string
  trait(key: string): string
  property(path: string): string
  /** What has an id and a name of its own. */
  of(thing: Thing, id: string): string
}
export type Thing = 'segment' | 'list' | 'purpose' | 'namespace' | 'object'

const PARTY_WORDS: Record<Language, Record<Party, string>> = {
  fr: {
    first: 'données propres',
    second: 'données d’un partenaire',
    third: 'données achetées ou agrégées',
  },
  en: { first: 'first-party data', second: 'second-party data', third: 'third-party data' },
}

/** "données propres ou données d’un partenaire": whose data counts. */
export function partyWords(party: readonly Party[], language: Language): string {
  const words = party.map((each) => PARTY_WORDS[language][each])
  return new Intl.ListFormat(language, { type: 'disjunction' }).format(words)
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
  olderThan: 'date de plus de',
  isTrue: 'est vrai',
  isFalse: 'est faux',
  exists: 'est connu',
  notExists: 'est inconnu',
  listHas: 'comprend',
  listHasAny: 'comprend l’un de',
  listHasAll: 'comprend tous ceux-ci\u00a0:',
  matches: 'correspond à',
  versionAtLeast: 'est au moins la version',
  versionBelow: 'est une version avant',
  anniversary: 'a son anniversaire',
  onHoliday: 'tombe un jour férié',
  onAlsaceHoliday: 'tombe un jour férié en Alsace-Moselle',
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
  olderThan: 'is longer ago than',
  isTrue: 'is true',
  isFalse: 'is false',
  exists: 'is known',
  notExists: 'is unknown',
  listHas: 'includes',
  listHasAny: 'includes any of',
  listHasAll: 'includes all of',
  matches: 'matches',
  versionAtLeast: 'is at least version',
  versionBelow: 'is a version below',
  anniversary: 'has its anniversary',
  onHoliday: 'falls on a French public holiday',
  onAlsaceHoliday: 'falls on a public holiday of Alsace and Moselle',
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
  if (typeof value === 'object') {
    return 'before' in value ? aroundWords(value, language) : windowWords(value, language)
  }
  return scalarWords(value, language)
}

function aroundWords({ before, after }: Around, language: Language): string {
  const past = unitWords('days', before, language)
  const ahead = unitWords('days', after, language)
  if (language === 'fr') {
    if (before === 0) return after === 0 ? 'aujourd’hui' : `d’ici ${ahead}`
    return after === 0 ? `depuis moins de ${past}` : `entre il y a ${past} et dans ${ahead}`
  }
  if (before === 0) return after === 0 ? 'today' : `within the next ${ahead}`
  return after === 0 ? `within the last ${past}` : `from ${past} ago to ${ahead} ahead`
}

function listWords(values: readonly Scalar[], language: Language): string {
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

type Unit = 'days' | 'hours' | 'minutes'
const UNITS: Record<Language, Record<Unit, [one: string, many: string]>> = {
  fr: { days: ['jour', 'jours'], hours: ['heure', 'heures'], minutes: ['minute', 'minutes'] },
  en: { days: ['day', 'days'], hours: ['hour', 'hours'], minutes: ['minute', 'minutes'] },
}

function unitWords(unit: Unit, count: number, language: Language): string {
  const many = language === 'fr' ? Math.abs(count) >= 2 : count !== 1
  return `${numberWords(count, language)}${NO_BREAK}${UNITS[language][unit][many ? 1 : 0]}`
}

/** "30 jours", "4 hours": a length of time. */
export function windowWords(window: Window, language: Language): string {
  const { unit, count } = windowOf(window)
  return unitWords(unit, count, language)
}

/** The unit and count of a length of time. */
export function windowOf(window: Window): { unit: Unit; count: number } {
  if ('days' in window) return { unit: 'days', count: window.days }
  if ('hours' in window) return { unit: 'hours', count: window.hours }
  return { unit: 'minutes', count: window.minutes }
}

const CURRENT: Record<Language, Record<CalendarUnit, string>> = {
  fr: {
    day: 'aujourd’hui',
    week: 'cette semaine',
    month: 'ce mois-ci',
    quarter: 'ce trimestre',
    year: 'cette année',
  },
  en: {
    day: 'today',
    week: 'this week',
    month: 'this month',
    quarter: 'this quarter',
    year: 'this year',
  },
}

const EARLIER: Record<Language, Record<CalendarUnit, [one: string, many: string]>> = {
  fr: {
    day: ['hier', 'jours complets précédents'],
    week: ['la semaine dernière', 'semaines complètes précédentes'],
    month: ['le mois dernier', 'mois complets précédents'],
    quarter: ['le trimestre dernier', 'trimestres complets précédents'],
    year: ['l’année dernière', 'années complètes précédentes'],
  },
  en: {
    day: ['yesterday', 'complete days'],
    week: ['last week', 'complete weeks'],
    month: ['last month', 'complete months'],
    quarter: ['last quarter', 'complete quarters'],
    year: ['last year', 'complete years'],
  },
}

/** "mois complets précédents", "complete months": several units before the current one. */
export function earlierWords(unit: CalendarUnit, language: Language): string {
  return EARLIER[language][unit][1]
}

/** "sur 30 jours", "last month", "ever": the period that a line looks at. */
export function withinWords(within: Within | undefined, language: Language): string {
  const french = language === 'fr'
  if (!within) return french ? 'depuis toujours' : 'ever'
  if ('this' in within) return CURRENT[language][within.this]
  if ('previous' in within) {
    const { previous, count = 1 } = within
    const [one, many] = EARLIER[language][previous]
    if (count === 1) return one
    const number = numberWords(count, language)
    return french ? `sur les ${number} ${many}` : `in the last ${number} ${many}`
  }
  if (isRolling(within)) {
    const span = windowWords(within, language)
    return french ? `sur ${span}` : `in the last ${span}`
  }
  const { from, to } = within
  const since = from && `${french ? 'depuis le' : 'since'} ${scalarWords(from, language)}`
  const until = to && `${french ? 'avant le' : 'before'} ${scalarWords(to, language)}`
  return [since, until].filter(Boolean).join(french ? ' et ' : ' and ') || '…'
}

const MEASURE_WORDS: Record<Language, Record<MeasureName, string>> = {
  fr: {
    count: 'nombre',
    sum: 'total',
    average: 'moyenne',
    min: 'minimum',
    max: 'maximum',
    distinct: 'nombre de valeurs différentes',
    first: 'première valeur',
    last: 'dernière valeur',
  },
  en: {
    count: 'number',
    sum: 'total',
    average: 'average',
    min: 'lowest',
    max: 'highest',
    distinct: 'number of different values',
    first: 'first value',
    last: 'last value',
  },
}

/** "total", "average": what a measure makes of the values. */
export function measureWords(measure: MeasureName, language: Language): string {
  return MEASURE_WORDS[language][measure]
}

/** "le total", "la moyenne": as a sentence says it. */
export function theMeasure(measure: MeasureName, language: Language): string {
  const words = measureWords(measure, language)
  if (language === 'en') return words
  const isFeminine = measure === 'average' || measure === 'first' || measure === 'last'
  return `${isFeminine ? 'la' : 'le'} ${words}`
}

const ACTIVE_WORDS: Record<Language, Record<ActiveUnit, [different: string, last: string]>> = {
  fr: {
    day: ['jours différents', 'derniers jours'],
    week: ['semaines différentes', 'dernières semaines'],
    month: ['mois différents', 'derniers mois'],
  },
  en: {
    day: ['different days', 'days'],
    week: ['different weeks', 'weeks'],
    month: ['different months', 'months'],
  },
}

/** "jours différents", "different days". */
export function differentWords(unit: ActiveUnit, language: Language): string {
  return ACTIVE_WORDS[language][unit][0]
}

/** "derniers jours", "days": after the number of the last ones. */
export function lastWords(unit: ActiveUnit, language: Language): string {
  return ACTIVE_WORDS[language][unit][1]
}

/** "sur les 30 derniers jours", "of the last 30 days". */
export function ofTheLast(count: number, unit: ActiveUnit, language: Language): string {
  const words = `${numberWords(count, language)} ${ACTIVE_WORDS[language][unit][1]}`
  return language === 'fr' ? `sur les ${words}` : `of the last ${words}`
}

const HOW_MANY: Record<Language, Record<Times['op'], string>> = {
  fr: { atLeast: 'au moins', atMost: 'au plus', exactly: 'exactement' },
  en: { atLeast: 'at least', atMost: 'at most', exactly: 'exactly' },
}

/** "au moins 3", "at least 3". */
export function countWords({ op, count }: Times, language: Language): string {
  return `${HOW_MANY[language][op]} ${numberWords(count, language)}`
}

/** "au moins 2 fois", "at least twice": how often; without a number it is at least once. */
export function timesWords(times: Times | undefined, language: Language): string {
  const { op, count } = times ?? { op: 'atLeast', count: 1 }
  const number = numberWords(count, language)
  const how = HOW_MANY[language][op]
  if (language === 'fr') return `${how} ${number}${NO_BREAK}fois`
  const often = count === 1 ? 'once' : count === 2 ? 'twice' : `${number}${NO_BREAK}times`
  return `${how} ${often}`
}

const CHANNELS: Record<Language, Record<string, string>> = {
  fr: { email: 'e-mail', sms: 'SMS', push: 'notification', post: 'courrier' },
  en: { email: 'email', sms: 'SMS', push: 'push', post: 'post' },
}

/** "courrier", "post": a channel after "by". */
export function channelWords(channel: string, language: Language): string {
  return CHANNELS[language][channel] ?? channel
}
