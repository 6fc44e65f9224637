import fc from 'fast-check'
import type { Formula, Spec } from '../../src/segment/rule.ts'
import type { Parts } from './parts.ts'

/** Random formulas over given traits and over computed ones of each type. */

/** A computed trait as a formula names it here; `agreement.ts` gives each a key of its own. */
export const dependency = (index: number) => `dep_${index}`

const [NUMBER, DATE, ANY, LIST, OTHER] = [0, 1, 2, 3, 4].map(dependency)
const GIVEN = ['a', 'b', 'address.city', `trait(${JSON.stringify("d'é{p0:String}")})`]
const given = fc.constantFrom(...GIVEN)

const texts = fc
  .constantFrom(
    'paris',
    ' ',
    '',
    'É',
    ' ok ',
    'x',
    '😀',
    "'; DROP TABLE event; --",
    '\\',
    '50',
    '{p0:String}',
  )
  .map((text) => JSON.stringify(text))
const numbers = fc.constantFrom('0', '1', '2.5', '0.000001', '50', '1000000', '-3', '7')
const dates = fc.constantFrom(
  ...['2026-11-22', '2026-11-22T12:00:00Z', '1990-03-01', '2026-10-25T00:30:00Z'].map(
    (text) => `date("${text}")`,
  ),
)

const two = (x: fc.Arbitrary<string>, y = x) => fc.tuple(x, y)

type Texts = Record<'n' | 't' | 'b' | 'd', fc.Arbitrary<string>>

const chosen = ({ b }: Texts, one: fc.Arbitrary<string>) =>
  fc.tuple(b, one, one).map(([c, x, y]) => `(${c} ? ${x} : ${y})`)
const first = (one: fc.Arbitrary<string>) => two(one).map(([x, y]) => `coalesce(${x}, ${y})`)
const depth = { maxDepth: 3, depthSize: 'small' } as const

function numberFrom(all: Texts): fc.Arbitrary<string> {
  const { n, t, d } = all
  return fc.oneof(
    depth,
    numbers,
    fc.constantFrom(String(NUMBER), String(OTHER)),
    given.map((name) => `number(${name})`),
    fc.constant(`number(${ANY})`),
    fc
      .tuple(n, fc.constantFrom('+', '-', '*', '/', '/'), n)
      .map(([x, op, y]) => `(${x} ${op} ${y})`),
    fc
      .tuple(fc.constantFrom('abs', 'floor', 'ceil', '-', 'round'), n)
      .map(([f, x]) => `${f}(${x})`),
    fc.tuple(n, fc.integer({ min: 0, max: 6 })).map(([x, k]) => `round(${x}, ${k})`),
    fc.tuple(fc.constantFrom('min', 'max'), n, n).map(([f, x, y]) => `${f}(${x}, ${y})`),
    t.map((x) => `size(${x})`),
    fc
      .tuple(fc.constantFrom('year', 'month', 'day', 'weekday', 'hour'), d)
      .map(([f, x]) => `${f}(${x})`),
    fc
      .tuple(fc.constantFrom('daysBetween', 'hoursBetween'), d, d)
      .map(([f, x, y]) => `${f}(${x}, ${y})`),
    first(n),
    chosen(all, n),
  )
}

function textFrom(all: Texts): fc.Arbitrary<string> {
  const { n, t } = all
  return fc.oneof(
    depth,
    texts,
    given.map((name) => `text(${name})`),
    fc.constant(`text(${ANY})`),
    n.map((x) => `text(${x})`),
    two(t).map(([x, y]) => `(${x} + ${y})`),
    first(t),
    chosen(all, t),
  )
}

function booleanFrom(all: Texts): fc.Arbitrary<string> {
  const { n, t, b, d } = all
  return fc.oneof(
    depth,
    fc.constantFrom('true', 'false'),
    given.map((name) => `boolean(${name})`),
    fc
      .constantFrom(...GIVEN, ...[NUMBER, DATE, ANY, LIST].map(String))
      .map((name) => `has(${name})`),
    fc
      .tuple(n, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), n)
      .map(([x, op, y]) => `(${x} ${op} ${y})`),
    fc
      .tuple(d, fc.constantFrom('<', '<=', '>', '>=', '=='), d)
      .map(([x, op, y]) => `(${x} ${op} ${y})`),
    fc.tuple(t, fc.constantFrom('==', '!='), t).map(([x, op, y]) => `(${x} ${op} ${y})`),
    fc
      .tuple(t, fc.constantFrom('contains', 'startsWith', 'endsWith'), t)
      .map(([x, f, y]) => `(${x}).${f}(${y})`),
    fc.tuple(n, numbers, numbers).map(([x, ...list]) => `(${x} in [${list.join(', ')}])`),
    fc.tuple(t, texts).map(([x, y]) => `(${x} in [${y}, "paris"])`),
    fc
      .tuple(texts, fc.constantFrom(...GIVEN, String(LIST)))
      .map(([x, name]) => `(${x} in ${name})`),
    fc.tuple(b, fc.constantFrom('&&', '||'), b).map(([x, op, y]) => `(${x} ${op} ${y})`),
    b.map((x) => `!(${x})`),
    first(b),
    chosen(all, b),
  )
}

function dateFrom(all: Texts): fc.Arbitrary<string> {
  const { d } = all
  return fc.oneof(
    depth,
    dates,
    fc.constant(DATE ?? ''),
    given.map((name) => `date(${name})`),
    fc.tuple(fc.constantFrom('min', 'max'), d, d).map(([f, x, y]) => `${f}(${x}, ${y})`),
    first(d),
    chosen(all, d),
  )
}

const { number, text, boolean, date } = fc.letrec<
  Record<'number' | 'text' | 'boolean' | 'date', string>
>((tie) => {
  const all = { n: tie('number'), t: tie('text'), b: tie('boolean'), d: tie('date') }
  return {
    number: numberFrom(all),
    text: textFrom(all),
    boolean: booleanFrom(all),
    date: dateFrom(all),
  }
})

/** Formulas of each type with what they name. */
export function formulasOf({ events, periods, measures, paths }: Parts) {
  const of = { of: events, within: periods }
  const traits = fc.tuple(
    measures.filter(({ measure }) => measure !== 'first' && measure !== 'last'),
    fc.record({ timeOf: fc.constantFrom('first', 'last'), ...of }),
    fc.record({ mostFrequent: paths, ...of }),
    fc.record({ uniqueList: paths, ...of }),
    // One that is a formula itself.
    fc.constantFrom('number(a) * 2', 'size(text(b))').map((formula) => ({ formula })),
  )
  const made = (formula: fc.Arbitrary<string>): fc.Arbitrary<Formula> =>
    fc.tuple(formula, traits).map(([written, specs]) => formulaOf(written, specs as Spec[]))
  return { number: made(number), text: made(text), boolean: made(boolean), date: made(date) }
}

/** A formula that names computed traits as `dep_0`, `dep_1` … */
export function formulaOf(formula: string, specs: readonly Spec[]): Formula {
  const name = { fr: '', en: '' }
  const named = specs.map((spec, index) => [dependency(index), { name, spec }] as const)
  return { formula, traits: Object.fromEntries(named.filter(([key]) => formula.includes(key))) }
}
