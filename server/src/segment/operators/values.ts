import { isItemPath } from '../../profile/index.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { type Columns, columnsAt, ITEM_TYPES } from './columns.ts'

/**
 * A value, whatever its type, as one tuple (type, text, number): equal where the values are.
 * `exists` tells whether there is a text, a number or a boolean at all.
 */
export function typedValueOf(columns: Columns): { tuple: string; exists: string } {
  const { hasText, hasNumber, hasBoolean, text, number, boolean } = columns
  const { number: isNumber, boolean: isBoolean, text: isText } = ITEM_TYPES
  const type = `toUInt8(multiIf(${hasNumber}, ${isNumber}, ${hasBoolean}, ${isBoolean}, ${isText}))`
  const words = `if(${hasBoolean}, toString(${boolean}), ${text})`
  return {
    tuple: `tuple(${type}, ${words}, ${number})`,
    exists: `(${hasText} OR ${hasNumber} OR ${hasBoolean})`,
  }
}

/** The value of a property of a row `e`. */
export const valueSql = (path: string, builder: SqlBuilder): { tuple: string; exists: string } =>
  typedValueOf(columnsAt('e', path, builder))

/** All values of a property of a row `e` as an array of such tuples: of an item path several. */
export function valuesSql(path: string, builder: SqlBuilder): string {
  if (isItemPath(path)) return `e.item[${builder.text(path)}]`
  const { tuple, exists } = valueSql(path, builder)
  return `if(${exists}, [${tuple}], [])`
}
