import type { QueryParams } from '../platform/clickhouse.ts'
import type { Deps } from '../platform/deps.ts'
import { folded } from '../profile/index.ts'
import { isPersonalTrait, readWorkspace } from '../workspace/index.ts'
import { calendarOf } from './calendar.ts'
import { knownComputed } from './computed/index.ts'
import { personSql } from './computed/personSql.ts'
import { computedNamed } from './computed/resolve.ts'
import { readComputed } from './computedDefinitions.ts'
import { shownSql } from './computedPreview.ts'
import { peopleSql } from './eventStreams.ts'
import { SqlBuilder } from './sqlBuilder.ts'

/** Asks history; see `insight`. */
type Ask = <Row>(sql: string, params: QueryParams) => Promise<Row[]>

const VALUES_MAX = 50

/**
 * The usual values of a computed trait, the most frequent first; of lists their items. null: there
 * is no computed trait of this name. Of what is personal nothing is told to who sees it masked.
 * @param q the beginning of a value
 */
export async function computedValues(
  deps: Deps,
  ask: Ask,
  asked: { workspace: number; key: string; q: string; reveals: boolean },
): Promise<{ value: string; count: number }[] | null> {
  const { workspace, key, q, reveals } = asked
  const spec = computedNamed(key, await readComputed(deps.postgres, workspace))?.spec
  if (!spec) return null
  const kind = knownComputed(spec)
  const shows = kind.shows?.(spec)?.split('.').at(-1)
  if (!reveals && shows !== undefined && isPersonalTrait(shows)) return []
  const { timeZone } = await readWorkspace(deps, workspace)
  const calendar = calendarOf(timeZone)
  const builder = new SqlBuilder({ workspace, now: deps.clock.now(), calendar })
  const value = shownSql(personSql(kind, spec, builder))
  const begins = `startsWith(item, ${builder.text(folded(q))})`
  return ask<{ value: string; count: number }>(
    `SELECT item AS value, count() AS count FROM (
       SELECT arrayJoin(if(v.1 = 'list', v.3, [v.2])) AS item
       FROM (SELECT ${value} AS v ${peopleSql(builder)}) WHERE v.1 != 'none'
     ) WHERE item != '' AND ${begins}
     GROUP BY item ORDER BY count DESC, item LIMIT ${VALUES_MAX}`,
    builder.params,
  )
}
