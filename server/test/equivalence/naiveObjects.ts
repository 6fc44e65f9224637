import type { ObjectMeasureRule, ObjectRule } from '../../src/segment/rule.ts'
import { comparesAt } from './naiveComparison.ts'
import {
  aggregate,
  itemsOf,
  type Told,
  type ToldObject,
  type Value,
  valuesIn,
} from './naiveEvents.ts'

/** Objects as a naive reading has them: everything said of one, replayed in the order of time. */

type Had = Record<string, unknown>

/** What somebody has of a type: the attributes of each object by path. */
function hadOf(type: string, events: readonly Told[]): Had[] {
  const sorted = [...events]
    .filter((one) => one.traits === null)
    .sort((x, y) => x.time - y.time || (x.hash ?? 0) - (y.hash ?? 0))
  const had = new Map<string, { isThere: boolean; attributes: Had }>()
  for (const { objects = [] } of sorted) {
    for (const said of lastOfEach(objects)) {
      if (said.type !== type) continue
      const held = had.get(said.id)?.attributes ?? {}
      had.set(said.id, { isThere: !said.removed, attributes: { ...held, ...said.attributes } })
    }
  }
  return [...had.values()].filter((one) => one.isThere).map((one) => one.attributes)
}

const lastOfEach = (objects: readonly ToldObject[]) =>
  objects.filter(
    (one, index) =>
      !objects.slice(index + 1).some(({ type, id }) => type === one.type && id === one.id),
  )

/** The value of a path; of one with `[]` what the items of its list say. */
function read(attributes: Had, path: string): unknown {
  const [name = '', key] = path.split('[].')
  return key === undefined ? attributes[name] : itemsOf(attributes[name], key)
}

function fulfilling(
  { object, where = [] }: Pick<ObjectRule, 'object' | 'where'>,
  events: readonly Told[],
  now: number,
): Had[] {
  return hadOf(object, events).filter((one) =>
    where.every((filter) => comparesAt(filter.property, read(one, filter.property), filter, now)),
  )
}

export const countObjects = (rule: ObjectRule, events: readonly Told[], now: number): number =>
  fulfilling(rule, events, now).length

export function measureObjects(
  rule: ObjectMeasureRule,
  events: readonly Told[],
  now: number,
): Value | null {
  const values = fulfilling(rule, events, now).flatMap((one) =>
    valuesIn(read(one, rule.property), rule.property),
  )
  return aggregate(rule.measure, values)
}
