import fc from 'fast-check'
import type { Comparison, Operator, Rule } from '../src/segment/rule.ts'
import type { Told } from './naiveSegments.ts'

/** Random rules and histories: few people and names, odd values, moments on borders of windows. */

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const START = Date.parse('2026-11-22T12:00:00Z')

const EVENTS = ['Order Completed', 'Été', "'; DROP TABLE event; --", 'Identified']
/** Names of traits and of properties alike. */
const PATHS = ['a', 'b', 'address.city', "d'é{p0:String}"]

const TEXTS = [
  ...['Paris', ' PARÍS ', 'parisien', 'Cormeilles-en-Parisis', 'été', 'ETE', '', 'ﬁn', 'Straße'],
  ...['İstanbul', '😀 ok', "'; DROP TABLE event; --", '{p0:String}', 'a\\b\tc\n"d"', 'true', '50'],
  ...['2026-11-22', '2026-11-22T12:00:00Z', '2026-11-25T12:00:00.001+01:00', '2026-11-15 12:00'],
  ...['1950-06-01T00:00:00.123Z', '1900-01-01', '2299-12-31', '1850-01-01', '2026-02-30'],
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
  isTrue: fc.constant(undefined),
  isFalse: fc.constant(undefined),
  exists: fc.constant(undefined),
  notExists: fc.constant(undefined),
  listHas: fc.oneof(wantedText, fc.constantFrom('3', 'VIP', "'")),
}
const operators = Object.keys(operands) as Operator[]
const isTimeless = (op: Operator) => op !== 'withinLast' && op !== 'withinNext'

function comparison(op: Operator): fc.Arbitrary<Comparison> {
  return operands[op].map((wanted) =>
    wanted === undefined ? { op } : ({ op, value: wanted } as Comparison),
  )
}

const path = fc.constantFrom(...PATHS)
const traitLeaf = (op: Operator): fc.Arbitrary<Rule> =>
  fc.tuple(path, comparison(op)).map(([trait, one]) => ({ trait, ...one }))

const filterOf = (op: Operator) =>
  fc.tuple(path, comparison(op)).map(([property, one]) => ({ property, ...one }))
const filter = fc.constantFrom(...operators.filter(isTimeless)).chain(filterOf)

const didLeaf = (where: fc.Arbitrary<object[]>): fc.Arbitrary<Rule> =>
  fc.record({
    did: fc.constantFrom(...EVENTS),
    where,
    times: fc.record({
      op: fc.constantFrom('atLeast', 'atMost', 'exactly'),
      count: fc.integer({ min: 0, max: 3 }),
    }),
    within: fc.option(windows, { freq: 4 }),
  }) as fc.Arbitrary<Rule>

const leaf = fc.oneof(
  fc.constantFrom(...operators).chain(traitLeaf),
  didLeaf(fc.array(filter, { maxLength: 2 })),
  didLeaf(fc.constant([])),
)

const { tree } = fc.letrec<{ tree: Rule }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc.record({ all: fc.array(tie('tree'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('tree'), { maxLength: 3 }) }),
    fc.record({ not: tie('tree') }),
  ),
}))

/** Each operator once on a trait and, where it may, once on a property. */
const everyOperator = fc.tuple(
  ...operators.map(traitLeaf),
  ...operators.filter(isTimeless).map((op) => didLeaf(filterOf(op).map((one) => [one]))),
)

/** Rules of one world: the systematic ones, then `count` random trees. */
export const rules = (count: number): fc.Arbitrary<Rule[]> =>
  fc
    .tuple(everyOperator, fc.array(tree, { minLength: count, maxLength: count }))
    .map(([systematic, random]) => [...systematic, ...random])

/** When, before the sending: on or beside the border of a window that ends at some round. */
const ago = fc
  .tuple(
    fc.constantFrom(0, HOUR, DAY, 2 * DAY, 3 * DAY, 6 * DAY, 7 * DAY, 23 * DAY, 30 * DAY, 40 * DAY),
    fc.constantFrom(0, 0, -1, 1),
  )
  .map(([ms, beside]) => ms + beside)

const said = fc.dictionary(path, value, { maxKeys: 3 })

export type Sent = Omit<Told, 'who' | 'time' | 'messageId'> & { ago: number; who: number }

export const sent: fc.Arbitrary<Sent> = fc
  .record({
    who: fc.nat({ max: 24 }),
    event: fc.constantFrom(...EVENTS, 'Order Completed', 'Identified', 'Identified'),
    ago,
    said,
    counted: fc.constantFrom(true, true, true, true, true, true, false),
  })
  .map(({ said: values, ...one }) =>
    one.event === 'Identified'
      ? { ...one, properties: {}, traits: values }
      : { ...one, properties: values, traits: null },
  )

/** How far the clock goes before a round. */
export const advances = fc.constantFrom(0, 1, HOUR - 1, HOUR, DAY, DAY, DAY + 1, 3 * DAY, 4 * DAY)

const nested = (values: Record<string, unknown>) => {
  const { 'address.city': city, ...rest } = values
  return city === undefined ? rest : { ...rest, address: { city } }
}

/** The event as an SDK would send it, by whom `identity` says. */
export function asMessage(one: Told, identity: object): object {
  return {
    type: one.traits ? 'identify' : 'track',
    ...(one.traits ? { traits: nested(one.traits) } : { event: one.event }),
    ...identity,
    messageId: one.messageId,
    timestamp: new Date(one.time).toISOString(),
    properties: nested(one.properties),
    ...(one.counted ? {} : { context: { userAgent: 'Googlebot/2.1' } }),
  }
}
