import type { Measure, Rule } from '../../src/segment/rule.ts'
import { STATIC_LISTS } from './around.ts'
import { asRule } from './computed.ts'
import { formulaOf } from './formulas.ts'
import type { MeasureName } from './histories.ts'
import { plainMoments } from './moments.ts'
import { askedOf } from './parties.ts'

const ANY = { did: null }

const OF_ANY = { of: ANY, within: null }
const SUM_OF_A: Measure = { measure: 'sum', property: 'a', ...OF_ANY }

/** One of each kind of computed trait; `n` from 1 to 8. */
function plainComputed(n: number): Rule[] {
  const atLeast = (value: number) => ({ op: 'greaterOrEqual', value }) as const
  const count: Measure = { measure: 'count', ...OF_ANY }
  const has = {
    op: 'listHas',
    value: ['paris', '1', '50', 'true', 'ete', 'x', '0.3', '-3.5'][n - 1] ?? '',
  }
  return [
    asRule({ measure: 'sum', property: 'a', ...OF_ANY }, atLeast(15 * n)),
    asRule({ mostFrequent: 'a', ...OF_ANY }, atLeast(5 * n - 6)),
    asRule({ uniqueList: 'a', ...OF_ANY }, { ...has, op: 'listHas' }),
    asRule({ usualTime: 'hour', ...OF_ANY }, atLeast(2 * n + 2)),
    asRule({ daysSince: 'first', ...OF_ANY }, atLeast(5 * n)),
    asRule({ daysBetween: 'mean', ...OF_ANY }, atLeast(n / 2)),
    asRule({ timeOf: 'first', ...OF_ANY }, { op: 'withinLast', value: { days: 5 * n } }),
    asRule({ score: [{ of: ANY, weight: 5 }], halfLifeDays: 7 }, atLeast(2 * n)),
    asRule(
      {
        ...{ rfm: ANY, within: null, monetary: 'a', part: 'f' },
        cuts: { r: [1, 3, 7, 23], f: [1, 2, 3, 5], m: [0, 1, 50, 100] },
      },
      atLeast((n % 5) + 1),
    ),
    asRule(formulaOf('dep_0 / 2 + coalesce(number(b), 0)', [SUM_OF_A]), atLeast(8 * n)),
    asRule({ ratio: [{ ...count, measure: 'sum', property: 'b' }, count] }, atLeast(3 * n)),
  ]
}
/** Of each kind that speaks of objects one; `n` from 1 to 8. */
function plainObjects(n: number): Rule[] {
  const object = 'contract'
  const above = (value: number) => ({ property: 'a', op: 'greaterOrEqual', value }) as const
  return [
    { object, where: [above(5 * n - 6)], times: { op: 'atLeast', count: 1 } },
    { object, measure: 'sum', ...above(5 * n) },
    { object, measure: 'average', ...above(6 * n) },
    { object, measure: 'min', ...above(5 * n - 6) },
    { object, measure: 'max', ...above(8 * n) },
    { object, measure: 'distinct', ...above((n + 1) % 3) },
  ]
}

/** What nearly everybody says something of. */
const plainConsents: Rule[] = [
  ...['email', 'sms', undefined].flatMap((channel) =>
    ['marketing', 'analytics'].map((purpose): Rule => {
      return { consent: { purpose, ...(channel ? { channel } : {}) }, is: 'granted' }
    }),
  ),
  { reachable: 'email' },
]

/** The same of one party's sources; `n` from 1 to 8. */
function plainParties(n: number): Rule[] {
  const times = { op: 'atLeast', count: n } as const
  const above = (value: number) => ({ op: 'greaterOrEqual', value }) as const
  const rules: Rule[] = [
    { did: 'Order Completed', times, within: null },
    { active: ANY, unit: 'day', times, last: 30 },
    { ...SUM_OF_A, ...above(8 * n) },
    { sequence: [ANY, { did: 'Order Completed' }], within: { days: n }, begun: DAYS },
    { trait: n === 1 ? 'a' : 'b', op: 'exists' },
  ]
  return rules.map((rule) => askedOf(rule, ['first']))
}

const DAYS = { days: 10 }
const sizes = [1, 2, 3, 4, 5, 6, 8]

/** Rules of one condition, of every kind several, that speak of nearly everybody's events. */
export const plainRules: Rule[] = [
  ...['a', 'b'].flatMap((trait): Rule[] => [
    { trait, op: 'greaterOrEqual', value: 1 },
    { trait, op: 'contains', value: 'paris' },
    { trait, op: 'exists' },
  ]),
  ...plainConsents,
  ...sizes.flatMap((count): Rule[] => {
    const times = { op: 'atLeast', count } as const
    const measured = (measure: MeasureName, value: number): Rule[] =>
      ['a', 'b'].map((property) => {
        return { measure, of: ANY, property, within: null, op: 'greaterOrEqual', value }
      })
    return [
      { did: 'Order Completed', times, within: null },
      ...(count < 6
        ? plainMoments(count).map(
            (at): Rule => ({ did: 'Order Completed', ...at, times, within: null }),
          )
        : []),
      { active: ANY, unit: 'day', times, last: 30 },
      ...measured('count', count),
      ...measured('sum', 15 * count),
      ...measured('average', 6 * count),
      ...measured('min', 5 * count - 6),
      ...measured('max', 8 * count),
      ...measured('distinct', count),
      ...measured('first', 5 * count - 6),
      ...measured('last', 8 * count),
      { sequence: [ANY, { did: 'Order Completed' }], within: { days: count }, begun: DAYS },
      { list: STATIC_LISTS[count % STATIC_LISTS.length] ?? '' },
      { near: 'address', latitude: 48.85, longitude: 2.35, km: 1_500 * count },
      ...(count < 6 ? plainObjects(count) : []),
      ...(count % 2 === 1 ? plainParties(count) : []),
      // Fewer of them: each costs a question to ClickHouse at every round.
      ...(count % 3 === 2 ? plainComputed(count) : []),
    ]
  }),
]
