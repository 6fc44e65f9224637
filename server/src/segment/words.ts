import type { LocalText, Names } from './answer.ts'
import { momentText } from './moment.ts'
import { operations } from './operators/index.ts'
import { isRolling, type Period } from './period.ts'
import type {
  Around,
  Comparison,
  Events,
  FromParty,
  Measure,
  MeasureName,
  ObjectMeasureRule,
  Objects,
  Operand,
  Party,
  PropertyFilter,
  Scalar,
  Window,
} from './rule.ts'

/** Writes what a rule compares with, as people write it. */
export function operandText(operand: Operand | undefined, language: 'fr' | 'en'): string {
  if (operand === undefined) return ''
  if (Array.isArray(operand)) return operand.map((one) => scalarText(one, language)).join(', ')
  if (typeof operand === 'object') {
    return 'before' in operand ? aroundText(operand, language) : windowText(operand, language)
  }
  return scalarText(operand, language)
}

function scalarText(value: Scalar, language: 'fr' | 'en'): string {
  if (typeof value === 'number') return numberText(value, language)
  if (typeof value === 'boolean') {
    return language === 'fr' ? (value ? 'vrai' : 'faux') : String(value)
  }
  return language === 'fr' ? `« ${value} »` : `“${value}”`
}

export function numberText(value: number, language: 'fr' | 'en'): string {
  return new Intl.NumberFormat(language === 'fr' ? 'fr-FR' : 'en-GB')
    .format(value)
    .replaceAll('\u202f', '\u00a0')
}

function aroundText({ before, after }: Around, language: 'fr' | 'en'): string {
  if (before === 0 && after === 0) return language === 'fr' ? 'aujourd’hui' : 'today'
  const past = windowText({ days: before }, language)
  const ahead = windowText({ days: after }, language)
  return language === 'fr'
    ? `entre il y a ${past} et dans ${ahead}`
    : `from ${past} ago to ${ahead} ahead`
}

const units = {
  fr: { minutes: ['minute', 'minutes'], hours: ['heure', 'heures'], days: ['jour', 'jours'] },
  en: { minutes: ['minute', 'minutes'], hours: ['hour', 'hours'], days: ['day', 'days'] },
} as const

export function windowText(window: Window, language: 'fr' | 'en'): string {
  const [unit, amount] = Object.entries(window)[0] as [keyof (typeof units)['fr'], number]
  return `${amount} ${units[language][unit][amount < 2 ? 0 : 1]}`
}

const CURRENT = {
  day: { fr: 'aujourd’hui', en: 'today' },
  week: { fr: 'cette semaine', en: 'this week' },
  month: { fr: 'ce mois-ci', en: 'this month' },
  quarter: { fr: 'ce trimestre', en: 'this quarter' },
  year: { fr: 'cette année', en: 'this year' },
} as const

const EARLIER = {
  day: { fr: ['hier', 'jours'], en: ['yesterday', 'days'] },
  week: { fr: ['la semaine dernière', 'semaines'], en: ['last week', 'weeks'] },
  month: { fr: ['le mois dernier', 'mois'], en: ['last month', 'months'] },
  quarter: { fr: ['le trimestre dernier', 'trimestres'], en: ['last quarter', 'quarters'] },
  year: { fr: ['l’année dernière', 'années'], en: ['last year', 'years'] },
} as const

/** " within 30 days" and its like, with the space before; nothing for ever. */
export function periodText(period: Period, language: 'fr' | 'en'): string {
  const isFrench = language === 'fr'
  if (period === null) return ''
  if ('this' in period) return ` ${CURRENT[period.this][language]}`
  if ('previous' in period) {
    const { previous, count = 1 } = period
    const [one, many] = EARLIER[previous][language]
    if (count === 1) return ` ${one}`
    const complete = isFrench ? 'complets précédents' : 'complete'
    return isFrench
      ? ` sur les ${count} ${many} ${complete}`
      : ` in the last ${count} ${complete} ${many}`
  }
  if (isRolling(period)) {
    return isFrench ? ` sur ${windowText(period, 'fr')}` : ` within ${windowText(period, 'en')}`
  }
  const from = period.from && (isFrench ? ` depuis le ${period.from}` : ` since ${period.from}`)
  const to = period.to && (isFrench ? ` avant le ${period.to}` : ` before ${period.to}`)
  return `${from ?? ''}${to ?? ''}`
}

const PARTY_WORDS: Record<Party, LocalText> = {
  first: { fr: 'données propres', en: 'first-party data' },
  second: { fr: 'données d’un partenaire', en: 'second-party data' },
  third: { fr: 'données achetées ou agrégées', en: 'third-party data' },
}

/** " (first-party data or third-party data)", with the space before; nothing for all data. */
export function partyText({ party }: FromParty, language: 'fr' | 'en'): string {
  if (!party) return ''
  const words = party.map((one) => PARTY_WORDS[one][language])
  return ` (${words.join(language === 'fr' ? ' ou ' : ' or ')})`
}

/** Events by the name that people know, with whose data they are and what properties they have. */
export function eventsText(events: Events, names: Names, language: 'fr' | 'en'): string {
  const any: LocalText = { fr: 'un événement', en: 'any event' }
  const { did } = events
  const name = did === null ? any[language] : quoted(names.of('event', did), language)
  return chosenText(name, events, { names, language })
}

/** The words of events with whose data they are, when they took place, and their properties. */
function chosenText(
  name: string,
  events: Events,
  { names, language }: { names: Names; language: 'fr' | 'en' },
): string {
  const { where = [], when = {} } = events
  const what = `${name}${partyText(events, language)}${momentText({ when }, language)}`
  return withFilters(what, where, { names, language })
}

const quoted = (name: LocalText, language: 'fr' | 'en') =>
  language === 'fr' ? `« ${name.fr} »` : `“${name.en}”`

function withFilters(
  what: string,
  where: readonly PropertyFilter[],
  { names, language }: { names: Names; language: 'fr' | 'en' },
): string {
  if (where.length === 0) return what
  const filters = where.map((filter) => filterText(filter, names, language))
  const [joins, and] = language === 'fr' ? ['où', 'et'] : ['where', 'and']
  return `${what} ${joins} ${filters.join(` ${and} `)}`
}

/** Objects by the name that people know their type by, with what their attributes must be. */
export function objectsText(
  { object, where = [] }: Objects,
  names: Names,
  language: 'fr' | 'en',
): string {
  return withFilters(quoted(names.of('object', object), language), where, { names, language })
}

/** "total of Amount of their “Contract” where …" and its like. */
export function objectMeasureText(
  rule: ObjectMeasureRule,
  names: Names,
  language: 'fr' | 'en',
): string {
  const what = MEASURE_WORDS[rule.measure][language]
  const property = names.of('property', rule.property)[language]
  const objects = objectsText(rule, names, language)
  return language === 'fr'
    ? `${what} de ${property} de ses ${objects}`
    : `${what} of ${property} of their ${objects}`
}

function filterText(filter: PropertyFilter, names: Names, language: 'fr' | 'en'): string {
  return `${names.of('property', filter.property)[language]} ${comparisonText(filter, language)}`
}

/** "is above 50" and its like; `compared`: the words of what it is compared with. */
export function comparisonText(
  { op, value }: Comparison,
  language: 'fr' | 'en',
  compared: string = operandText(value, language),
): string {
  if (op === 'notExists') return language === 'fr' ? 'manque' : 'is missing'
  return operations[op].describe(compared)[language]
}

const MEASURE_WORDS: Record<MeasureName, LocalText> = {
  count: { fr: 'nombre', en: 'number' },
  sum: { fr: 'total', en: 'total' },
  average: { fr: 'moyenne', en: 'average' },
  min: { fr: 'minimum', en: 'lowest' },
  max: { fr: 'maximum', en: 'highest' },
  distinct: { fr: 'nombre de valeurs différentes', en: 'number of different values' },
  first: { fr: 'première valeur', en: 'first value' },
  last: { fr: 'dernière valeur', en: 'last value' },
}

/** "total of Amount over “Order” within 90 days" and its like. */
export function measureText(measure: Measure, names: Names, language: 'fr' | 'en'): string {
  const what = MEASURE_WORDS[measure.measure][language]
  const isFrench = language === 'fr'
  const property = measure.property && names.of('property', measure.property)[language]
  const of = property ? ` ${isFrench ? 'de' : 'of'} ${property}` : ''
  const less = measure.less
    ? ` ${isFrench ? 'moins' : 'less'} ${eventsText(measure.less.of, names, language)}`
    : ''
  const events = property
    ? `${isFrench ? 'sur' : 'over'} ${eventsText(measure.of, names, language)}`
    : countedText(measure.of, names, language)
  return `${what}${of} ${events}${less}${periodText(measure.within, language)}`
}

/** "of “Order” where …" and its like, after a number of events. */
function countedText(events: Events, names: Names, language: 'fr' | 'en'): string {
  const isFrench = language === 'fr'
  if (events.did !== null) {
    return `${isFrench ? 'de' : 'of'} ${eventsText(events, names, language)}`
  }
  return chosenText(isFrench ? 'd’événements' : 'of events', events, { names, language })
}

/** "most frequent value of Shop over “Order” within 90 days" and its like. */
export function sayOfEvents(
  what: LocalText,
  about: { property?: string; of: Events; within: Period },
  names: Names,
): LocalText {
  const say = (language: 'fr' | 'en') => {
    const isFrench = language === 'fr'
    const property = about.property && names.of('property', about.property)[language]
    const of = property ? ` ${isFrench ? 'de' : 'of'} ${property}` : ''
    const over = property ? (isFrench ? 'sur' : 'over') : isFrench ? 'de' : 'of'
    const events = eventsText(about.of, names, language)
    return `${what[language]}${of} ${over} ${events}${periodText(about.within, language)}`
  }
  return { fr: say('fr'), en: say('en') }
}
