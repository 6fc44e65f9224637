import { Type } from 'typebox'
import type { StreamEntry } from '../../profile/index.ts'
import { hour, localAt, localSql, weekday } from '../localTime.ts'
import { ONE } from '../measure.ts'
import { entriesReader, toldBy } from '../measureReader.ts'
import { NO_COLUMNS } from '../operators/index.ts'
import type { UsualTime } from '../rule.ts'
import { sayOfEvents } from '../words.ts'
import type { ComputedKind } from './kind.ts'
import { needsOfEvents, ofEventsParts, ofEventsSchema, rowsOfEvents } from './ofEvents.ts'
import { mostTold, mostToldSql } from './values.ts'

const PARTS = {
  hour: { ...hour, words: { fr: 'heure la plus fréquente', en: 'most frequent hour' } },
  weekday: {
    ...weekday,
    words: { fr: 'jour de semaine le plus fréquent', en: 'most frequent day of the week' },
  },
} as const

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
        const part = PARTS[spec.usualTime].of(localAt(entry.at, calendar))
        return { ...entry, value: BigInt(part) * ONE }
      })
      return { ...toldBy(within), value: mostTold(parts) }
    }
  },
  toSql: (spec, builder) => {
    const condition = rowsOfEvents(spec, builder)
    const keys = `[concat('n', toString(${PARTS[spec.usualTime].sql(localSql(builder))}))]`
    const most = mostToldSql({ keys, condition })
    const number = `toDecimal256OrZero(substring(${most}, 2), 6)`
    const has = `(${most} != '')`
    return { columns: { ...NO_COLUMNS, number, hasNumber: has, exists: has }, rows: [condition] }
  },
  describe: ({ usualTime, of, within }, names) =>
    sayOfEvents(PARTS[usualTime].words, { of, within }, names),
}
