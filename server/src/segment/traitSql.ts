import { listPath } from '../profile/index.ts'
import {
  type Columns,
  columnsAt,
  comparePath,
  NO_COLUMNS,
  type PathSql,
  pathAt,
} from './operators/index.ts'
import { sourceSql, sourcesAsked } from './party.ts'
import type { Comparison, FromParty, Sources } from './rule.ts'
import type { SqlBuilder } from './sqlBuilder.ts'

/** Compares the value of a trait of the row `p`. */
export function traitSql(path: string, asked: Comparison & FromParty, builder: SqlBuilder): string {
  const sources = sourcesAsked(asked)
  if (sources) return traitOfSources(path, asked, { sources, builder })
  return comparePath(path, asked, traitAt(path, builder), builder)
}

/**
 * The same where the value was told by one of these sources: what others told is none. The row `p`
 * does not say who told it, so it is read from the events.
 */
function traitOfSources(
  path: string,
  asked: Comparison,
  { sources, builder }: { sources: Sources; builder: SqlBuilder },
): string {
  const rows = toldRows(path, builder)
  const teller = `argMaxIf(${sourceSql(sources, builder)}, (e.time, e.hash), ${rows})`
  const isTold = builder.askValue(rows, teller)
  const holds = comparePath(path, asked, toldTrait(path, builder), builder)
  return asked.op === 'notExists' ? `(NOT ${isTold} OR ${holds})` : `(${isTold} AND ${holds})`
}

/** What a trait of the row `p` is, or was when the question is about the past. */
export function traitAt(path: string, builder: SqlBuilder): PathSql {
  return builder.isPast ? toldTrait(path, builder) : pathAt('p', path, builder)
}

/** The name of the rows that told a trait; they are shared with other questions. */
const toldRows = (path: string, builder: SqlBuilder): string =>
  // An order has products as well.
  builder.nameRows(`(e.type = 'identify' AND ${toldSql(path, builder)})`)

/**
 * What a trait was at `now`, read from the events that told it: the last value, unless it was taken
 * back since. Who never told it has nothing of any type.
 */
function toldTrait(path: string, builder: SqlBuilder): PathSql {
  const rows = toldRows(path, builder)
  return partsOf(builder.askValue(rows, latestSql(path, rows, builder)))
}

const FIELDS = Object.keys(NO_COLUMNS) as (keyof Columns)[]

/** That a row `e` tells the value of a path, or takes it back. */
export function toldSql(path: string, builder: SqlBuilder): string {
  const list = listPath(path)
  return `(${columnsAt('e', list, builder).exists} OR has(e.gone, ${builder.text(list)}))`
}

/** What the latest of the rows `e` that fulfil a condition says: all columns, as a tuple. */
export function latestSql(path: string, condition: string, builder: SqlBuilder): string {
  const { columns, items } = pathAt('e', path, builder)
  const all = [...FIELDS.map((field) => columns[field]), items()]
  return `argMaxIf(tuple(${all.join(', ')}), (e.time, e.hash), ${condition})`
}

/** The value in a tuple of `latestSql`. */
export function partsOf(latest: string): PathSql {
  return { columns: columnsOfTuple(latest), items: () => `${latest}.${FIELDS.length + 1}` }
}

/** All columns of a value as one tuple, so that it can be carried under one name. */
export const tupleOfColumns = (columns: Columns): string =>
  `tuple(${FIELDS.map((field) => columns[field]).join(', ')})`

/** The columns that such a tuple carries. */
export function columnsOfTuple(tuple: string): Columns {
  const parts = FIELDS.map((field, index) => [field, `${tuple}.${index + 1}`])
  return Object.fromEntries(parts) as Columns
}
