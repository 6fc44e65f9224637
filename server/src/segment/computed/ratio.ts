import { Type } from 'typebox'
import type { Typed } from '../../profile/index.ts'
import { earlier } from '../answer.ts'
import { numberOf, ONE } from '../measure.ts'
import {
  measureFault,
  measureFilters,
  measureNeeds,
  measurePeriod,
  measureReader,
  measureSchema,
} from '../measureReader.ts'
import { measureSql } from '../measureSql.ts'
import { NO_COLUMNS } from '../operators/index.ts'
import type { Ratio } from '../rule.ts'
import { measureText } from '../words.ts'
import type { ComputedKind } from './kind.ts'

const part = Type.Object(measureSchema, { additionalProperties: false })
const partsOf = ({ ratio }: Ratio) =>
  ratio.map((measure, index) => ({ path: `ratio/${index}/`, measure }))

/** One measure divided by another, cut after six digits; without value where the other is 0. */
export const ratioTrait: ComputedKind<Ratio> = {
  is: (spec): spec is Ratio => 'ratio' in spec,
  schema: Type.Object({ ratio: Type.Tuple([part, part]) }, { additionalProperties: false }),
  type: () => 'number',
  filters: (spec) => partsOf(spec).flatMap(measureFilters),
  periods: (spec) => partsOf(spec).map(measurePeriod),
  fault: (spec) => {
    const faults = partsOf(spec).map(measureFault)
    return faults.find((fault) => fault !== null) ?? null
  },
  needs: ({ ratio }) => ({ traits: [], streams: ratio.flatMap(measureNeeds) }),
  prepare: ({ ratio: [over, under] }, scope) => {
    const [own, other] = [measureReader(over, scope), measureReader(under, scope)]
    return (context) => {
      const [x, y] = [own(context), other(context)]
      return {
        value: divided(x.value, y.value),
        newest: Math.max(x.newest ?? y.newest ?? 0, y.newest ?? 0) || undefined,
        events: x.events + y.events,
        approximate: x.approximate || y.approximate,
        nextChangeAt: earlier(x.nextChangeAt, y.nextChangeAt),
      }
    }
  },
  toSql: ({ ratio: [over, under] }, builder) => {
    const [x, y] = [measureSql(over, builder), measureSql(under, builder)]
    const isZero = `(${y.columns.number} = 0)`
    const wide = (sql: string) => `toDecimal256(${sql}, 6)`
    const divisor = `if(${isZero}, toDecimal256(1, 6), ${wide(y.columns.number)})`
    const has = `(${x.columns.hasNumber} AND ${y.columns.hasNumber} AND NOT ${isZero})`
    const number = `divideDecimal(${wide(x.columns.number)}, ${divisor}, 6)`
    const columns = { ...NO_COLUMNS, number, hasNumber: has, exists: has }
    return { columns, rows: [...new Set([...x.rows, ...y.rows])] }
  },
  describe: ({ ratio: [over, under] }, names) => {
    const say = (language: 'fr' | 'en', by: string) =>
      `${measureText(over, names, language)} ${by} ${measureText(under, names, language)}`
    return { fr: say('fr', 'divisé par'), en: say('en', 'divided by') }
  },
}

function divided(x: Typed | null, y: Typed | null): Typed | null {
  if (x?.type !== 'number' || y?.type !== 'number' || y.decimal === 0n) return null
  return numberOf((x.decimal * ONE) / y.decimal)
}
