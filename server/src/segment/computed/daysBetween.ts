import { Type } from 'typebox'
import { DAY_MS } from '../../platform/durations.ts'
import { numberOf, ONE } from '../measure.ts'
import { entriesReader, toldBy } from '../measureReader.ts'
import { numberColumns } from '../measureSql.ts'
import type { DaysBetween } from '../rule.ts'
import { sayOfEvents } from '../words.ts'
import type { ComputedKind } from './kind.ts'
import { needsOfEvents, ofEventsParts, ofEventsSchema, rowsOfEvents } from './ofEvents.ts'
import { edgeSql } from './times.ts'

/**
 * The mean of the days (of 24 hours) from one event to the next: of n events (last − first) /
 * (n − 1), cut after six digits. Who has one event has none.
 */
export const daysBetweenTrait: ComputedKind<DaysBetween> = {
  is: (spec): spec is DaysBetween => 'daysBetween' in spec,
  schema: ofEventsSchema({ daysBetween: Type.Literal('mean') }),
  ...ofEventsParts,
  type: () => 'number',
  needs: (spec) => needsOfEvents(spec),
  prepare: (spec, scope) => {
    const read = entriesReader({ events: spec.of, period: spec.within }, scope)
    return (context) => {
      const within = read(context)
      const { entries } = within
      const [last, first] = [entries[0]?.at ?? 0, entries.at(-1)?.at ?? 0]
      const steps = BigInt(entries.length - 1)
      const mean = steps < 1n ? null : (BigInt(last - first) * ONE) / (BigInt(DAY_MS) * steps)
      return { ...toldBy(within), value: mean === null ? null : numberOf(mean) }
    }
  },
  toSql: (spec, builder) => {
    const condition = rowsOfEvents(spec, builder)
    const msOf = (edge: 'first' | 'last') =>
      `toUnixTimestamp64Milli(${edgeSql(edge, condition).time})`
    const passed = `toDecimal256(${msOf('last')} - ${msOf('first')}, 6)`
    const steps = `toDecimal256(${DAY_MS} * (greatest(countIf(${condition}), 2) - 1), 6)`
    const mean = `divideDecimal(${passed}, ${steps}, 6)`
    return { columns: numberColumns(mean, `(countIf(${condition}) > 1)`), rows: [condition] }
  },
  describe: ({ of, within }, names) =>
    sayOfEvents(
      { fr: 'moyenne des jours entre deux', en: 'mean days from one to the next' },
      { of, within },
      names,
    ),
}
