import { decimalOf } from '../../profile/index.ts'
import type { LocalText } from '../kinds/kind.ts'
import { expectations } from './expectations.ts'
import { decimalSql, listOf, type Operation, timeless, words } from './operator.ts'

function numberOperation(
  test: (value: bigint, wanted: bigint) => boolean,
  sign: string,
  describe: (operand: string) => LocalText,
): Operation {
  return {
    takes: expectations.number,
    prepare: (operand) => {
      const wanted = typeof operand === 'number' ? decimalOf(operand) : null
      return (value) =>
        timeless(value.type === 'number' && wanted !== null && test(value.decimal, wanted))
    },
    toSql: (columns, operand, builder) =>
      `(${columns.hasNumber} AND ${columns.number} ${sign} ${decimalSql(Number(operand), builder)})`,
    describe,
  }
}

export const numberOperations = {
  greater: numberOperation((x, y) => x > y, '>', words('est supérieur à …', 'is above …')),
  greaterOrEqual: numberOperation(
    (x, y) => x >= y,
    '>=',
    words('vaut au moins …', 'is at least …'),
  ),
  less: numberOperation((x, y) => x < y, '<', words('est inférieur à …', 'is below …')),
  lessOrEqual: numberOperation((x, y) => x <= y, '<=', words('vaut au plus …', 'is at most …')),
  between: {
    takes: expectations.pair,
    prepare: (operand) => {
      const [low, high] = listOf(operand).map((one) => decimalOf(Number(one)))
      return (value) => {
        if (value.type !== 'number' || low === null || low === undefined) return timeless(false)
        return timeless(value.decimal >= low && value.decimal <= (high ?? low))
      }
    },
    toSql: (columns, operand, builder) => {
      const [low = 0, high = 0] = listOf(operand).map(Number)
      const span = `BETWEEN ${decimalSql(low, builder)} AND ${decimalSql(high, builder)}`
      return `(${columns.hasNumber} AND ${columns.number} ${span})`
    },
    describe: words('est entre …', 'is between …'),
  },
} satisfies Record<string, Operation>
