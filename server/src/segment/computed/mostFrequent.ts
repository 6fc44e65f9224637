import { entriesReader, toldBy } from '../measureReader.ts'
import { NO_COLUMNS } from '../operators/index.ts'
import type { MostFrequent } from '../rule.ts'
import { nameSchema } from '../schema.ts'
import { sayOfEvents } from '../words.ts'
import type { ComputedKind } from './kind.ts'
import { needsOfEvents, ofEventsParts, ofEventsSchema, rowsOfEvents } from './ofEvents.ts'
import { keysSql, mostTold, mostToldSql } from './values.ts'

/** The value told most often; of two told as often the one told last. */
export const mostFrequentTrait: ComputedKind<MostFrequent> = {
  is: (spec): spec is MostFrequent => 'mostFrequent' in spec,
  schema: ofEventsSchema({ mostFrequent: nameSchema }),
  ...ofEventsParts,
  type: () => 'any',
  shows: (spec) => spec.mostFrequent,
  needs: (spec) => needsOfEvents(spec, spec.mostFrequent),
  prepare: (spec, scope) => {
    const read = entriesReader(
      { events: spec.of, value: spec.mostFrequent, period: spec.within },
      scope,
    )
    return (context) => {
      const within = read(context)
      return { ...toldBy(within), value: mostTold(within.entries) }
    }
  },
  toSql: (spec, builder) => {
    const condition = rowsOfEvents(spec, builder)
    const key = mostToldSql({ keys: keysSql(spec.mostFrequent, builder), condition })
    const columns = {
      ...NO_COLUMNS,
      text: `substring(${key}, 2)`,
      number: `toDecimal256OrZero(substring(${key}, 2), 6)`,
      boolean: `(${key} = 'btrue')`,
      hasText: `startsWith(${key}, 't')`,
      hasNumber: `startsWith(${key}, 'n')`,
      hasBoolean: `startsWith(${key}, 'b')`,
      exists: `(${key} != '')`,
    }
    return { columns, rows: [condition] }
  },
  describe: ({ mostFrequent, of, within }, names) =>
    sayOfEvents(
      { fr: 'valeur la plus fréquente', en: 'most frequent value' },
      { property: mostFrequent, of, within },
      names,
    ),
}
