import { isItemPath } from '../profile/index.ts'
import { eventConditions, spanConditions } from './eventStreams.ts'
import { type Columns, columnsAt, ITEM_TYPES, NO_COLUMNS } from './operators/index.ts'
import { valueSql } from './operators/values.ts'
import { spanOf } from './period.ts'
import type { Events, Measure, MeasureName } from './rule.ts'
import type { SqlBuilder } from './sqlBuilder.ts'

/**
 * Measures as aggregates over the rows `e` of one profile. Everything is an aggregate of the rows
 * that fulfil a condition, so that several measures can stand side by side in one question.
 */
type Read = {
  /** Of the rows that are looked at. */
  condition: string
  path: string
  builder: SqlBuilder
}

/** Sums and counts are Decimal256, so that their comparison never overflows. */
export const wide = (sql: string) => `toDecimal256(${sql}, 6)`

const numbersOfItems = ({ path, builder }: Read) =>
  `arrayMap(i -> i.3, arrayFilter(i -> i.1 = ${ITEM_TYPES.number}, e.item[${builder.text(path)}]))`

/** An aggregate over the numbers of the property: one of a row, or all of a list's items. */
function ofNumbers(name: string, read: Read): string {
  if (isItemPath(read.path)) return `${name}ArrayIf(${numbersOfItems(read)}, ${read.condition})`
  const { number, hasNumber } = columnsAt('e', read.path, read.builder)
  return `${name}If(${number}, ${read.condition} AND ${hasNumber})`
}

function distinctSql(read: Read): string {
  if (isItemPath(read.path)) {
    return `uniqExactArrayIf(e.item[${read.builder.text(read.path)}], ${read.condition})`
  }
  const { tuple, exists } = valueSql(read.path, read.builder)
  return `uniqExactIf(${tuple}, ${read.condition} AND ${exists})`
}

export const numberColumns = (value: string, has: string): Columns => {
  return { ...NO_COLUMNS, number: value, hasNumber: has, exists: has }
}

/** An average, cut after six digits; of nothing there is none. */
export const meanSql = (sum: string, count: string): Columns =>
  numberColumns(
    `divideDecimal(${wide(sum)}, ${wide(`greatest(1, ${count})`)}, 6)`,
    `(${count} > 0)`,
  )

/** The first or the last value; of equal times the hash decides, as in the documents. */
function edge(name: 'argMinIf' | 'argMaxIf', read: Read): Columns {
  const { tuple, exists } = valueSql(read.path, read.builder)
  const chosen = `${name}(${tuple}, (e.time, e.hash), ${read.condition} AND ${exists})`
  const any = `(countIf(${read.condition} AND ${exists}) > 0)`
  return {
    ...NO_COLUMNS,
    text: `${chosen}.2`,
    number: `${chosen}.3`,
    boolean: `(${chosen}.2 = 'true')`,
    hasText: `(${any} AND ${chosen}.1 = ${ITEM_TYPES.text})`,
    hasNumber: `(${any} AND ${chosen}.1 = ${ITEM_TYPES.number})`,
    hasBoolean: `(${any} AND ${chosen}.1 = ${ITEM_TYPES.boolean})`,
    exists: any,
  }
}

const aggregates: Record<MeasureName, (read: Read) => Columns> = {
  count: ({ condition }) => numberColumns(wide(`countIf(${condition})`), 'true'),
  sum: (read) => numberColumns(wide(ofNumbers('sum', read)), 'true'),
  average: (read) => {
    const count = ofNumbers('count', read)
    return meanSql(ofNumbers('sum', read), count)
  },
  min: (read) => numberColumns(wide(ofNumbers('min', read)), `(${ofNumbers('count', read)} > 0)`),
  max: (read) => numberColumns(wide(ofNumbers('max', read)), `(${ofNumbers('count', read)} > 0)`),
  distinct: (read) => numberColumns(wide(distinctSql(read)), 'true'),
  first: (read) => edge('argMinIf', read),
  last: (read) => edge('argMaxIf', read),
}

/** The name of the rows that a measure looks at. */
function rowsOf(events: Events, measure: Measure, builder: SqlBuilder): string {
  const span = spanOf(measure.within, builder.now, builder.calendar)
  const parts = [...eventConditions(events, builder), ...spanConditions(span, builder)]
  return builder.nameRows(parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`)
}

/** A measure in a question whose rows are grouped by profile, and which rows it needs. */
export function measureSql(
  measure: Measure,
  builder: SqlBuilder,
): { columns: Columns; rows: string[] } {
  const condition = rowsOf(measure.of, measure, builder)
  const columns = aggregates[measure.measure]({
    condition,
    path: measure.property ?? '',
    builder,
  })
  const { less } = measure
  if (!less) return { columns, rows: [condition] }
  const taken = rowsOf(less.of, measure, builder)
  const off = aggregates[measure.measure]({
    condition: taken,
    path: less.property ?? measure.property ?? '',
    builder,
  })
  const left = numberColumns(`(${columns.number} - ${off.number})`, columns.hasNumber)
  return { columns: left, rows: [condition, taken] }
}
