import { listPath } from '../profile/index.ts'
import { profilesFulfilling } from './eventStreams.ts'
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
  return traitsSql(
    [path],
    ([value]) => (value ? comparePath(path, comparison, value, builder) : 'false'),
    // Of somebody who never told it only its absence holds.
    { builder, holdsForNobody: comparison.op === 'notExists' },
  )
}

/** A test of several traits of the row `p`. */
export function traitsSql(
  paths: readonly string[],
  test: (values: readonly PathSql[]) => string,
  asked: { builder: SqlBuilder; holdsForNobody: boolean },
): string {
  const { builder } = asked
  if (builder.isPast) return pastSql(paths, test, asked)
  return test(paths.map((path) => pathAt('p', path, builder)))
}

/**
 * What traits were at `now`, read from the events that told them: of each the last value, unless it
 * was taken back since. Only people who told one of them have a row.
 */
function pastSql(
  paths: readonly string[],
  test: (values: readonly PathSql[]) => string,
  { builder, holdsForNobody }: { builder: SqlBuilder; holdsForNobody: boolean },
): string {
  // The rows are shared with other questions, so each value says by itself what it is read from:
  // an order has products as well.
  const told = paths.map((path) => `(e.type = 'identify' AND ${toldSql(path, builder)})`)
  const values = paths.map((path, index) => partsOf(latestSql(path, told[index] ?? '', builder)))
  const conditions = [`(${told.join(' OR ')})`]
  return profilesFulfilling(conditions, { test: test(values), holdsForNobody }, builder)
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
  const part = (index: number) => `${latest}.${index + 1}`
  const held = Object.fromEntries(FIELDS.map((field, index) => [field, part(index)]))
  return { columns: held as Columns, items: () => part(FIELDS.length) }
}
