import { type Events, MEASURES, type Measure, type MeasureCondition, type Op } from '../language.ts'
import { operandOf } from '../ops.ts'
import type { Path } from '../rule.ts'
import { opWords, theMeasure, valueWords } from '../words.ts'
import {
  asObject,
  checkComparison,
  checkOneOf,
  checkPeriod,
  type Raw,
  readEvents,
  readText,
} from './checks.ts'
import type { ConditionKind } from './kind.ts'
import { comparisonLacks, eventsLack, first, type Missing, periodLacks } from './lacks.ts'
import {
  eventsWords,
  momentParts,
  openings,
  type Part,
  partyParts,
  periodParts,
  plain,
  type Saying,
  strong,
  whereWords,
} from './parts.ts'

/** A number made of events, compared with a value or with another such number. */
export const measureKind: ConditionKind<MeasureCondition> = {
  read: (object, at) => {
    checkComparison(object, at)
    if (object.than !== undefined) {
      const than = checkMeasure(asObject(object.than, `${at}/than`), `${at}/than`)
      return { ...checkMeasure(object, at), than }
    }
    return checkMeasure(object, at)
  },
  lacks: (rule) =>
    measureLacks(rule) ?? (rule.than ? measureLacks(rule.than) : comparisonLacks('-', rule)),
  clause: (rule, path, say) => {
    return { opening: openings[say.language].whose, parts: measureLine(rule, path, say) }
  },
}

function checkMeasure(object: Raw, at: string): Raw {
  checkOneOf(MEASURES, object.measure, `${at}/measure`)
  readEvents(object.of, `${at}/of`)
  if (object.property !== undefined) readText(object.property, `${at}/property`)
  if (object.less !== undefined) {
    const less = asObject(object.less, `${at}/less`)
    readEvents(less.of, `${at}/less/of`)
    if (less.property !== undefined) readText(less.property, `${at}/less/property`)
  }
  const { within = null } = object
  checkPeriod(within, `${at}/within`)
  return { ...object, within }
}

function measureLacks({ measure, of, property, less, within }: Measure): Missing | null {
  const counts = measure === 'count'
  return first(
    counts || property ? null : 'field',
    eventsLack(of),
    less ? eventsLack(less.of) : null,
    periodLacks(within),
  )
}

/** "le total de Montant sur Commande validée moins Commande remboursée ce mois-ci". */
function measurePart(measure: Measure, path: Path, say: Saying): Part[] {
  const { language } = say
  const french = language === 'fr'
  const counts = measure.measure === 'count'
  const property = measure.property ? say.names.property(measure.property) : '…'
  const what = theMeasure(measure.measure, language)
  const of = french ? 'de' : 'of'
  const less = measure.less
    ? [plain(french ? ' moins ' : ' less ', path), ...eventsWords(measure.less.of, path, say)]
    : []
  return [
    strong(counts ? what : `${what} ${of} ${property}`, path),
    ...(counts
      ? countedWords(measure.of, path, say)
      : [plain(french ? ' sur ' : ' over ', path), ...eventsWords(measure.of, path, say)]),
    ...less,
    ...periodParts(measure.within, path, language),
  ]
}

/** " de Commande validée", or of all events: after their number. */
function countedWords(events: Events, path: Path, say: Saying): Part[] {
  const french = say.language === 'fr'
  if (events.did !== null) {
    return [plain(french ? ' de ' : ' of ', path), ...eventsWords(events, path, say)]
  }
  return [
    strong(french ? ' d’événements' : ' of events', path),
    ...partyParts(events, path, say),
    ...momentParts(events, path, say),
    ...whereWords(events.where, path, say),
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
