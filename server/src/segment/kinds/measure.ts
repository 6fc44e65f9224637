import { Type } from 'typebox'
import type { Typed } from '../../profile/index.ts'
import { type Answer, earlier, type LocalText, type Names } from '../answer.ts'
import { profilesFulfilling } from '../eventStreams.ts'
import { computeMeasure } from '../measure.ts'
import {
  type MeasureAt,
  measureFault,
  measureFilters,
  measureNeeds,
  measurePeriod,
  measureReader,
  measureSchema,
} from '../measureReader.ts'
import { measureSql } from '../measureSql.ts'
import {
  type Columns,
  compareSql,
  operations,
  orders,
  prepareComparison,
} from '../operators/index.ts'
import type { Comparison, MeasureRule } from '../rule.ts'
import { comparisonSchema } from '../schema.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { comparisonText, measureText } from '../words.ts'
import { foundOf, type Kind, rawOf } from './kind.ts'

/** Compares a number made of somebody's events with a value, or with another such number. */
export const measureKind: Kind<MeasureRule> = {
  is: (rule): rule is MeasureRule => 'measure' in rule,
  schema: Type.Object(
    {
      ...measureSchema,
      ...comparisonSchema,
      than: Type.Optional(Type.Object(measureSchema, { additionalProperties: false })),
    },
    { additionalProperties: false },
  ),
  children: () => [],
  filters: (rule) => partsOf(rule).flatMap(measureFilters),
  periods: (rule) => partsOf(rule).map(measurePeriod),
  compares: (rule) => (rule.than ? undefined : rule),
  fault: (rule) => faultOf(rule),
  needs: (rule) => ({
    traits: [],
    streams: partsOf(rule).flatMap(({ measure }) => measureNeeds(measure)),
  }),
  prepare: (rule, scope) => {
    const own = measureReader(rule, scope)
    if (!rule.than) {
      const compare = prepareComparison(rule, scope.calendar)
      return (context) => {
        const { value, nextChangeAt } = own(context)
        return { holds: compare(value, context.now).holds, nextChangeAt }
      }
    }
    const other = measureReader(rule.than, scope)
    return (context): Answer => {
      const [x, y] = [own(context), other(context)]
      const holds = compareBoth(rule, x.value, y.value)
      return { holds, nextChangeAt: earlier(x.nextChangeAt, y.nextChangeAt) }
    }
  },
  found: (rule, scope) => {
    const own = measureReader(rule, scope)
    return (context) => {
      const { value, newest, approximate } = own(context)
      return foundOf(rawOf(value), { newest, approximate })
    }
  },
  toSql: (rule, builder) => {
    const own = measureSql(rule, builder)
    const other = rule.than && measureSql(rule.than, builder)
    const test = other
      ? bothSql(rule, own.columns, other.columns)
      : compareSql(own.columns, rule, builder)
    const rows = [...new Set([...own.rows, ...(other?.rows ?? [])])]
    const asked = { test, holdsForNobody: holdsForNobody(rule, builder) }
    return profilesFulfilling([`(${rows.join(' OR ')})`], asked, builder)
  },
  describe: (rule, names) => say(rule, names),
}

const partsOf = (rule: MeasureRule): MeasureAt[] => [
  { path: '', measure: rule },
  ...(rule.than ? [{ path: 'than/', measure: rule.than }] : []),
]

function faultOf(rule: MeasureRule): { path: string; message: string } | null {
  if (rule.than && !orders[rule.op]) {
    return {
      path: 'op',
      message: `two measures are compared by ${Object.keys(orders).join(', ')}.`,
    }
  }
  if (rule.than && rule.value !== undefined) {
    return { path: 'value', message: 'compare with a value or with another measure, not both.' }
  }
  if (rule.op !== 'notExists' && operations[rule.op].dependsOnTime) {
    return { path: 'op', message: 'use before or after on a value of an event.' }
  }
  return (
    partsOf(rule)
      .map(measureFault)
      .find((fault) => fault !== null) ?? null
  )
}

function compareBoth({ op }: Comparison, x: Typed | null, y: Typed | null): boolean {
  if (x?.type !== 'number' || y?.type !== 'number') return false
  return orders[op]?.test(x.decimal, y.decimal) === true
}

function bothSql({ op }: Comparison, x: Columns, y: Columns): string {
  return `(${x.hasNumber} AND ${y.hasNumber} AND ${x.number} ${orders[op]?.sign} ${y.number})`
}

/** Who has no such event has no row either, but may well fulfil "at most". */
function holdsForNobody(rule: MeasureRule, { calendar, now }: SqlBuilder): boolean {
  const value = computeMeasure(rule.measure, [])
  if (!rule.than) return prepareComparison(rule, calendar)(value, now).holds
  return compareBoth(rule, value, computeMeasure(rule.than.measure, []))
}

function say(rule: MeasureRule, names: Names): LocalText {
  const inLanguage = (language: 'fr' | 'en') => {
    const own = measureText(rule, names, language)
    const other = rule.than && measureText(rule.than, names, language)
    return `${own} ${comparisonText(rule, language, other)}`
  }
  return { fr: inLanguage('fr'), en: inLanguage('en') }
}
