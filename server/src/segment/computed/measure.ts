import { Type } from 'typebox'
import {
  measureFault,
  measureFilters,
  measureNeeds,
  measurePeriod,
  measureReader,
  measureSchema,
} from '../measureReader.ts'
import { measureSql } from '../measureSql.ts'
import type { Measure } from '../rule.ts'
import { measureText } from '../words.ts'
import type { ComputedKind } from './kind.ts'

const at = (measure: Measure) => ({ path: '', measure })

/** A count, a sum, an average and their like. */
export const measureTrait: ComputedKind<Measure> = {
  is: (spec): spec is Measure => 'measure' in spec,
  schema: Type.Object(measureSchema, { additionalProperties: false }),
  type: ({ measure }) => (measure === 'first' || measure === 'last' ? 'any' : 'number'),
  shows: ({ measure, property }) =>
    measure === 'first' || measure === 'last' ? property : undefined,
  filters: (spec) => measureFilters(at(spec)),
  periods: (spec) => [measurePeriod(at(spec))],
  fault: (spec) => measureFault(at(spec)),
  needs: (spec) => ({ traits: [], streams: measureNeeds(spec) }),
  prepare: measureReader,
  toSql: measureSql,
  describe: (spec, names) => ({
    fr: measureText(spec, names, 'fr'),
    en: measureText(spec, names, 'en'),
  }),
}
