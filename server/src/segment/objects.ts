import { listPath, type ObjectFacts, type Typed } from '../profile/index.ts'
import { earlier } from './answer.ts'
import type { Calendar } from './calendar.ts'
import { type EvaluationContext, type Found, NOTHING_FOUND } from './kinds/kind.ts'
import { prepareComparison } from './operators/index.ts'
import type { Objects, PropertyFilter } from './rule.ts'

/** What somebody has of a type of objects at this instant. */
export type HadObjects = {
  /** Those that fulfil the filters. */
  objects: readonly ObjectFacts[]
  /** All of the type. */
  all: readonly ObjectFacts[]
  /** When time alone can next make a filter answer otherwise, epoch ms; `null` = never. */
  nextChangeAt: number | null
}

/** An attribute of an object, typed; of a path with `[]` what the items of the list say. */
export function attributeOf(
  object: ObjectFacts,
  path: string,
  { registry }: Pick<EvaluationContext, 'registry'>,
): Typed | null {
  return object.attribute(registry.idOf('attribute', listPath(path)), path)
}

/** Reads the filters once; what comes back is asked of every profile. */
export function objectsReader(
  { object: type, where = [] }: Objects,
  calendar: Calendar,
): (context: EvaluationContext) => HadObjects {
  const filters = where.map((filter) => preparedFilter(filter, calendar))
  return (context) => {
    const { objects: all } = context.facts.objects(context.registry.idOf('object', type))
    let nextChangeAt: number | null = null
    const objects = all.filter((object) => {
      const answers = filters.map((filter) => filter(object, context))
      // Where a filter fails for good, no other one can change anything.
      if (answers.some((one) => !one.holds && one.nextChangeAt === null)) return false
      for (const one of answers) nextChangeAt = earlier(nextChangeAt, one.nextChangeAt)
      return answers.every((one) => one.holds)
    })
    return { objects, all, nextChangeAt }
  }
}

function preparedFilter(filter: PropertyFilter, calendar: Calendar) {
  const compare = prepareComparison(filter, calendar)
  return (object: ObjectFacts, context: EvaluationContext) =>
    compare(attributeOf(object, filter.property, context), context.now)
}

/** A number with the object that was named last: of those it was made of, else of all. */
export function foundIn({ objects, all }: HadObjects, value: Found['value']): Found {
  const [newest] = [...(objects.length > 0 ? objects : all)].sort(
    (x, y) => y.presence.at - x.presence.at,
  )
  if (!newest) return { ...NOTHING_FOUND, value }
  const { at, source } = newest.presence
  return { ...NOTHING_FOUND, value, at, source }
}
