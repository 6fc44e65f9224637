import fc from 'fast-check'
import type { Events, Moment, Rule } from '../../src/segment/rule.ts'

/** Random moments of the day and the week at which events must have taken place. */

const DAYS = ['workday', 'holiday', 'alsaceWorkday', 'alsaceHoliday'] as const

const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 })
/** Over midnight, and a whole day, too. */
const hours = fc.record({
  from: fc.constantFrom(0, 9, 12, 13, 22, 23),
  to: fc.constantFrom(1, 6, 12, 13, 14, 24),
})
const moments = fc.record(
  {
    weekdays,
    hours,
    day: fc.constantFrom(...DAYS),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Moment>

/** Events of `drawn`, some of which must have taken place at a moment. */
export const atMoments = <E extends object>(drawn: fc.Arbitrary<E>): fc.Arbitrary<E> =>
  fc
    .tuple(
      drawn,
      fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: moments }),
    )
    .map(([one, when]) => (when === null ? one : { ...one, when }))

/** Each part of a moment by itself, of the events of any name, so that few have no answer. */
export const momentLeaves: Record<string, fc.Arbitrary<Rule>> = Object.fromEntries(
  [
    weekdays.map((chosen): Moment => ({ weekdays: chosen })),
    hours.map((chosen): Moment => ({ hours: chosen })),
    ...DAYS.map((day) => fc.constant<Moment>({ day })),
  ].map((part, index) => [
    `moment ${index}`,
    fc.tuple(part, fc.integer({ min: 1, max: 3 })).map(([when, value]): Rule => {
      const compared = { op: 'greaterOrEqual', value } as const
      return { measure: 'count', of: { did: null, when }, within: null, ...compared }
    }),
  ]),
)

/** One of each part that a moment has; `n` from 1 to 8. */
export const plainMoments = (n: number): Pick<Events, 'when'>[] => [
  { when: { weekdays: [n % 7, (n + 1) % 7, (n + 3) % 7].map((day) => day + 1) } },
  { when: { hours: { from: 11, to: 12 + n } } },
  { when: { day: n % 2 === 0 ? 'workday' : 'alsaceWorkday' } },
]
