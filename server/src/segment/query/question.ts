import { reserved } from '../../collect/index.ts'
import type { QueryParams } from '../../platform/clickhouse.ts'
import type { FormulaType } from '../formula/index.ts'
import type { Query } from '../rule.ts'
import { embedded } from './check.ts'

/** A query of a workspace's own, with what it is given, within what it may take. Pure. */

export const QUERY_LIMITS = { seconds: 60, memoryBytes: 1024 ** 3, rows: 500_000 } as const

/** Tables that hold rows of several workspaces, by the column that tells them apart. */
const SHARED_TABLES = [
  ...['event', 'trait_change', 'membership_change', 'membership_stay', 'identity_change'],
  ...['profile_current', 'object_said', 'consent_said'],
]

/**
 * It writes nothing, ends in time, and reads the workspace's rows: what it is given is of them
 * alone, and were it to reach a table after all, that table would be filtered.
 */
function settingsSql(workspace: number): string {
  const filters = SHARED_TABLES.map((table) => `'${table}': 'workspace = ${Number(workspace)}'`)
  return (
    `SETTINGS readonly = 2, max_execution_time = ${QUERY_LIMITS.seconds}, ` +
    `max_memory_usage = ${QUERY_LIMITS.memoryBytes}, ` +
    `additional_table_filters = {${filters.join(', ')}}`
  )
}

/** The two tables that a query reads. */
const GIVEN = `people AS (
    SELECT profile, name, identifiers, first_seen, last_seen, events AS event_count, reachable,
      text, number, boolean, instant, list, item
    FROM profile_current FINAL WHERE workspace = {workspace:UInt32} AND kind = 'person'
  ), events AS (
    SELECT profile, event AS name, time AS at, source, message_id,
      text, number, boolean, instant, list, item
    FROM event_of_profile WHERE workspace = {workspace:UInt32} AND counted AND event != {own:String}
  )`

/** A value as a text: '' is none. Numbers are cut after six digits, dates are epoch ms. */
const AS_TEXT: Record<FormulaType, string> = {
  number: "ifNull(toString(toDecimal128OrNull(toString(value), 6)), '')",
  text: "ifNull(substringUTF8(toString(value), 1, 512), '')",
  boolean:
    "multiIf(toString(value) IN ('true', '1'), 'true', toString(value) IN ('false', '0'), 'false', '')",
  date: "ifNull(toString(toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(toString(value), 3, 'UTC'))), '')",
}

/** What somebody has now, as such a text. */
const HELD: Record<FormulaType, string> = {
  number: "if(mapContains(number, {trait:String}), toString(number[{trait:String}]), '')",
  text: 'text[{trait:String}]',
  boolean: "if(mapContains(boolean, {trait:String}), toString(boolean[{trait:String}]), '')",
  date: "if(mapContains(instant, {trait:String}), toString(toUnixTimestamp64Milli(instant[{trait:String}])), '')",
}

type Asked = { workspace: number; spec: Query }
export type Question = { sql: string; params: QueryParams }

function paramsOf({ workspace, spec }: Asked): QueryParams {
  return { workspace, own: reserved.LIST_EVENT, namespace: `${spec.key}:` }
}

/** What the query gives, and whose it is: `found` and `keyed`. */
function foundSql({ spec }: Asked): string {
  const rows = QUERY_LIMITS.rows
  const keys =
    spec.key === 'profile'
      ? '[toString(profile)]'
      : `arrayMap(i -> substring(i, length({namespace:String}) + 1),
           arrayFilter(i -> startsWith(i, {namespace:String}), identifiers))`
  return `WITH ${GIVEN}, found AS (
    SELECT ifNull(toString(key), '') AS k, ${AS_TEXT[spec.type]} AS v
    FROM ${embedded(spec.sql)}
    WHERE throwIf(rowNumberInAllBlocks() >= ${rows}, 'It gives more than ${rows} rows.') = 0
  ), keyed AS (SELECT profile, arrayJoin(${keys}) AS k FROM people)`
}

/** How many rows it gives, how many of them are of somebody, and the first of them. */
export function sampleQuestion(
  asked: Asked,
  { rows, profile }: { rows: number; profile: string | null },
): Question {
  const chosen = profile === null ? '1' : 'profile = {profile:String}'
  return {
    sql: `${foundSql(asked)}
      SELECT count() AS rows, countIf(profile != '' AND value != '') AS matched,
        groupArrayIf(${rows})(tuple(key, value, profile), ${chosen}) AS first
      FROM (
        SELECT f.k AS key, f.v AS value, if(p.k = '', '', toString(p.profile)) AS profile
        FROM found AS f LEFT ANY JOIN keyed AS p ON p.k = f.k
      ) ${settingsSql(asked.workspace)}`,
    params: { ...paramsOf(asked), ...(profile === null ? {} : { profile }) },
  }
}

/** How many people have a value, and whose is another one than before, or no longer there. */
export function changesQuestion(asked: Asked, trait: string): Question {
  const { spec, workspace } = asked
  return {
    sql: `${foundSql(asked)},
      matched AS (
        SELECT p.profile AS profile, argMin(f.v, f.k) AS v
        FROM keyed AS p INNER JOIN found AS f ON f.k = p.k WHERE f.v != '' GROUP BY p.profile
      )
      SELECT countIf(value != '') AS people,
        groupArrayIf(tuple(profile, identifier, value, held), value != held) AS changed
      FROM (
        SELECT toString(h.profile) AS profile, h.identifier AS identifier, m.v AS value,
          h.held AS held
        FROM (SELECT profile, identifiers[1] AS identifier, ${HELD[spec.type]} AS held FROM people)
          AS h LEFT JOIN matched AS m ON m.profile = h.profile
      ) ${settingsSql(workspace)}`,
    params: { ...paramsOf(asked), trait },
  }
}
