import type fc from 'fast-check'
import type { Comparison, Measure, Operator } from '../../src/segment/rule.ts'

/** What the generators of computed traits have to make them of. */
export type Parts = {
  events: fc.Arbitrary<object>
  periods: fc.Arbitrary<unknown>
  measures: fc.Arbitrary<Measure>
  /** Paths of properties, also those of items. */
  paths: fc.Arbitrary<string>
  comparison(op: Operator): fc.Arbitrary<Comparison>
}
