import { decimalOf } from '../../profile/index.ts'
import type { LocalText } from '../answer.ts'
import type { Operator } from '../rule.ts'
import { presentSql } from './columns.ts'
import { expectations } from './expectations.ts'
import { decimalSql, listOf, type Operation, timeless, words } from './operator.ts'

/** How two numbers may be compared: here, and in ClickHouse. */
type Order = { test: (value: bigint, wanted: bigint) => boolean; sign: string }

const numberOrders = {
  greater: { test: (x, y) => x > y, sign: '>' },
  greaterOrEqual: { test: (x, y) => x >= y, sign: '>=' },
  less: { test: (x, y) => x < y, sign: '<' },
  lessOrEqual: { test: (x, y) => x <= y, sign: '<=' },
} satisfies Record<string, Order>

/** The operators by which two numbers of the same profile may be compared. */
export const orders: Partial<Record<Operator, Order>> = {
  ...numberOrders,
  equals: { test: (x, y) => x === y, sign: '=' },
  notEquals: { test: (x, y) => x !== y, sign: '!=' },
}

function numberOperation(
  { test, sign }: Order,
  describe: (operand: string) => LocalText,
): Operation {
  return {
    takes: expectations.number,
    prepare: (operand) => {
      const wanted = typeof operand === 'number' ? decimalOf(operand) : null
      return (value) =>
        timeless(value.type === 'number' && wanted !== null && test(value.decimal, wanted))
    },
    toSql: ({ number, hasNumber }, operand, builder) => {
      const wanted = decimalOf(Number(operand))
      const holdsForDefault = wanted === null || test(0n, wanted)
      return presentSql(
        { has: hasNumber, value: number },
        { sql: `${number} ${sign} ${decimalSql(Number(operand), builder)}`, holdsForDefault },
      )
    },
    describe,
  }
}

export const numberOperations = {
  greater: numberOperation(numberOrders.greater, words('est supérieur à …', 'is above …')),
  greaterOrEqual: numberOperation(
    numberOrders.greaterOrEqual,
    words('vaut au moins …', 'is at least …'),
  ),
  less: numberOperation(numberOrders.less, words('est inférieur à …', 'is below …')),
  lessOrEqual: numberOperation(numberOrders.lessOrEqual, words('vaut au plus …', 'is at most …')),
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
