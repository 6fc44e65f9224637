import fc from 'fast-check'
import type { Comparison, ObjectMeasure, Rule } from '../../src/segment/rule.ts'
import type { ToldObject } from './naiveEvents.ts'

/** Random objects, and random conditions on them. */

const TYPES = ['contract', "t'é{p0:String}"]
const MEASURES = ['sum', 'average', 'min', 'max', 'distinct'] as const

type Drawn = {
  /** Of an attribute, by an operator that may depend on time. */
  filter: fc.Arbitrary<Comparison & { property: string }>
  times: fc.Arbitrary<{ op: 'atLeast' | 'atMost' | 'exactly'; count: number }>
  measured: fc.Arbitrary<string>
  compared: fc.Arbitrary<Comparison>
}

/** Leaves of each kind that speaks of objects, by the name that coverage gives them. */
export function objectLeaves({ filter, times, measured, compared }: Drawn) {
  const object = fc.constantFrom(...TYPES)
  const where = fc.array(filter, { maxLength: 2 })
  const measureLeaf = (measure: ObjectMeasure) =>
    fc
      .tuple(fc.record({ object, where, property: measured }), compared)
      .map(([of, comparison]) => ({ ...of, measure, ...comparison }) as Rule)
  return {
    object: fc.record({ object, where, times }) as fc.Arbitrary<Rule>,
    'object, plain': fc.record({ object, times }) as fc.Arbitrary<Rule>,
    ...Object.fromEntries(MEASURES.map((name) => [`object ${name}`, measureLeaf(name)])),
  }
}

/** What an event says of objects; `attributes`: by path. */
export const saidObjects = (
  attributes: fc.Arbitrary<Record<string, unknown>>,
): fc.Arbitrary<ToldObject[]> =>
  fc.array(
    fc.record({
      type: fc.constantFrom(...TYPES, 'contract', 'contract', 'contract'),
      // Mostly the same one, so that what is said of it late comes after what is said later.
      id: fc.constantFrom('1', '1', '1', '1', 'é 2', "'; --"),
      removed: fc.constantFrom(false, false, false, false, false, true),
      attributes,
    }),
    { minLength: 1, maxLength: 2 },
  )

/** The property of an event that names them; `nested` makes objects of paths. */
export function objectProperty(
  objects: readonly ToldObject[],
  nested: (values: Record<string, unknown>) => object,
): { object?: unknown } {
  const items = objects.map(({ type, id, removed, attributes }) => {
    return { ...nested(attributes), type, id, ...(removed ? { removed } : {}) }
  })
  if (items.length === 0) return {}
  return { object: items.length === 1 ? items[0] : items }
}
