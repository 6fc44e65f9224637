/** What a condition says, in French or English, as parts of a sentence about people. */
import { operandOf } from './ops.ts'
import {
  type ActiveCondition,
  type Comparison,
  type Condition,
  type EventCondition,
  type Events,
  type Filter,
  isActive,
  isEvent,
  isMeasure,
  isNear,
  isNever,
  isSequence,
  isTrait,
  type Measure,
  type MeasureCondition,
  type NearCondition,
  type Op,
  type Path,
  type SequenceCondition,
  type Within,
} from './rule.ts'
import {
  countWords,
  differentWords,
  type Language,
  type Names,
  numberWords,
  ofTheLast,
  opWords,
  theMeasure,
  timesWords,
  valueWords,
  windowWords,
  withinWords,
} from './words.ts'

export type Part = { text: string; strong: boolean; path: Path }
export type Saying = { language: Language; names: Names }
/** "dont ", then the words of the line; without the opening the words are its short label. */
export type Clause = { opening: string; parts: Part[] }

export const plain = (text: string, path: Path): Part => ({ text, strong: false, path })
export const strong = (text: string, path: Path): Part => ({ text, strong: true, path })

/** The clause of a condition that follows "people". */
export function clauseOf(rule: Condition, path: Path, say: Saying): Clause {
  const french = say.language === 'fr'
  const whose = french ? 'dont ' : 'whose '
  const whoDid = french ? 'qui ont fait ' : 'who did '
  if (isTrait(rule)) {
    const name = rule.trait ? say.names.trait(rule.trait) : '…'
    return { opening: whose, parts: comparison(name, rule, { path, say }) }
  }
  if (isEvent(rule)) {
    const opening = isNever(rule) ? (french ? 'qui n’ont pas fait ' : 'who have not done ') : whoDid
    return { opening, parts: eventWords(rule, path, say) }
  }
  if (isMeasure(rule)) return { opening: whose, parts: measureLine(rule, path, say) }
  if (isSequence(rule)) return { opening: whoDid, parts: sequenceWords(rule, path, say) }
  if (isActive(rule)) return { opening: whoDid, parts: activeWords(rule, path, say) }
  if (isNear(rule)) return { opening: whose, parts: nearWords(rule, path, say) }
  // A kind that a newer server has: its own sentence stands on the line.
  return { opening: french ? 'qui ' : 'who ', parts: [plain('…', path)] }
}

function comparison(
  name: string,
  rule: Comparison,
  { path, say }: { path: Path; say: Saying },
): Part[] {
  const op = opWords(rule.op, say.language)
  if (operandOf(rule.op) === 'none') return [strong(`${name} ${op}`, path)]
  return [strong(`${name} ${op} ${valueWords(rule.value, say.language)}`, path)]
}

function eventName({ did }: Events, { language, names }: Saying): string {
  if (did === null) return language === 'fr' ? 'un événement' : 'any event'
  return did ? names.event(did) : '…'
}

function whereWords(where: readonly Filter[] = [], path: Path, say: Saying): Part[] {
  const [joins, and] = say.language === 'fr' ? [' où ', ' et '] : [' where ', ' and ']
  return where.flatMap((filter, index) => {
    const property = filter.property ? say.names.property(filter.property) : '…'
    return [plain(index > 0 ? and : joins, path), ...comparison(property, filter, { path, say })]
  })
}

function eventsWords(events: Events, path: Path, say: Saying): Part[] {
  return [strong(eventName(events, say), path), ...whereWords(events.where, path, say)]
}

function eventWords(rule: EventCondition, path: Path, say: Saying): Part[] {
  const { language } = say
  const parts = [strong(eventName(rule, say), path)]
  if (!isNever(rule) && rule.times && !isOnce(rule)) {
    parts.push(plain(' ', path), strong(timesWords(rule.times, language), path))
  }
  if (rule.within) parts.push(plain(` ${sinceWords(rule, language)}`, path))
  return [...parts, ...whereWords(rule.where, path, say)]
}

const isOnce = (rule: EventCondition) =>
  rule.times === undefined || (rule.times.op === 'atLeast' && rule.times.count === 1)

function sinceWords(rule: EventCondition, language: Language): string {
  const words = withinWords(rule.within, language)
  if (language === 'fr' && isNever(rule)) return words.replace(/^sur (?!les )/, 'depuis ')
  return words
}

function periodParts(period: Within | undefined, path: Path, language: Language): Part[] {
  return period ? [plain(` ${withinWords(period, language)}`, path)] : []
}

/** "le total de Montant sur Commande validée moins Commande remboursée ce mois-ci". */
function measurePart(measure: Measure, path: Path, say: Saying): Part[] {
  const { language } = say
  const french = language === 'fr'
  const counts = measure.measure === 'count'
  const property = measure.property ? say.names.property(measure.property) : '…'
  const what = theMeasure(measure.measure, language)
  const of = french ? 'de' : 'of'
  const over = counts ? ` ${of} ` : french ? ' sur ' : ' over '
  const less = measure.less
    ? [plain(french ? ' moins ' : ' less ', path), ...eventsWords(measure.less.of, path, say)]
    : []
  return [
    strong(counts ? what : `${what} ${of} ${property}`, path),
    plain(over, path),
    ...eventsWords(measure.of, path, say),
    ...less,
    ...periodParts(measure.within, path, language),
  ]
}

/** Before another measure the operators of numbers read otherwise. */
const THAN_FRENCH: Partial<Record<Op, string>> = {
  greater: 'dépasse',
  greaterOrEqual: 'atteint au moins',
  less: 'reste sous',
  lessOrEqual: 'ne dépasse pas',
  equals: 'égale',
  notEquals: 'n’égale pas',
}
const THAN_ENGLISH: Partial<Record<Op, string>> = {
  greaterOrEqual: 'is at least the',
  greater: 'is more than the',
  less: 'is less than the',
  lessOrEqual: 'is at most the',
  equals: 'is the same as the',
  notEquals: 'is not the same as the',
}

function measureLine(rule: MeasureCondition, path: Path, say: Saying): Part[] {
  const own = [...measurePart(rule, path, say), plain(' ', path)]
  const op = opWords(rule.op, say.language)
  if (rule.than) {
    const words = say.language === 'fr' ? THAN_FRENCH[rule.op] : THAN_ENGLISH[rule.op]
    return [...own, strong(`${words ?? op} `, path), ...measurePart(rule.than, path, say)]
  }
  if (operandOf(rule.op) === 'none') return [...own, strong(op, path)]
  return [...own, strong(`${op} ${valueWords(rule.value, say.language)}`, path)]
}

function sequenceWords(rule: SequenceCondition, path: Path, say: Saying): Part[] {
  const { language } = say
  const french = language === 'fr'
  const steps = rule.sequence.map((events) => eventsWords(events, path, say))
  const last = steps.pop() ?? []
  const then = french ? ' puis ' : ' then '
  const missing = french ? ' et n’ont pas fait ' : ' and did not do '
  const span = windowWords(rule.within, language)
  const same = rule.same?.[0] ? say.names.property(rule.same[0]) : null
  const [sameWord, without] = french ? ['même', ' sans '] : ['same', ' without ']
  return [
    ...steps.flatMap((step, index) => (index > 0 ? [plain(then, path), ...step] : step)),
    ...periodParts(rule.begun, path, language),
    plain(rule.missing ? missing : then, path),
    ...last,
    strong(french ? ` en moins de ${span}` : ` within ${span}`, path),
    ...(same === null ? [] : [plain(`, ${sameWord} `, path), strong(same, path)]),
    ...(rule.without
      ? [
          plain(without, path),
          ...eventsWords(rule.without, path, say),
          plain(french ? ' entre-temps' : ' in between', path),
        ]
      : []),
  ]
}

function activeWords(rule: ActiveCondition, path: Path, say: Saying): Part[] {
  const { language } = say
  const days = `${countWords(rule.times, language)} ${differentWords(rule.unit, language)}`
  return [
    ...eventsWords(rule.active, path, say),
    plain(language === 'fr' ? ' ' : ' on ', path),
    strong(days, path),
    plain(` ${ofTheLast(rule.last, rule.unit, language)}`, path),
  ]
}

function nearWords(rule: NearCondition, path: Path, say: Saying): Part[] {
  const french = say.language === 'fr'
  const number = (value: number | undefined) =>
    value === undefined ? '…' : numberWords(value, say.language)
  const name = rule.near ? say.names.trait(rule.near) : '…'
  const within = french ? 'est à moins de' : 'is within'
  const point = `(${number(rule.latitude)}\u00a0; ${number(rule.longitude)})`
  const from = french ? `km de ${point}` : `km of ${point}`
  return [strong(`${name} ${within} ${number(rule.km)}\u00a0${from}`, path)]
}
