import { isItemPath } from '../profile/index.ts'
import { meanSql, numberColumns, wide } from './measureSql.ts'
import { type Columns, comparePath, ITEM_TYPES, type PathSql } from './operators/index.ts'
import { typedValueOf } from './operators/values.ts'
import type { ObjectMeasure, Objects } from './rule.ts'
import type { SqlBuilder } from './sqlBuilder.ts'
import { latestSql, partsOf, toldSql } from './traitSql.ts'

/**
 * The people of whose objects an aggregate test holds. The rows `e` of what was said of an object
 * become one row `o` with the last value of each path that is asked for; those that are gone, and
 * those that do not fulfil the filters, are left out.
 */
export function peopleWithObjects(
  asked: Objects & { property?: string },
  test: (read: (path: string) => PathSql) => string,
  builder: SqlBuilder,
): string {
  const { object, where = [], property } = asked
  const read = where.map((filter) => filter.property)
  const paths = [...new Set(property === undefined ? read : [...read, property])]
  const at = (path: string) => partsOf(`o.a${paths.indexOf(path)}`)
  const latest = paths.map((path, index) => {
    return `, ${latestSql(path, toldSql(path, builder), builder)} AS a${index}`
  })
  const filters = where.map((filter) =>
    comparePath(filter.property, filter, at(filter.property), builder),
  )
  const rows = [
    `e.workspace = ${builder.bind('UInt32', builder.workspace)}`,
    `e.type = ${builder.text(object)}`,
    ...(builder.isPast ? [`e.time <= ${builder.instant(builder.now)}`] : []),
  ]
  return (
    `(p.profile IN (SELECT profile FROM (` +
    `SELECT profile, argMax(e.removed, (e.time, e.hash)) AS is_gone${latest.join('')} ` +
    `FROM object_of_profile AS e WHERE ${rows.join(' AND ')} GROUP BY profile, e.id) AS o ` +
    `WHERE ${['NOT o.is_gone', ...filters].join(' AND ')} ` +
    `GROUP BY profile HAVING ${test(at)}))`
  )
}

/** A measure as an aggregate over rows `o`. */
export function objectMeasureSql(
  { measure, property }: { measure: ObjectMeasure; property: string },
  value: PathSql,
): Columns {
  return aggregates[measure](arraysOf(property, value))
}

/** What an object has under a path, as arrays: of an item path several values. */
type Arrays = { numbers: string; values: string }

function arraysOf(path: string, { columns, items }: PathSql): Arrays {
  if (isItemPath(path)) {
    const isNumber = `arrayFilter(i -> i.1 = ${ITEM_TYPES.number}, ${items()})`
    return { numbers: `arrayMap(i -> i.3, ${isNumber})`, values: items() }
  }
  const { tuple, exists } = typedValueOf(columns)
  return {
    numbers: `if(${columns.hasNumber}, [${columns.number}], [])`,
    values: `if(${exists}, [${tuple}], [])`,
  }
}

const countOf = ({ numbers }: Arrays): string => `sum(length(${numbers}))`

const extreme =
  (name: 'minArray' | 'maxArray') =>
  (arrays: Arrays): Columns =>
    numberColumns(wide(`${name}(${arrays.numbers})`), `(${countOf(arrays)} > 0)`)

const aggregates: Record<ObjectMeasure, (arrays: Arrays) => Columns> = {
  sum: ({ numbers }) => numberColumns(wide(`sumArray(${numbers})`), 'true'),
  average: (arrays) => meanSql(`sumArray(${arrays.numbers})`, countOf(arrays)),
  min: extreme('minArray'),
  max: extreme('maxArray'),
  distinct: ({ values }) => numberColumns(wide(`uniqExactArray(${values})`), 'true'),
}

export const objectMeasures = Object.keys(aggregates) as ObjectMeasure[]
