import {
  isObjectMeasure,
  OBJECT_MEASURES,
  type ObjectCondition,
  type ObjectMeasureCondition,
  type Objects,
} from '../language.ts'
import { isNever, type Path } from '../rule.ts'
import { countWords, theMeasure } from '../words.ts'
import { checkComparison, checkOneOf, checkTimes, checkWhere, readText } from './checks.ts'
import type { ConditionKind } from './kind.ts'
import { comparisonLacks, first, type Missing, timesLack } from './lacks.ts'
import { comparison, openings, type Part, plain, type Saying, strong, whereWords } from './parts.ts'

/** Has so many objects of a type; or what an attribute of theirs comes to. */
export const objectKind: ConditionKind<ObjectCondition> = {
  read: (object, at) => {
    readText(object.object, `${at}/object`)
    checkWhere(object.where, `${at}/where`)
    if ('measure' in object) {
      checkOneOf(OBJECT_MEASURES, object.measure, `${at}/measure`)
      readText(object.property, `${at}/property`)
      return checkComparison(object, at)
    }
    // The server wants it said; left out, it means at least one.
    const { times = { op: 'atLeast', count: 1 } } = object
    checkTimes(times, `${at}/times`)
    return { ...object, times }
  },
  lacks: (rule) =>
    isObjectMeasure(rule)
      ? (objectsLack(rule) ?? comparisonLacks(rule.property, rule))
      : (objectsLack(rule) ?? timesLack(rule.times)),
  clause: (rule, path, say) => {
    const { whose, are } = openings[say.language]
    if (isObjectMeasure(rule)) return { opening: whose, parts: measureParts(rule, path, say) }
    const { times = { op: 'atLeast', count: 1 } } = rule
    const french = say.language === 'fr'
    const none = isNever({ times })
    const has = none ? (french ? 'n’ont pas de ' : 'have no ') : french ? 'ont ' : 'have '
    const count = none ? '' : `${countWords(times, say.language)} `
    return { opening: are, parts: [plain(has, path), ...objectsParts(rule, count, { path, say })] }
  },
}

function objectsLack({ object, where = [] }: Objects): Missing | null {
  if (object === '') return 'field'
  return first(...where.map((filter) => comparisonLacks(filter.property, filter)))
}

function objectsParts(
  { object, where }: Objects,
  before: string,
  { path, say }: { path: Path; say: Saying },
): Part[] {
  const name = object ? say.names.of('object', object) : '…'
  return [strong(`${before}${name}`, path), ...whereWords(where, path, say)]
}

/** "le total de Montant de leurs Contrat où … est au moins 1 000". */
function measureParts(rule: ObjectMeasureCondition, path: Path, say: Saying): Part[] {
  const french = say.language === 'fr'
  const property = rule.property ? say.names.property(rule.property) : '…'
  const what = `${theMeasure(rule.measure, say.language)} ${french ? 'de' : 'of'} ${property}`
  const [their, then] = french ? [' de leurs ', ' '] : [' of their ', ' ']
  const whose = plain(their, path)
  const compared = comparison('', rule, { path, say }).map((part) => ({
    ...part,
    text: part.text.trim(),
  }))
  const objects = objectsParts(rule, '', { path, say })
  return [strong(what, path), whose, ...objects, plain(then, path), ...compared]
}
