import { isItemPath } from '../../profile/index.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { columnsAt, ITEM_TYPES } from './columns.ts'

/**
 * The value of a property of a row `e`, whatever its type, as one tuple (type, text, number): equal
 * where the values are. `exists` tells whether there is a text, a number or a boolean at all.
 */
export function valueSql(path: string, builder: SqlBuilder): { tuple: string; exists: string } {
  const { hasText, hasNumber, hasBoolean, text, number, boolean } = columnsAt('e', path, builder)
  const { number: isNumber, boolean: isBoolean, text: isText } = ITEM_TYPES
  const type = `toUInt8(multiIf(${hasNumber}, ${isNumber}, ${hasBoolean}, ${isBoolean}, ${isText}))`
  const words = `if(${hasBoolean}, toString(${boolean}), ${text})`
  return {
    tuple: `tuple(${type}, ${words}, ${number})`,
    exists: `(${hasText} OR ${hasNumber} OR ${hasBoolean})`,
  }
}

/** All values of a property of a row `e` as an array of such tuples: of an item path several. */
export function valuesSql(path: string, builder: SqlBuilder): string {
  if (isItemPath(path)) return `e.item[${builder.text(path)}]`
  const { tuple, exists } = valueSql(path, builder)
  return `if(${exists}, [${tuple}], [])`
}
