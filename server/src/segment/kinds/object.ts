import { Type } from 'typebox'
import type { LocalText, Names } from '../answer.ts'
import { peopleWithObjects } from '../objectSql.ts'
import { foundIn, objectsReader, pathsOf } from '../objects.ts'
import type { ObjectRule } from '../rule.ts'
import { filtersSchema, nameSchema, timesSchema } from '../schema.ts'
import { fulfils, timesText } from '../times.ts'
import { objectsText } from '../words.ts'
import type { Kind } from './kind.ts'

/** Has so many objects of a type, such as contracts that end within 30 days; 0: has none. */
export const objectKind: Kind<ObjectRule> = {
  is: (rule): rule is ObjectRule => 'object' in rule,
  schema: Type.Object(
    { object: nameSchema, where: Type.Optional(filtersSchema), times: timesSchema },
    { additionalProperties: false },
  ),
  children: () => [],
  filters: (rule) => [{ path: 'where', filters: rule.where ?? [], areOfState: true }],
  needs: ({ object }) => ({ traits: [], streams: [], objects: [object] }),
  prepare: (rule, { calendar }) => {
    const read = objectsReader(rule, calendar)
    return (context) => {
      const { objects, nextChangeAt } = read(context)
      return { holds: fulfils(rule.times, objects.length), nextChangeAt }
    }
  },
  found: (rule, { calendar }) => {
    const read = objectsReader(rule, calendar)
    const paths = pathsOf(rule)
    return (context) => {
      const had = read(context)
      return foundIn(had, had.objects.length, { paths, context })
    }
  },
  toSql: (rule, builder) => {
    const { op, count } = rule.times
    const asked = (test: string) => peopleWithObjects(rule, () => `count() ${test}`, builder)
    // Who has no such object has no row, so what may be 0 is asked as "not more than".
    if (op === 'atLeast') return count === 0 ? 'true' : asked(`>= ${count}`)
    if (op === 'atMost') return `(NOT ${asked(`> ${count}`)})`
    return count === 0 ? `(NOT ${asked('> 0')})` : asked(`= ${count}`)
  },
  describe: (rule, names) => say(rule, names),
}

function say(rule: ObjectRule, names: Names): LocalText {
  const { op, count } = rule.times
  const [fr, en] = [objectsText(rule, names, 'fr'), objectsText(rule, names, 'en')]
  if (count === 0 && op !== 'atLeast') return { fr: `n’a pas de ${fr}`, en: `has no ${en}` }
  return {
    fr: `a ${timesText(rule.times, 'fr')} ${fr}`,
    en: `has ${timesText(rule.times, 'en')} ${en}`,
  }
}
