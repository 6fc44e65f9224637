import { Type } from 'typebox'
import { keptOf, type StreamEntry } from '../../profile/index.ts'
import { computeMeasure } from '../measure.ts'
import { objectMeasureSql, objectMeasures, peopleWithObjects } from '../objectSql.ts'
import { attributeOf, foundIn, type HadObjects, objectsReader, pathsOf } from '../objects.ts'
import { compareSql, prepareComparison } from '../operators/index.ts'
import type { ObjectMeasureRule } from '../rule.ts'
import { comparisonSchema, filtersSchema, nameSchema } from '../schema.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { comparisonText, objectMeasureText } from '../words.ts'
import { type EvaluationContext, type Kind, nobodyAt, rawOf } from './kind.ts'

/** Compares a number made of an attribute of somebody's objects, such as the sum of amounts. */
export const objectMeasureKind: Kind<ObjectMeasureRule> = {
  is: (rule): rule is ObjectMeasureRule => 'object' in rule && 'measure' in rule,
  schema: Type.Object(
    {
      object: nameSchema,
      where: Type.Optional(filtersSchema),
      measure: Type.Union(objectMeasures.map((name) => Type.Literal(name))),
      property: nameSchema,
      ...comparisonSchema,
    },
    { additionalProperties: false },
  ),
  children: () => [],
  compares: (rule) => rule,
  filters: (rule) => [{ path: 'where', filters: rule.where ?? [], areOfState: true }],
  needs: ({ object }) => ({ traits: [], streams: [], objects: [object] }),
  prepare: (rule, { calendar }) => {
    const read = objectsReader(rule, calendar)
    const compare = prepareComparison(rule, calendar)
    return (context) => {
      const had = read(context)
      const { holds } = compare(measured(rule, had, context), context.now)
      return { holds, nextChangeAt: had.nextChangeAt }
    }
  },
  found: (rule, { calendar }) => {
    const read = objectsReader(rule, calendar)
    const paths = pathsOf(rule, rule.property)
    return (context) => {
      const had = read(context)
      return foundIn(had, rawOf(measured(rule, had, context)), { paths, context })
    }
  },
  toSql: (rule, builder) => {
    const asked = (isTurned: string) =>
      peopleWithObjects(
        rule,
        (at) =>
          `${isTurned}${compareSql(objectMeasureSql(rule, at(rule.property)), rule, builder)}`,
        builder,
      )
    return holdsForNobody(rule, builder) ? `(NOT ${asked('NOT ')})` : asked('')
  },
  describe: (rule, names) => {
    const say = (language: 'fr' | 'en') =>
      `${objectMeasureText(rule, names, language)} ${comparisonText(rule, language)}`
    return { fr: say('fr'), en: say('en') }
  },
}

/** What an object says under the property counts once for each of its values. */
function measured(rule: ObjectMeasureRule, { objects }: HadObjects, context: EvaluationContext) {
  const entries = objects.flatMap((object): StreamEntry[] => {
    const typed = attributeOf(object, rule.property, context)
    if (typed === null) return []
    const { at, hash } = object.presence
    const values = typed.type === 'items' ? typed.values : [typed]
    return values.map((value, item) => ({ at, hash, item, value: keptOf(value) }))
  })
  return computeMeasure(rule.measure, entries)
}

/** Who has no such object has no row either. */
function holdsForNobody(rule: ObjectMeasureRule, { calendar, now }: SqlBuilder): boolean {
  const compare = prepareComparison(rule, calendar)
  const context = nobodyAt(now)
  const had = { objects: [], all: [], isCapped: false, nextChangeAt: null }
  return compare(measured(rule, had, context), now).holds
}
