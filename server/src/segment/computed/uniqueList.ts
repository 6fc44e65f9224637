import { entriesReader, toldBy } from '../measureReader.ts'
import { NO_COLUMNS } from '../operators/index.ts'
import { limits, type UniqueList } from '../rule.ts'
import { nameSchema } from '../schema.ts'
import { sayOfEvents } from '../words.ts'
import type { ComputedKind } from './kind.ts'
import { needsOfEvents, ofEventsParts, ofEventsSchema, rowsOfEvents } from './ofEvents.ts'
import { BY_LAST_SQL, byLast, keysSql, textOfKey, toldSql, toldValues } from './values.ts'

/** The different values told, as texts, the one told last first; so many of them at the most. */
export const uniqueListTrait: ComputedKind<UniqueList> = {
  is: (spec): spec is UniqueList => 'uniqueList' in spec,
  schema: ofEventsSchema({ uniqueList: nameSchema }),
  ...ofEventsParts,
  type: () => 'list',
  shows: (spec) => spec.uniqueList,
  needs: (spec) => needsOfEvents(spec, spec.uniqueList),
  prepare: (spec, scope) => {
    const read = entriesReader(
      { events: spec.of, value: spec.uniqueList, period: spec.within },
      scope,
    )
    return (context) => {
      const within = read(context)
      const told = toldValues(within.entries).sort(byLast)
      const items = told.slice(0, limits.uniqueValues).map(({ key }) => textOfKey(key))
      return {
        ...toldBy(within),
        value: items.length === 0 ? null : { type: 'list', raw: items, items },
        approximate: within.approximate || told.length > limits.uniqueValues,
      }
    }
  },
  toSql: (spec, builder) => {
    const condition = rowsOfEvents(spec, builder)
    const told = toldSql({ keys: keysSql(spec.uniqueList, builder), condition })
    const newest = `arraySlice(arraySort(${BY_LAST_SQL}, ${told}), 1, ${limits.uniqueValues})`
    const list = `arrayMap(x -> substring(x.1, 2), ${newest})`
    const has = `notEmpty(${told})`
    return { columns: { ...NO_COLUMNS, list, hasList: has, exists: has }, rows: [condition] }
  },
  describe: ({ uniqueList, of, within }, names) =>
    sayOfEvents(
      { fr: 'valeurs différentes', en: 'different values' },
      { property: uniqueList, of, within },
      names,
    ),
}
