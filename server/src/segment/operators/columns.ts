import { isItemPath } from '../../profile/index.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'

/** SQL of one path's values by type, and of whether the path has a value of that type at all. */
export type Columns = {
  text: string
  number: string
  instant: string
  boolean: string
  list: string
  version: string
  hasText: string
  hasNumber: string
  hasInstant: string
  hasBoolean: string
  hasList: string
  hasVersion: string
  exists: string
}

/** Of what has no value at all; a source of columns fills in what it has. */
export const NO_COLUMNS: Columns = {
  text: "''",
  number: 'toDecimal128(0, 6)',
  instant: "toDateTime64(0, 3, 'UTC')",
  boolean: 'false',
  list: "CAST([], 'Array(String)')",
  version: "''",
  hasText: 'false',
  hasNumber: 'false',
  hasInstant: 'false',
  hasBoolean: 'false',
  hasList: 'false',
  hasVersion: 'false',
  exists: 'false',
}

/** The typed columns of one path of a table whose row is called `alias`. */
export function columnsAt(alias: string, path: string, builder: SqlBuilder): Columns {
  const key = builder.text(path)
  const at = (column: string) => `${alias}.${column}[${key}]`
  const has = (column: string) => `mapContains(${alias}.${column}, ${key})`
  const parts = [has('text'), has('number'), has('boolean'), has('list')]
  // A path of items has one column more; the others never have such a path.
  if (isItemPath(path)) parts.push(has('item'))
  return {
    text: at('text'),
    number: at('number'),
    instant: at('instant'),
    boolean: at('boolean'),
    list: at('list'),
    version: at('semver'),
    hasText: has('text'),
    hasNumber: has('number'),
    hasInstant: has('instant'),
    hasBoolean: has('boolean'),
    hasList: has('list'),
    hasVersion: has('semver'),
    exists: `(${parts.join(' OR ')})`,
  }
}

/**
 * A test of a value that must be there. What a Map does not have reads as the type's default: where
 * the test fails for that anyway, the Map need not be searched a second time.
 */
export function presentSql(
  { has, value }: { has: string; value: string },
  test: { sql: string; holdsForDefault: boolean },
): string {
  const [, map, key] = /^mapContains\((\S+), (\S+)\)$/.exec(has) ?? []
  const readsDefault = map !== undefined && value === `${map}[${key}]`
  return readsDefault && !test.holdsForDefault ? `(${test.sql})` : `(${has} AND ${test.sql})`
}

/** Codes of the types of items, as the sink writes them. */
export const ITEM_TYPES = { text: 0, number: 1, boolean: 2 } as const

/** Columns of one item: a tuple (type, text, number) called `name`. */
export function columnsOfItem(name: string): Columns {
  return {
    ...NO_COLUMNS,
    text: `${name}.2`,
    number: `${name}.3`,
    boolean: `(${name}.2 = 'true')`,
    hasText: `(${name}.1 = ${ITEM_TYPES.text})`,
    hasNumber: `(${name}.1 = ${ITEM_TYPES.number})`,
    hasBoolean: `(${name}.1 = ${ITEM_TYPES.boolean})`,
    exists: 'true',
  }
}
