import { Type } from 'typebox'
import type { JsonValue } from '../../collect/index.ts'
import type { Typed } from '../../profile/index.ts'
import { type Answer, earlier, type LocalText, type Names, type StreamNeed } from '../answer.ts'
import { profilesFulfilling, streamKey, streamNeed } from '../eventStreams.ts'
import { computeMeasure, entriesWithin, measureNames } from '../measure.ts'
import { measureSql } from '../measureSql.ts'
import {
  type Columns,
  compareSql,
  operations,
  orders,
  prepareComparison,
} from '../operators/index.ts'
import { nextShift, reachOf, spanOf } from '../period.ts'
import type { Comparison, Events, Measure, MeasureRule } from '../rule.ts'
import { comparisonSchema, eventsSchema, nameSchema, periodSchema } from '../schema.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { comparisonText, measureText } from '../words.ts'
import { type EvaluationContext, foundOf, type Kind, type Scope } from './kind.ts'

const measureParts = {
  measure: Type.Union(measureNames.map((name) => Type.Literal(name))),
  of: eventsSchema,
  property: Type.Optional(nameSchema),
  within: periodSchema,
  less: Type.Optional(
    Type.Object(
      { of: eventsSchema, property: Type.Optional(nameSchema) },
      { additionalProperties: false },
    ),
  ),
}

/** Compares a number made of somebody's events with a value, or with another such number. */
export const measureKind: Kind<MeasureRule> = {
  is: (rule): rule is MeasureRule => 'measure' in rule,
  schema: Type.Object(
    {
      ...measureParts,
      ...comparisonSchema,
      than: Type.Optional(Type.Object(measureParts, { additionalProperties: false })),
    },
    { additionalProperties: false },
  ),
  children: () => [],
  filters: (rule) => partsOf(rule).flatMap(filtersOf),
  periods: (rule) =>
    partsOf(rule).map(({ path, measure }) => {
      return { path: `${path}within`, period: measure.within }
    }),
  compares: (rule) => (rule.than ? undefined : rule),
  fault: (rule) => faultOf(rule),
  needs: (rule) => ({
    traits: [],
    streams: partsOf(rule).flatMap(({ measure }) => needsOf(measure)),
  }),
  prepare: (rule, scope) => {
    const own = readerOf(rule, scope)
    if (!rule.than) {
      const compare = prepareComparison(rule, scope.calendar)
      return (context) => {
        const { value, nextChangeAt } = own(context)
        return { holds: compare(value, context.now).holds, nextChangeAt }
      }
    }
    const other = readerOf(rule.than, scope)
    return (context): Answer => {
      const [x, y] = [own(context), other(context)]
      const holds = compareBoth(rule, x.value, y.value)
      return { holds, nextChangeAt: earlier(x.nextChangeAt, y.nextChangeAt) }
    }
  },
  found: (rule, scope) => {
    const own = readerOf(rule, scope)
    return (context) => {
      const { value, newest } = own(context)
      return foundOf(rawOf(value), newest)
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

type Part = { path: string; measure: Measure }

const partsOf = (rule: MeasureRule): Part[] => [
  { path: '', measure: rule },
  ...(rule.than ? [{ path: 'than/', measure: rule.than }] : []),
]

const filtersOf = ({ path, measure }: Part) => [
  { path: `${path}of/where`, filters: measure.of.where ?? [] },
  ...(measure.less ? [{ path: `${path}less/of/where`, filters: measure.less.of.where ?? [] }] : []),
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
  for (const { path, measure } of partsOf(rule)) {
    if (measure.measure !== 'count' && measure.property === undefined) {
      return { path: `${path}property`, message: 'only a count needs no property.' }
    }
    if (measure.less && measure.measure !== 'count' && measure.measure !== 'sum') {
      return { path: `${path}less`, message: 'only counts and sums can be lessened.' }
    }
    const isEdge = measure.measure === 'first' || measure.measure === 'last'
    if (isEdge && measure.property?.includes('[]')) {
      return { path: `${path}property`, message: 'the items of a list have no first and no last.' }
    }
  }
  return null
}

const readOf = (events: Events, property: string | undefined, measure: Measure) => {
  return { events, value: measure.measure === 'count' ? undefined : property }
}

/** The streams a measure reads: its events', and those that lessen it. */
function streamsOf(measure: Measure) {
  const { of, property, less } = measure
  return [
    readOf(of, property, measure),
    ...(less ? [readOf(less.of, less.property ?? property, measure)] : []),
  ]
}

const needsOf = (measure: Measure): StreamNeed[] =>
  streamsOf(measure).map(({ events, value }) =>
    streamNeed(events, { value, period: measure.within, reachMs: reachOf(measure.within) }),
  )

const rawOf = (value: Typed | null): JsonValue | null =>
  value === null || value.type === 'items' ? null : value.raw

/** `newest`: time of the newest event that it was made of, epoch ms. */
type Reading = { value: Typed | null; newest: number | undefined; nextChangeAt: number | null }

function readerOf(measure: Measure, { streamOf, calendar }: Scope) {
  const [own, less] = streamsOf(measure).map(({ events, value }) =>
    streamOf(streamKey(events, { value, period: measure.within })),
  )
  return ({ facts, now }: EvaluationContext): Reading => {
    const span = spanOf(measure.within, now, calendar)
    const read = (stream: number | undefined) => {
      const all = facts.stream(stream)
      const within = entriesWithin(all, span)
      const shifting = { now, span, newest: all[0]?.at, oldest: within.at(-1)?.at }
      return { within, shift: nextShift(measure.within, shifting, calendar) }
    }
    const [x, y] = [read(own), read(less)]
    return {
      value: computeMeasure(measure.measure, x.within, y.within),
      newest: x.within[0]?.at,
      nextChangeAt: earlier(x.shift, y.shift),
    }
  }
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
