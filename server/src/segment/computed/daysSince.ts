import { DAY_MS } from '../../platform/durations.ts'
import type { Decimal } from '../../profile/index.ts'
import { earlier } from '../answer.ts'
import { ONE, wholeNumber } from '../measure.ts'
import { entriesReader, toldBy } from '../measureReader.ts'
import { NO_COLUMNS } from '../operators/index.ts'
import type { DaysSince } from '../rule.ts'
import { sayOfEvents } from '../words.ts'
import type { ComputedKind } from './kind.ts'
import { needsOfEdge, ofEventsParts, ofEventsSchema, rowsOfEvents } from './ofEvents.ts'
import { edgeOf, edgeSchema, edgeSql, wholeDays, wholeDaysSql } from './times.ts'

/** Whole days (of 24 hours) since the first or the last event. */
export const daysSinceTrait: ComputedKind<DaysSince> = {
  is: (spec): spec is DaysSince => 'daysSince' in spec,
  schema: ofEventsSchema({ daysSince: edgeSchema }),
  ...ofEventsParts,
  type: () => 'number',
  looksAhead: 2,
  needs: (spec) => needsOfEdge(spec.daysSince, spec),
  prepare: (spec, scope) => {
    const read = entriesReader({ events: spec.of, period: spec.within }, scope)
    return (context) => {
      const within = read(context)
      const { shiftAt } = within
      const since = edgeOf(spec.daysSince, within.entries)?.at
      if (since === undefined) return { ...toldBy(within), value: null }
      const days = wholeDays(since, context.now)
      return {
        ...toldBy(within),
        value: wholeNumber(days),
        // The newest ones are kept, so only the first can be another one.
        approximate: within.approximate && spec.daysSince === 'first',
        nextChangeAt: earlier(shiftAt, since + (days + 1) * DAY_MS),
        passes: (numbers) => earlier(shiftAt, passing(numbers, since, context.now)),
      }
    }
  },
  toSql: (spec, builder) => {
    const condition = rowsOfEvents(spec, builder)
    const { time, has } = edgeSql(spec.daysSince, condition)
    const number = `toDecimal256(${wholeDaysSql(time, builder)}, 6)`
    return { columns: { ...NO_COLUMNS, number, hasNumber: has, exists: has }, rows: [condition] }
  },
  describe: ({ daysSince, of, within }, names) =>
    sayOfEvents(
      daysSince === 'first'
        ? { fr: 'jours depuis le premier', en: 'days since the first' }
        : { fr: 'jours depuis le dernier', en: 'days since the last' },
      { of, within },
      names,
    ),
}

/** When the number of days next reaches, or leaves, one of these numbers. */
function passing(numbers: readonly Decimal[], since: number, now: number): number | null {
  const instants = numbers.flatMap((number) => {
    const whole = number / ONE - (number % ONE < 0n ? 1n : 0n)
    const reached = whole * ONE === number ? whole : whole + 1n
    return [reached, whole + 1n].map((days) => since + Number(days) * DAY_MS)
  })
  const ahead = instants.filter((at) => at > now)
  return ahead.length === 0 ? null : Math.min(...ahead)
}
