/** Comparisons of one typed value: the one place where the operators are listed. */
import { isItemPath, type Typed } from '../../profile/index.ts'
import type { Answer } from '../answer.ts'
import type { Calendar } from '../calendar.ts'
import type { Comparison, Operator } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { type Columns, columnsAt, columnsOfItem } from './columns.ts'
import { dateOperations } from './dates.ts'
import { numberOperations } from './numbers.ts'
import { type Operation, timeless } from './operator.ts'
import { scalarOperations } from './scalars.ts'
import { textOperations } from './texts.ts'

export { type Columns, columnsAt, ITEM_TYPES, NO_COLUMNS } from './columns.ts'
export { orders } from './numbers.ts'
export { keyOf } from './scalars.ts'

export const operations: Record<Exclude<Operator, 'notExists'>, Operation> = {
  ...scalarOperations,
  ...textOperations,
  ...numberOperations,
  ...dateOperations,
}

export const operatorNames = [...Object.keys(operations), 'notExists'] as Operator[]

/** Compares values that may be missing with an operand that is read once. */
export function prepareComparison(
  comparison: Comparison,
  calendar: Calendar,
): (value: Typed | null, now: number) => Answer {
  if (comparison.op === 'notExists') return (value) => timeless(value === null)
  const evaluate = operations[comparison.op].prepare(comparison.value, calendar)
  return (value, now) => {
    if (value === null) return timeless(false)
    // Of the items of a list it is enough that one does.
    if (value.type === 'items') {
      return timeless(value.values.some((item) => evaluate(item, now).holds))
    }
    return evaluate(value, now)
  }
}

/** Keys of the only values that fulfil a comparison; `null` when that is not a matter of keys. */
export function keysOf({ op, value }: Comparison): string[] | null {
  return op === 'notExists' ? null : (operations[op].keys?.(value) ?? null)
}

/** The same for the value of a path, of which there may be several: those of a list's items. */
export function keysAt(path: string, comparison: Comparison): string[] | null {
  return isItemPath(path) ? null : keysOf(comparison)
}

export function compareSql(columns: Columns, comparison: Comparison, builder: SqlBuilder): string {
  if (comparison.op === 'notExists') return `(NOT ${columns.exists})`
  return operations[comparison.op].toSql(columns, comparison.value, builder)
}

/** SQL of what a path has: its own value by type, and the values of a list's items. */
export type PathSql = { columns: Columns; items(): string }

/** The value of a path in the row called `alias`. */
export function pathAt(alias: string, path: string, builder: SqlBuilder): PathSql {
  const columns = columnsAt(alias, path, builder)
  return { columns, items: () => `${alias}.item[${builder.text(path)}]` }
}

/** Compares what a path has; of the items of a list it is enough that one does. */
export function comparePath(
  path: string,
  comparison: Comparison,
  { columns, items }: PathSql,
  builder: SqlBuilder,
): string {
  if (!isItemPath(path) || comparison.op === 'notExists') {
    return compareSql(columns, comparison, builder)
  }
  return `arrayExists(i -> ${compareSql(columnsOfItem('i'), comparison, builder)}, ${items()})`
}
