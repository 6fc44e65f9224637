import { listPath } from '../profile/index.ts'
import {
  type Columns,
  columnsAt,
  comparePath,
  NO_COLUMNS,
  type PathSql,
  pathAt,
} from './operators/index.ts'
import type { Comparison } from './rule.ts'
import type { SqlBuilder } from './sqlBuilder.ts'

/** Compares the value of a trait of the row `p`. */
export function traitSql(path: string, comparison: Comparison, builder: SqlBuilder): string {
  return comparePath(path, comparison, traitAt(path, builder), builder)
}

/** What a trait of the row `p` is, or was when the question is about the past. */
export function traitAt(path: string, builder: SqlBuilder): PathSql {
  return builder.isPast ? pastTrait(path, builder) : pathAt('p', path, builder)
}

/**
 * What a trait was at `now`, read from the events that told it: the last value, unless it was taken
 * back since. Who never told it has nothing of any type.
 */
function pastTrait(path: string, builder: SqlBuilder): PathSql {
  // The rows are shared with other questions: an order has products as well.
  const rows = builder.nameRows(`(e.type = 'identify' AND ${toldSql(path, builder)})`)
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
