import { entriesReader, toldBy } from '../measureReader.ts'
import { NO_COLUMNS } from '../operators/index.ts'
import type { TimeOf } from '../rule.ts'
import { sayOfEvents } from '../words.ts'
import type { ComputedKind } from './kind.ts'
import { needsOfEdge, ofEventsParts, ofEventsSchema, rowsOfEvents } from './ofEvents.ts'
import { edgeOf, edgeSchema, edgeSql } from './times.ts'

/** When the first or the last event took place. */
export const timeOfTrait: ComputedKind<TimeOf> = {
  is: (spec): spec is TimeOf => 'timeOf' in spec,
  schema: ofEventsSchema({ timeOf: edgeSchema }),
  ...ofEventsParts,
  type: () => 'date',
  needs: (spec) => needsOfEdge(spec.timeOf, spec),
  prepare: (spec, scope) => {
    const read = entriesReader({ events: spec.of, period: spec.within }, scope)
    return (context) => {
      const within = read(context)
      const at = edgeOf(spec.timeOf, within.entries)?.at
      const raw = at === undefined ? '' : new Date(at).toISOString()
      return {
        ...toldBy(within),
        value:
          at === undefined
            ? null
            : { type: 'text', raw, folded: raw.toLowerCase(), instant: at, version: null },
        approximate: within.approximate && spec.timeOf === 'first',
      }
    }
  },
  toSql: (spec, builder) => {
    const condition = rowsOfEvents(spec, builder)
    const { time, has } = edgeSql(spec.timeOf, condition)
    const columns = { ...NO_COLUMNS, instant: time, hasInstant: has, exists: has }
    return { columns, rows: [condition] }
  },
  describe: ({ timeOf, of, within }, names) =>
    sayOfEvents(
      timeOf === 'first'
        ? { fr: 'date du premier', en: 'date of the first' }
        : { fr: 'date du dernier', en: 'date of the last' },
      { of, within },
      names,
    ),
}
