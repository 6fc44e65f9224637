import { Type } from 'typebox'
import { DAY_MS } from '../../platform/durations.ts'
import { decimalOf, decimalText } from '../../profile/index.ts'
import { earlier } from '../answer.ts'
import { customersSql } from '../customers.ts'
import { countedConditions, namedRowsSql } from '../eventStreams.ts'
import { ONE, textOf, wholeNumber } from '../measure.ts'
import { entriesReader, measureReader, toldBy } from '../measureReader.ts'
import { measureSql } from '../measureSql.ts'
import { NO_COLUMNS } from '../operators/index.ts'
import type { Measure, Rfm, RfmCuts, RfmGroup } from '../rule.ts'
import { eventsSchema, nameSchema, periodSchema } from '../schema.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { sayOfEvents } from '../words.ts'
import type { ComputedKind } from './kind.ts'
import { measureTrait } from './measure.ts'
import { needsOfEvents, rowsOfEvents } from './ofEvents.ts'
import { groupAt, groupOf, RFM_GROUPS, scoreOf } from './rfmGroups.ts'
import { edgeSql, wholeDays, wholeDaysSql } from './times.ts'

const cut = Type.Array(Type.Number({ minimum: -1e12, maximum: 1e12 }), { minItems: 4, maxItems: 4 })
const score = Type.Integer({ minimum: 1, maximum: 5 })
const range = Type.Tuple([score, score])
const closed = { additionalProperties: false }
const groupName = Type.String({ minLength: 1, maxLength: 80 })
const groupSchema = Type.Object(
  {
    key: Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' }),
    name: Type.Object({ fr: groupName, en: groupName }, closed),
    cells: Type.Array(Type.Object({ r: range, f: range, m: Type.Optional(range) }, closed), {
      minItems: 1,
      maxItems: 25,
    }),
  },
  closed,
)

/**
 * Recency, frequency and monetary value, each scored from 1 to 5 by cut-offs, and the group that
 * the scores lie in. The cut-offs are quintiles over the people, computed daily, or fixed; the
 * scores of a person follow from them and from what is kept of the person, at any instant. Staff
 * and tests have scores too, and are no part of what others are compared with.
 */
export const rfmTrait: ComputedKind<Rfm> = {
  is: (spec): spec is Rfm => 'rfm' in spec,
  schema: Type.Object(
    {
      rfm: eventsSchema,
      monetary: nameSchema,
      within: periodSchema,
      less: Type.Optional(
        Type.Object({ of: eventsSchema, property: Type.Optional(nameSchema) }, closed),
      ),
      cuts: Type.Optional(Type.Object({ r: cut, f: cut, m: cut }, closed)),
      groups: Type.Optional(Type.Array(groupSchema, { minItems: 1, maxItems: 25 })),
    },
    closed,
  ),
  parts: ['r', 'f', 'm', 'group'],
  type: ({ part = 'group' }) => (part === 'group' ? 'any' : 'number'),
  filters: ({ rfm, less }) => [
    { path: 'rfm/where', filters: rfm.where ?? [] },
    ...(less ? [{ path: 'less/of/where', filters: less.of.where ?? [] }] : []),
  ],
  periods: ({ within }) => [{ path: 'within', period: within }],
  fault: ({ cuts }) => {
    const isTurned = (list: readonly number[]) =>
      list.some((one, index) => index > 0 && one < (list[index - 1] ?? one))
    const turned = (['r', 'f', 'm'] as const).find((key) => cuts && isTurned(cuts[key]))
    if (!turned) return null
    return { path: `cuts/${turned}`, message: 'cut-offs go from the lowest to the highest.' }
  },
  needs: (spec) => ({
    traits: [],
    streams: [
      ...needsOfEvents(ofRfm(spec)).streams,
      ...measureTrait.needs(monetaryOf(spec)).streams,
    ],
  }),
  recompute: {
    isNeeded: ({ cuts }) => cuts === undefined,
    question: (spec, builder) => cutsSql(spec, builder),
    withAnswer: (spec, answer) => ({ ...spec, cuts: answer as RfmCuts }),
  },
  grid: (spec, builder) => {
    const { cuts = { r: [], f: [], m: [] } } = spec
    const scores = scoresSql({ r: 'v.r', f: 'v.f', m: 'v.m' }, cuts, builder)
    return `SELECT v.profile AS profile, ${scores.r} AS r, ${scores.f} AS f, v.m AS m
      FROM (${valuesByPersonSql(spec, builder)}) AS v`
  },
  groupAt: ({ groups = RFM_GROUPS }, cell) => groupAt(cell, groups)?.name ?? null,
  looksAhead: 3,
  prepare: (spec, scope) => {
    const { part = 'group', cuts, groups = RFM_GROUPS } = spec
    const orders = entriesReader({ events: spec.rfm, period: spec.within }, scope)
    const monetary = measureReader(monetaryOf(spec), scope)
    return (context) => {
      const bought = toldBy(orders(context))
      const spent = monetary(context)
      const common = { ...bought, approximate: bought.approximate || spent.approximate }
      const changesAt = earlier(bought.nextChangeAt, spent.nextChangeAt)
      const [last, sum] = [bought.newest, spent.value]
      if (last === undefined || !cuts || sum?.type !== 'number') {
        return { ...common, value: null, nextChangeAt: changesAt }
      }
      const scores = {
        r: 6 - scoreOf(BigInt(wholeDays(last, context.now)) * ONE, cuts.r),
        f: scoreOf(BigInt(bought.events) * ONE, cuts.f),
        m: scoreOf(sum.decimal, cuts.m),
      }
      const group = groupOf(scores, groups)
      const ofGroup = group === null ? null : textOf(group)
      const value = part === 'group' ? ofGroup : wholeNumber(scores[part])
      const ages = cuts.r.map((limit) => last + (Math.floor(limit) + 1) * DAY_MS)
      const ahead = ages.filter((at) => at > context.now)
      const ageAt = ahead.length === 0 ? null : Math.min(...ahead)
      return { ...common, value, nextChangeAt: earlier(changesAt, ageAt) }
    }
  },
  toSql: (spec, builder) => {
    const { part = 'group', cuts, groups = RFM_GROUPS } = spec
    const { rows, has, ...values } = rfmSql(spec, builder)
    if (!cuts) return { columns: NO_COLUMNS, rows }
    const scores = scoresSql(values, cuts, builder)
    if (part !== 'group') {
      const number = `toDecimal256(${scores[part]}, 6)`
      return { columns: { ...NO_COLUMNS, number, hasNumber: has, exists: has }, rows }
    }
    const group = groupSql(scores, groups, builder)
    const hasGroup = `(${has} AND ${group} != '')`
    return {
      columns: { ...NO_COLUMNS, text: group, hasText: hasGroup, exists: hasGroup },
      rows,
    }
  },
  describe: ({ rfm, within }, names) =>
    sayOfEvents(
      { fr: 'récence, fréquence et montant', en: 'recency, frequency and monetary value' },
      { of: rfm, within },
      names,
    ),
}

const ofRfm = ({ rfm, within }: Rfm) => ({ of: rfm, within })

const monetaryOf = ({ rfm, within, monetary, less }: Rfm): Measure => {
  return { measure: 'sum', of: rfm, property: monetary, within, ...(less ? { less } : {}) }
}

/** The three measures of the rows `e` of one profile: whole days, and decimals. */
export function rfmSql(spec: Rfm, builder: SqlBuilder) {
  const condition = rowsOfEvents(ofRfm(spec), builder)
  const { time, has } = edgeSql('last', condition)
  const monetary = measureSql(monetaryOf(spec), builder)
  return {
    r: `toDecimal256(${wholeDaysSql(time, builder)}, 6)`,
    f: `toDecimal256(countIf(${condition}), 6)`,
    m: monetary.columns.number,
    has,
    rows: [...new Set([condition, ...monetary.rows])],
  }
}

type Scores = Record<'r' | 'f' | 'm', string>

/** How many cut-offs lie below, and one more; of days the fewer the better. */
export function scoresSql(values: Scores, cuts: RfmCuts, builder: SqlBuilder): Scores {
  const above = (value: string, list: readonly number[]) => {
    const texts = list.map((one) => decimalText(decimalOf(one) ?? 0n))
    const limits = `arrayMap(x -> toDecimal256(x, 6), ${builder.bind('Array(String)', texts)})`
    return `(1 + arrayCount(c -> c < ${value}, ${limits}))`
  }
  return {
    r: `(6 - ${above(values.r, cuts.r)})`,
    f: above(values.f, cuts.f),
    m: above(values.m, cuts.m),
  }
}

function groupSql(scores: Scores, groups: readonly RfmGroup[], builder: SqlBuilder): string {
  const within = (key: 'r' | 'f' | 'm', range: [number, number] | undefined) =>
    range ? [`${scores[key]} BETWEEN ${range[0]} AND ${range[1]}`] : []
  const branches = groups.map(({ key, cells }) => {
    const tests = cells.map(({ r, f, m }) =>
      [...within('r', r), ...within('f', f), ...within('m', m)].join(' AND '),
    )
    return `(${tests.join(') OR (')}), ${builder.text(key)}`
  })
  return `multiIf(${branches.join(', ')}, '')`
}

/** Each customer's three measures: rows (profile, r, f, m). */
export function valuesByPersonSql(spec: Rfm, builder: SqlBuilder): string {
  const { r, f, m, has, rows } = rfmSql(spec, builder)
  const looked = [...countedConditions(builder), `(${rows.join(' OR ')})`].join(' AND ')
  return `${namedRowsSql(builder)}
    SELECT e.profile AS profile, ${r} AS r, ${f} AS f, ${m} AS m FROM event_of_profile AS e
    WHERE ${looked} AND e.profile IN (${customersSql(builder)})
    GROUP BY e.profile HAVING ${has}`
}

/** Of n sorted values the k-th fifth's border is the one at ⌊k × n / 5⌋, counted from 0. */
function cutsSql(spec: Rfm, builder: SqlBuilder): string {
  const sorted = (name: string) => `arraySort(groupArray(${name})) AS ${name}s`
  const cuts = (name: string) =>
    `arrayMap(k -> toFloat64(${name}s[intDiv(k * n, 5) + 1]), [1, 2, 3, 4]) AS ${name}`
  return `SELECT ${['r', 'f', 'm'].map(cuts).join(', ')} FROM (
    SELECT count() AS n, ${['r', 'f', 'm'].map(sorted).join(', ')}
    FROM (${valuesByPersonSql(spec, builder)}))`
}
