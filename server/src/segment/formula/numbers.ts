import { decimalOf, decimalText } from '../../profile/index.ts'
import { ONE } from '../measure.ts'
import {
  type FormulaFunction,
  letSql,
  type Maybe,
  NUMBER_LIMIT,
  NUMBER_LIMIT_TEXT,
} from './tree.ts'

/** Arithmetic on decimals of six digits; ClickHouse's are Decimal256 with the same digits. */

export const ONE_SQL = 'toDecimal256(1, 6)'

const bounded = (value: bigint): bigint | null =>
  value > -NUMBER_LIMIT && value < NUMBER_LIMIT ? value : null

export const boundedSql = (sql: string): string =>
  letSql({ n: sql }, `if(abs(n) < toDecimal256('${NUMBER_LIMIT_TEXT}', 6), n, NULL)`)

const asNumbers = (args: readonly Maybe[]) => args as readonly bigint[]

function arithmetic(run: (x: bigint, y: bigint) => bigint, sign: string): FormulaFunction {
  return {
    args: ['number', 'number'],
    result: 'number',
    run: (args) => {
      const [x = 0n, y = 0n] = asNumbers(args)
      return bounded(run(x, y))
    },
    sql: ([x, y]) => boundedSql(`${x} ${sign} ${y}`),
  }
}

export const minus = arithmetic((x, y) => x - y, '-')
export const plus = arithmetic((x, y) => x + y, '+')

/** Cut after six digits, as a ratio. */
export const times: FormulaFunction = {
  args: ['number', 'number'],
  result: 'number',
  run: (args) => {
    const [x = 0n, y = 0n] = asNumbers(args)
    return bounded((x * y) / ONE)
  },
  sql: ([x, y]) => boundedSql(`multiplyDecimal(${x}, ${y}, 6)`),
}

/** Cut after six digits; by 0 it has no value. */
export const over: FormulaFunction = {
  args: ['number', 'number'],
  result: 'number',
  run: (args) => {
    const [x = 0n, y = 0n] = asNumbers(args)
    return y === 0n ? null : bounded((x * ONE) / y)
  },
  // ClickHouse divides where the value is missing too, so the divisor is never null nor 0.
  sql: ([x, y]) => {
    const quotient = `divideDecimal(x, if(y = 0, ${ONE_SQL}, y), 6)`
    const values = { x: String(x), y: `ifNull(${y}, toDecimal256(0, 6))` }
    return boundedSql(letSql(values, `if(y = 0, NULL, ${quotient})`))
  },
}

/** A function of one number that makes none greater than a limit. */
function ofOne(run: (x: bigint) => bigint, name: string): FormulaFunction {
  return {
    args: ['number'],
    result: 'number',
    run: (args) => run(asNumbers(args)[0] ?? 0n),
    sql: ([x]) => `${name}(${x})`,
  }
}

export const negative = ofOne((x) => -x, 'negate')
export const absolute = ofOne((x) => (x < 0n ? -x : x), 'abs')
const floorOf = (x: bigint) => x - (((x % ONE) + ONE) % ONE)
export const floor = ofOne(floorOf, 'floor')
export const ceil = ofOne((x) => -floorOf(-x), 'ceil')

/** To the nearest multiple of `step`, in millionths; halves away from zero. */
function nearest(x: bigint, step: bigint): bigint {
  const magnitude = x < 0n ? -x : x
  const rounded = ((magnitude + step / 2n) / step) * step
  return x < 0n ? -rounded : rounded
}

/** With a number of digits behind the point, 0 to 6. */
export const round = (digits: number): FormulaFunction => ({
  args: ['number'],
  result: 'number',
  run: (args) => nearest(asNumbers(args)[0] ?? 0n, 10n ** BigInt(6 - digits)),
  sql: ([x]) => `round(${x}, ${digits})`,
})

/** A number as a text, without zeros at its end. */
export const textOfNumber: FormulaFunction = {
  args: ['number'],
  result: 'text',
  run: (args) => decimalText(asNumbers(args)[0] ?? 0n).replace(/\.?0+$/, ''),
  sql: ([x]) => `toString(${x})`,
}

/** A number of a formula's text; `null`: too large. */
export function literalNumber(value: number | bigint): bigint | null {
  const decimal = typeof value === 'bigint' ? value * ONE : decimalOf(value)
  return decimal === null ? null : bounded(decimal)
}

export const numberSql = (value: bigint): string => `toDecimal256('${decimalText(value)}', 6)`
