import { Type } from 'typebox'
import { DAY_MS, HOUR_MS } from '../../platform/durations.ts'
import type { StreamEntry } from '../../profile/index.ts'
import { ONE } from '../measure.ts'
import { entriesReader, toldBy } from '../measureReader.ts'
import { NO_COLUMNS } from '../operators/index.ts'
import type { UsualTime } from '../rule.ts'
import { sayOfEvents } from '../words.ts'
import type { ComputedKind } from './kind.ts'
import { needsOfEvents, ofEventsParts, ofEventsSchema, rowsOfEvents } from './ofEvents.ts'
import { mostTold, mostToldSql } from './values.ts'

/** How a local time, in ms since 1970 by the clock of the place, gives the number. */
const PARTS = {
  hour: {
    of: (local: number) => Math.floor((local - DAY_MS * daysOf(local)) / HOUR_MS),
    sql: (local: string) => `intDiv(positiveModulo(${local}, ${DAY_MS}), ${HOUR_MS})`,
    words: { fr: 'heure la plus fréquente', en: 'most frequent hour' },
  },
  weekday: {
    // 1970 began on a Thursday, the 4th day.
    of: (local: number) => ((((daysOf(local) + 3) % 7) + 7) % 7) + 1,
    sql: (local: string) => {
      const days = `intDiv(${local} - positiveModulo(${local}, ${DAY_MS}), ${DAY_MS})`
      return `(positiveModulo(${days} + 3, 7) + 1)`
    },
    words: { fr: 'jour de semaine le plus fréquent', en: 'most frequent day of the week' },
  },
} as const

const daysOf = (local: number): number => Math.floor(local / DAY_MS)

/** The hour, or the day of the week, at which most of them took place. */
export const usualTimeTrait: ComputedKind<UsualTime> = {
  is: (spec): spec is UsualTime => 'usualTime' in spec,
  schema: ofEventsSchema({
    usualTime: Type.Union([Type.Literal('hour'), Type.Literal('weekday')]),
  }),
  ...ofEventsParts,
  type: () => 'number',
  needs: (spec) => needsOfEvents(spec),
  prepare: (spec, scope) => {
    const read = entriesReader({ events: spec.of, period: spec.within }, scope)
    const { calendar } = scope
    return (context) => {
      const within = read(context)
      const parts = within.entries.map((entry): StreamEntry => {
        const local = entry.at + calendar.offsetAt(entry.at)
        return { ...entry, value: BigInt(PARTS[spec.usualTime].of(local)) * ONE }
      })
      return { ...toldBy(within), value: mostTold(parts) }
    }
  },
  toSql: (spec, builder) => {
    const condition = rowsOfEvents(spec, builder)
    const at = 'toUnixTimestamp64Milli(e.time)'
    const { starts, offsets } = builder.calendar.offsets
    const index = `greatest(1, arrayLastIndex(b -> b <= ${at}, ${builder.bind('Array(Int64)', starts)}))`
    const local = `(${at} + arrayElement(${builder.bind('Array(Int64)', offsets)}, ${index}))`
    const keys = `[concat('n', toString(${PARTS[spec.usualTime].sql(local)}))]`
    const most = mostToldSql({ keys, condition })
    const number = `toDecimal256OrZero(substring(${most}, 2), 6)`
    const has = `(${most} != '')`
    return { columns: { ...NO_COLUMNS, number, hasNumber: has, exists: has }, rows: [condition] }
  },
  describe: ({ usualTime, of, within }, names) =>
    sayOfEvents(PARTS[usualTime].words, { of, within }, names),
}
