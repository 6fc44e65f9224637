import fc from 'fast-check'
import type { Comparison, Measure, Operator, Period, Rule } from '../../src/segment/rule.ts'
import { aroundLeaves, saidConsents } from './around.ts'
import { computedLeaves } from './computed.ts'
import { atMoments, momentLeaves } from './moments.ts'
import type { Told } from './naive.ts'
import { objectLeaves, saidObjects } from './objects.ts'
import { ofAnyParty, ofOneParty, toldBy } from './parties.ts'

/** Random rules and histories: few people and names, odd values, moments on borders of windows. */

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const START = Date.parse('2026-11-22T12:00:00Z')
/**
 * A plain day, days before the clocks of Paris change, the end of a February with 29 days, and days
 * among public holidays.
 */
export const starts = fc.constantFrom(
  ...['2026-11-22', '2026-10-24', '2027-03-27', '2028-02-27', '2026-05-11'].map((day) =>
    Date.parse(`${day}T12:00:00Z`),
  ),
)

const EVENTS = ['Order Completed', 'Été', "'; DROP TABLE event; --", 'Identified']
/** Names of traits and of properties alike. */
const PATHS = ['a', 'b', 'address.city', "d'é{p0:String}"]
/** Of the items of a list of objects. */
const ITEM_PATHS = ['products[].a', 'products[].b']

const TEXTS = [
  ...['Paris', ' PARÍS ', 'parisien', 'Cormeilles-en-Parisis', 'été', 'ETE', '', 'ﬁn', 'Straße'],
  ...['İstanbul', '😀 ok', "'; DROP TABLE event; --", '{p0:String}', 'a\\b\tc\n"d"', 'true', '50'],
  ...['2026-11-22', '2026-11-22T12:00:00Z', '2026-11-25T12:00:00.001+01:00', '2026-11-15 12:00'],
  ...['1950-06-01T00:00:00.123Z', '1900-01-01', '2299-12-31', '1850-01-01', '2026-02-30'],
  ...['4.12.0', 'v4.2', '4.12.0-rc.1', '4.12.0-rc', '4.2.0-10', '4.2.0-9', '4.12.0-1.a+build'],
  ...['1984-02-29', '2001-11-23', '1990-03-01T23:30:00Z', '2026-04-06', '2027-05-06', '2027-03-26'],
  ...['1990-05-01T23:30:00Z', '2028-12-26', '2026-11-11', '1899-04-03', '2100-05-17'],
  `${'x'.repeat(511)}😀`,
]
const NUMBERS = [0, -0, 1, 0.1 + 0.2, 0.3, 50, 49.99, -3.5, 1e21, 1e33, 2.5e-7, 1e-9, 1234567.891]
const LISTS = [[], ['Paris', 'vip'], ['ÉTÉ', 3, true], [''], ['a\\b\tc\n"d"', "'"]]

const text = fc.constantFrom(...TEXTS)
const number = fc.oneof(fc.constantFrom(...NUMBERS), fc.integer({ min: -5, max: 60 }))
const value = fc.oneof(text, number, fc.boolean(), fc.constantFrom(...LISTS), fc.constant(null))

const wantedNumber = number.filter((one) => Math.abs(one) < 1e30)
const wantedText = fc.constantFrom(
  ...[
    'paris',
    'PARIS',
    'ete',
    'fin',
    'strasse',
    's',
    '-',
    'İ',
    '😀',
    'x',
    "'; drop",
    '{p0:String}',
  ],
  ...['\\b', 'd"', 'true', '2026'],
)
const wantedInstant = fc.constantFrom(
  ...['2026-11-22', '2026-11-22T12:00:00Z', '2026-11-25T11:00:00.001Z', '1950-06-01T00:00:00.122Z'],
  ...['1900-01-01', '2299-12-31', '1970-01-01'],
)
const wantedScalar = fc.oneof(wantedText, text, wantedNumber, fc.boolean())
export const windows = fc.constantFrom(
  ...[{ minutes: 60 }, { hours: 24 }, { days: 3 }, { days: 7 }, { days: 30 }, { days: 3_660 }],
)

const operands: Record<Operator, fc.Arbitrary<unknown>> = {
  equals: wantedScalar,
  notEquals: wantedScalar,
  oneOf: fc.array(wantedScalar, { minLength: 1, maxLength: 4 }),
  contains: wantedText,
  startsWith: wantedText,
  endsWith: wantedText,
  greater: wantedNumber,
  greaterOrEqual: wantedNumber,
  less: wantedNumber,
  lessOrEqual: wantedNumber,
  between: fc.tuple(wantedNumber, wantedNumber).map((pair) => pair.sort((x, y) => x - y)),
  before: wantedInstant,
  after: wantedInstant,
  withinLast: windows,
  withinNext: windows,
  olderThan: windows,
  isTrue: fc.constant(undefined),
  isFalse: fc.constant(undefined),
  exists: fc.constant(undefined),
  notExists: fc.constant(undefined),
  listHas: fc.oneof(wantedText, fc.constantFrom('3', 'VIP', "'")),
  listHasAny: fc.array(fc.constantFrom('paris', 'vip', '3', "'"), { minLength: 1, maxLength: 3 }),
  listHasAll: fc.array(fc.constantFrom('paris', 'vip', '3', 'ete'), { minLength: 1, maxLength: 3 }),
  matches: fc.constantFrom('^PAR[iu]s$', 'x{3}', '[0-9]{4}', 'ete|fin', '(a|b)*c?\\b', "'"),
  versionAtLeast: fc.constantFrom('4.12.0', '4.2', '4.12.0-rc.1', '4.2.0-10', '0.1'),
  versionBelow: fc.constantFrom('4.12.0', '4.2', '4.12.0-rc.1', '4.2.0-10', '5.0'),
  onHoliday: fc.constant(undefined),
  onAlsaceHoliday: fc.constant(undefined),
  anniversary: fc.record({
    before: fc.constantFrom(0, 1, 3, 40),
    after: fc.constantFrom(0, 1, 2, 100),
  }),
}
const operators = Object.keys(operands) as Operator[]
const isTimeless = (op: Operator) =>
  !['withinLast', 'withinNext', 'olderThan', 'anniversary'].includes(op)

function comparison(op: Operator): fc.Arbitrary<Comparison> {
  return operands[op].map((wanted) =>
    wanted === undefined ? { op } : ({ op, value: wanted } as Comparison),
  )
}

const path = fc.constantFrom(...PATHS)
const anyPath = fc.constantFrom(...PATHS, ...ITEM_PATHS)
const traitLeaf = (op: Operator): fc.Arbitrary<Rule> =>
  fc.tuple(anyPath, comparison(op)).map(([trait, one]) => ({ trait, ...one }))

const filterOf = (op: Operator) =>
  fc.tuple(anyPath, comparison(op)).map(([property, one]) => ({ property, ...one }))
const filter = fc.constantFrom(...operators.filter(isTimeless)).chain(filterOf)

const units = fc.constantFrom('day', 'week', 'month', 'quarter', 'year')
const periods: fc.Arbitrary<Period> = fc.oneof(
  fc.constant(null),
  windows,
  windows,
  fc.record({ this: units }) as fc.Arbitrary<Period>,
  fc.record({ previous: units, count: fc.constantFrom(1, 2, 3) }) as fc.Arbitrary<Period>,
  fc.constantFrom<Period>(
    { from: '2026-11-15' },
    { to: '2026-11-20T12:00:00Z' },
    { from: '2026-10-25', to: '2026-11-22' },
  ),
)

const times = fc.record({
  op: fc.constantFrom('atLeast' as const, 'atMost' as const, 'exactly' as const),
  count: fc.integer({ min: 0, max: 3 }),
})

const didLeaf = (where: fc.Arbitrary<object[]>): fc.Arbitrary<Rule> =>
  atMoments(
    fc.record({
      did: fc.constantFrom(...EVENTS),
      where,
      times,
      within: periods,
    }),
  ) as fc.Arbitrary<Rule>

const events = atMoments(
  fc.record({
    did: fc.option(fc.constantFrom(...EVENTS), { freq: 5 }),
    where: fc.oneof(fc.constant([]), fc.array(filter, { minLength: 1, maxLength: 1 })),
  }),
)

const measured = fc.constantFrom('a', 'b', ...ITEM_PATHS)
const MEASURES = ['count', 'sum', 'average', 'min', 'max', 'distinct', 'first', 'last'] as const
export type MeasureName = (typeof MEASURES)[number]

const measureOf = (name: MeasureName): fc.Arbitrary<Measure> =>
  fc
    .record({
      of: events,
      property: name === 'first' || name === 'last' ? fc.constantFrom('a', 'b') : measured,
      within: periods,
      less: fc.option(fc.record({ of: events, property: measured }), { freq: 3 }),
    })
    .map(({ less, ...one }) => {
      const lessens = less !== null && (name === 'count' || name === 'sum')
      return { measure: name, ...one, ...(lessens ? { less } : {}) } as Measure
    })

const NUMBER_OPERATORS = ['greater', 'greaterOrEqual', 'less', 'lessOrEqual', 'equals'] as const
const measureComparison = fc.oneof(
  fc.constantFrom(...NUMBER_OPERATORS, 'between' as const, 'exists' as const).chain(comparison),
  fc.record({
    op: fc.constantFrom(...NUMBER_OPERATORS),
    value: fc.constantFrom(0, 1, 2, 50, -3.5),
  }),
)

const measureLeaf = (name: MeasureName): fc.Arbitrary<Rule> =>
  fc.oneof(
    fc
      .tuple(measureOf(name), measureComparison)
      .map(([measure, compared]) => ({ ...measure, ...compared }) as Rule),
    fc
      .tuple(
        measureOf(name),
        fc.constantFrom(...NUMBER_OPERATORS),
        fc.constantFrom(...MEASURES).chain(measureOf),
      )
      .map(([measure, op, than]) => ({ ...measure, op, than }) as Rule),
  )

const sequenceLeaf: fc.Arbitrary<Rule> = fc
  .record({
    sequence: fc.array(events, { minLength: 2, maxLength: 3 }),
    within: windows,
    missing: fc.boolean(),
    without: fc.option(events, { freq: 3 }),
    isSame: fc.boolean(),
    paths: fc.array(measured, { minLength: 4, maxLength: 4 }),
    begun: periods,
  })
  .map(({ isSame, paths, without, ...rule }) => {
    const parts = rule.sequence.length + (without ? 1 : 0)
    const same = isSame ? { same: paths.slice(0, parts) } : {}
    return { ...rule, ...(without ? { without } : {}), ...same } as Rule
  })

const activeLeaf = fc.record({
  active: events,
  unit: fc.constantFrom('day', 'week', 'month'),
  times,
  last: fc.constantFrom(1, 2, 7, 30),
}) as fc.Arbitrary<Rule>

const nearLeaf: fc.Arbitrary<Rule> = fc.record({
  near: fc.constant('address'),
  latitude: fc.constantFrom(48.85, -10, 0),
  longitude: fc.constantFrom(2.35, 179.5, -100),
  km: fc.constantFrom(1.5, 400, 9_000, 19_000),
})

/** Leaves of each kind of measure, and of the other kinds that speak of events or places. */
const kindLeaves = {
  ...(Object.fromEntries(MEASURES.map((name) => [name, measureLeaf(name)])) as Record<
    MeasureName,
    fc.Arbitrary<Rule>
  >),
  ...momentLeaves,
  sequence: sequenceLeaf,
  active: activeLeaf,
  near: nearLeaf,
  ...aroundLeaves,
  ...objectLeaves({
    filter: fc.constantFrom(...operators).chain(filterOf),
    times,
    measured,
    compared: measureComparison,
  }),
  ...computedLeaves({
    events,
    periods,
    measures: fc.constantFrom(...MEASURES).chain(measureOf),
    paths: measured,
    comparison,
  }),
}

/** Some ask by each person's own calendar. */
const inAnyZone = (leaves: fc.Arbitrary<Rule>): fc.Arbitrary<Rule> =>
  fc.tuple(leaves, fc.constantFrom(true, false, false)).map(([rule, isOwn]) => {
    const known = ['did', 'measure', 'sequence', 'active', 'trait'].some((key) => key in rule)
    const isZoned = isOwn && known && !('computed' in rule || 'object' in rule)
    return isZoned ? ({ ...rule, zone: 'person' } as Rule) : rule
  })

const leaf = ofAnyParty(
  inAnyZone(
    fc.oneof(
      fc.constantFrom(...operators).chain(traitLeaf),
      didLeaf(fc.array(filter, { maxLength: 2 })),
      didLeaf(fc.constant([])),
      ...Object.values(kindLeaves),
    ),
  ),
)

/** Each kind that knows a calendar once by the one of each person. */
const ofPeople = [didLeaf(fc.constant([])), activeLeaf, sequenceLeaf, measureLeaf('sum')]
const inZones = [...ofPeople, traitLeaf('anniversary')].map((zoned) =>
  zoned.map((rule) => ({ ...rule, zone: 'person' }) as Rule),
)
/** And those that know parties, once of one. */
const inParties = [
  ...ofPeople,
  ...(['equals', 'exists', 'notExists', 'contains', 'withinLast'] as const).map(traitLeaf),
].map(ofOneParty)

const { tree } = fc.letrec<{ tree: Rule }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc.record({ all: fc.array(tie('tree'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('tree'), { maxLength: 3 }) }),
    fc.record({ not: tie('tree') }),
    fc.record({ none: fc.array(tie('tree'), { maxLength: 3 }) }),
    fc.record({
      atLeast: fc.integer({ min: 1, max: 3 }),
      of: fc.array(tie('tree'), { maxLength: 3 }),
    }),
  ),
}))

/** Each operator once on a trait and, where it may, once on a property. */
const everyOperator = fc.tuple(
  ...operators.map(traitLeaf),
  ...operators.filter(isTimeless).map((op) => didLeaf(filterOf(op).map((one) => [one]))),
  ...Object.values(kindLeaves),
  ...inZones,
  ...inParties,
)

/** Rules of one world: the systematic ones, then `count` random trees. */
export const rules = (count: number): fc.Arbitrary<Rule[]> =>
  fc
    .tuple(everyOperator, fc.array(tree, { minLength: count, maxLength: count }))
    .map(([systematic, random]) => [...systematic, ...random])

/** When, before the sending: on or beside the border of a window that ends at some round. */
const ago = fc
  .tuple(
    // 13 hours before noon (UTC) a winter's day begins in Paris, 14 hours before it one in summer.
    fc.constantFrom(
      ...[0, HOUR, 13 * HOUR, 14 * HOUR, DAY, 37 * HOUR, 2 * DAY, 3 * DAY, 6 * DAY, 7 * DAY],
      ...[23 * DAY, 30 * DAY, 40 * DAY, 22 * DAY - 11 * HOUR],
    ),
    fc.constantFrom(0, 0, -1, 1),
  )
  .map(([ms, beside]) => ms + beside)

/** Far apart, with clocks that change on other days; some are none, and one is no text. */
const ZONES = [
  ...['America/New_York', 'asia/tokyo', 'Pacific/Kiritimati', 'Asia/Kolkata', 'UTC'],
  ...['Europe/Nowhere', '', 5],
]
const degrees = fc.constantFrom(48.86, 45.76, -10.5, 0, 89, '48.86')
const product = fc.record({ a: value, b: value }, { requiredKeys: [] })
const said = fc
  .record({
    values: fc.dictionary(path, value, { maxKeys: 3 }),
    products: fc.option(
      fc.array(fc.oneof(product, product, fc.constant('no object')), { maxLength: 3 }),
      { freq: 2 },
    ),
    place: fc.option(fc.tuple(degrees, degrees), { freq: 2 }),
    zone: fc.option(fc.constantFrom(...ZONES), { freq: 1 }),
  })
  .map(({ values, products, place, zone }) => ({
    ...values,
    ...(zone === null ? {} : { timezone: zone }),
    ...(products ? { products } : {}),
    ...(place ? { 'address.latitude': place[0], 'address.longitude': place[1] } : {}),
  }))

export type Sent = Omit<Told, 'who' | 'time' | 'messageId'> & { ago: number; who: number }

export const sent: fc.Arbitrary<Sent> = fc
  .record({
    who: fc.nat({ max: 24 }),
    event: fc.constantFrom(...EVENTS, 'Order Completed', 'Identified', 'Identified'),
    ago,
    said,
    objects: fc.oneof(
      fc.constant([]),
      saidObjects(
        fc.oneof(
          said,
          fc.tuple(said, number).map(([one, a]) => ({ ...one, a })),
        ),
      ),
    ),
    counted: fc.constantFrom(true, true, true, true, true, true, false),
    party: toldBy,
    consents: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, saidConsents),
  })
  .map(({ said: values, ...one }) =>
    one.event === 'Identified'
      ? { ...one, objects: [], properties: {}, traits: values }
      : { ...one, properties: values, traits: null },
  )

/** How far the clock goes before a round. */
export const advances = fc.constantFrom(
  ...[0, 1, HOUR - 1, HOUR, 11 * HOUR - 1, 11 * HOUR, DAY, DAY, DAY + 1, 3 * DAY, 4 * DAY],
)
