import fc from 'fast-check'
import type { Comparison, Computed, Operator, Rule, Spec } from '../../src/segment/rule.ts'
import { formulasOf } from './formulas.ts'
import type { Parts } from './parts.ts'

/** Random conditions on computed traits, of every kind. */

const NUMBERS: readonly Operator[] = ['greater', 'greaterOrEqual', 'less', 'lessOrEqual', 'equals']
const DATES: readonly Operator[] = ['before', 'after', 'withinLast', 'withinNext']
const LISTS: readonly Operator[] = ['listHas', 'listHasAny', 'listHasAll']
const PRESENCE: readonly Operator[] = ['exists', 'notExists']
const ANY: readonly Operator[] = ['contains', 'notEquals', 'oneOf', 'between', 'isTrue']

const small = fc.constantFrom(0, 1, 2, 3, 7, 13, 30, 0.5, -1)
const numbers = fc.record({ op: fc.constantFrom(...NUMBERS), value: small })

const leaf = (spec: fc.Arbitrary<object>, comparison: fc.Arbitrary<object>): fc.Arbitrary<Rule> =>
  fc.tuple(spec, comparison).map(([made, one]) => asRule(made as Spec, one as Comparison))

function formulaLeaves(parts: Parts): Record<string, fc.Arbitrary<Rule>> {
  const formulas = formulasOf(parts)
  const compared = (...operators: (readonly Operator[])[]) =>
    fc.constantFrom(...operators.flat()).chain(parts.comparison)
  return {
    'computed formula': leaf(
      formulas.number,
      fc.oneof(numbers, compared(NUMBERS, PRESENCE, ['between', 'oneOf'])),
    ),
    'computed formula text': leaf(
      formulas.text,
      compared(PRESENCE, ['contains', 'equals', 'notEquals', 'oneOf', 'startsWith']),
    ),
    'computed formula boolean': leaf(
      formulas.boolean,
      fc.constantFrom({ op: 'isTrue' }, { op: 'isFalse' }, { op: 'notExists' }),
    ),
    'computed formula date': leaf(formulas.date, compared(DATES, PRESENCE)),
  }
}

export function computedLeaves(parts: Parts): Record<string, fc.Arbitrary<Rule>> {
  const { events, periods, measures, paths } = parts
  const edge = fc.constantFrom('first', 'last')
  const of = { of: events, within: periods }
  const compared = (...operators: (readonly Operator[])[]) =>
    fc.constantFrom(...operators.flat()).chain(parts.comparison)
  return {
    'computed measure': leaf(measures, fc.oneof(numbers, compared(NUMBERS, PRESENCE, ANY))),
    'computed mostFrequent': leaf(
      fc.record({ mostFrequent: paths, ...of }),
      fc.oneof(numbers, compared(PRESENCE, ANY, ['equals'])),
    ),
    'computed uniqueList': leaf(fc.record({ uniqueList: paths, ...of }), compared(LISTS, PRESENCE)),
    'computed usualTime': leaf(
      fc.record({ usualTime: fc.constantFrom('hour', 'weekday'), ...of }),
      numbers,
    ),
    'computed daysSince': leaf(
      fc.record({ daysSince: edge, ...of }),
      fc.oneof(numbers, numbers, compared(['between', 'oneOf'], PRESENCE)),
    ),
    'computed daysBetween': leaf(
      fc.record({ daysBetween: fc.constant('mean'), ...of }),
      fc.oneof(numbers, compared(NUMBERS, PRESENCE)),
    ),
    'computed timeOf': leaf(fc.record({ timeOf: edge, ...of }), compared(DATES, DATES, PRESENCE)),
    'computed score': leaf(
      fc.record({
        score: fc.array(fc.record({ of: events, weight: fc.constantFrom(1, 10, 0.5, -3) }), {
          minLength: 1,
          maxLength: 2,
        }),
        halfLifeDays: fc.constantFrom(1, 3, 7, 30),
      }),
      numbers,
    ),
    'computed rfm': leaf(
      fc.record({
        rfm: events,
        within: periods,
        monetary: paths,
        cuts: fc.constant({ r: [1, 3, 7, 23], f: [1, 2, 3, 5], m: [0, 1, 50, 100] }),
        groups: fc.constant(GROUPS),
        part: fc.constantFrom('r', 'f', 'm'),
      }),
      numbers,
    ),
    'computed rfm group': leaf(
      fc.record({
        rfm: events,
        within: periods,
        monetary: paths,
        cuts: fc.constant({ r: [1, 3, 7, 23], f: [1, 2, 3, 5], m: [0, 1, 50, 100] }),
        groups: fc.constant(GROUPS),
        part: fc.constant('group'),
      }),
      fc.constantFrom(
        { op: 'equals', value: 'best' },
        { op: 'notEquals', value: 'rest' },
        { op: 'notExists' },
      ),
    ),
    ...formulaLeaves(parts),
    'computed ratio': leaf(
      fc.record({ ratio: fc.tuple(measures, measures) }),
      fc.oneof(numbers, compared(NUMBERS, PRESENCE)),
    ),
  }
}

/** `traits.ts` of the program gives it a key; here it is told apart by its definition. */
export function asRule(spec: Spec, comparison: Comparison): Rule {
  return { trait: 'computed', ...comparison, computed: { name: NAME, spec } }
}

const GROUPS = [
  { key: 'best', name: { fr: 'Best', en: 'Best' }, cells: [{ r: [3, 5], f: [2, 5] }] },
  { key: 'rest', name: { fr: 'Rest', en: 'Rest' }, cells: [{ r: [1, 4], f: [1, 3] }] },
]

const NAME = { fr: '', en: '' }

/** What a computed trait is made of, for the table of what was covered. */
export function computedName({ spec }: Computed): string {
  const kinds = [
    ...[
      'mostFrequent',
      'uniqueList',
      'usualTime',
      'daysSince',
      'daysBetween',
      'timeOf',
      'ratio',
      'rfm',
      'score',
      'formula',
    ],
  ]
  return `computed ${kinds.find((kind) => kind in spec) ?? 'measure'}`
}
