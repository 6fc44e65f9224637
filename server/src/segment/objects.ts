import type { JsonValue } from '../collect/index.ts'
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
  /** There may have been more than are kept. */
  isCapped: boolean
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
    const { objects: all, isCapped } = context.facts.objects(context.registry.idOf('object', type))
    let nextChangeAt: number | null = null
    const objects = all.filter((object) => {
      const answers = filters.map((filter) => filter(object, context))
      // Where a filter fails for good, no other one can change anything.
      if (answers.some((one) => !one.holds && one.nextChangeAt === null)) return false
      for (const one of answers) nextChangeAt = earlier(nextChangeAt, one.nextChangeAt)
      return answers.every((one) => one.holds)
    })
    return { objects, all, isCapped, nextChangeAt }
  }
}

function preparedFilter(filter: PropertyFilter, calendar: Calendar) {
  const compare = prepareComparison(filter, calendar)
  return (object: ObjectFacts, context: EvaluationContext) =>
    compare(attributeOf(object, filter.property, context), context.now)
}

/** Objects that are shown to say what an answer is made of. */
const SHOWN_MAX = 5

/**
 * A number with the object that was named last, of those it was made of, else of all; and which
 * ones these are: those that count first, then those that the filters leave out.
 * @param paths what the condition looks at in each of them
 */
export function foundIn(
  { objects, all, isCapped }: HadObjects,
  value: Found['value'],
  { paths, context }: { paths: readonly string[]; context: EvaluationContext },
): Found {
  const counting = new Set(objects)
  const sorted = [...all].sort(
    (x, y) =>
      Number(counting.has(y)) - Number(counting.has(x)) ||
      y.presence.at - x.presence.at ||
      (x.id < y.id ? -1 : 1),
  )
  const shown = sorted.slice(0, SHOWN_MAX).map((object) => ({
    id: object.id,
    counts: counting.has(object),
    said: paths.flatMap((path) => saidAt(path, attributeOf(object, path, context))),
  }))
  const found = { objects: { shown, more: sorted.length - shown.length }, approximate: isCapped }
  const [newest] = sorted
  if (!newest) return { ...NOTHING_FOUND, ...found, value }
  const { at, source } = newest.presence
  return { ...NOTHING_FOUND, ...found, value, at, source }
}

function saidAt(path: string, typed: Typed | null): { path: string; value: JsonValue }[] {
  if (typed === null) return []
  const value = typed.type === 'items' ? typed.values.map(({ raw }) => raw) : typed.raw
  return [{ path, value }]
}

/** The paths of the filters, and of what is measured, each once. */
export const pathsOf = ({ where = [] }: Objects, property?: string): string[] => [
  ...new Set([...where.map((one) => one.property), ...(property === undefined ? [] : [property])]),
]
