import type { FormulaFunction, FormulaType, Maybe } from './tree.ts'
import { letSql } from './tree.ts'

/** Comparisons and choices. What is missing is neither true nor false, as in SQL. */

const ALL: readonly FormulaType[] = ['number', 'text', 'boolean', 'date']
const ORDERED: readonly FormulaType[] = ['number', 'date']

function compared(
  run: (x: Maybe, y: Maybe) => boolean,
  { sign, of }: { sign: string; of: readonly FormulaType[] },
): FormulaFunction {
  return {
    of,
    args: ['T', 'T'],
    result: 'boolean',
    run: ([x = null, y = null]) => run(x, y),
    sql: ([x, y]) => `(${x} ${sign} ${y})`,
  }
}

const before = (x: Maybe, y: Maybe) => x !== null && y !== null && x < y

export const equal = compared((x, y) => x === y, { sign: '=', of: ALL })
export const unequal = compared((x, y) => x !== y, { sign: '!=', of: ALL })
export const less = compared(before, { sign: '<', of: ORDERED })
export const lessOrEqual = compared((x, y) => !before(y, x), { sign: '<=', of: ORDERED })
export const greater = compared((x, y) => before(y, x), { sign: '>', of: ORDERED })
export const greaterOrEqual = compared((x, y) => !before(x, y), { sign: '>=', of: ORDERED })

/** The first is one of the others. */
export const oneOf: FormulaFunction = {
  of: ['number', 'text'],
  args: ['T', 'T'],
  more: true,
  result: 'boolean',
  run: ([x = null, ...others]) => others.includes(x),
  sql: ([x, ...others]) =>
    letSql({ x: String(x) }, `(${others.map((one) => `x = ${one}`).join(' OR ')})`),
}

/** Decided by one that is false, whatever else is missing. */
export const and: FormulaFunction = {
  args: ['boolean', 'boolean'],
  result: 'boolean',
  lenient: true,
  run: (args) => (args.includes(false) ? false : args.includes(null) ? null : true),
  sql: ([x, y]) => `(${x} AND ${y})`,
}

/** Decided by one that is true, whatever else is missing. */
export const or: FormulaFunction = {
  args: ['boolean', 'boolean'],
  result: 'boolean',
  lenient: true,
  run: (args) => (args.includes(true) ? true : args.includes(null) ? null : false),
  sql: ([x, y]) => `(${x} OR ${y})`,
}

export const not: FormulaFunction = {
  args: ['boolean'],
  result: 'boolean',
  run: ([x]) => x === false,
  sql: ([x]) => `(NOT ${x})`,
}

/** Where the condition has no value, neither has the choice. */
export const choice: FormulaFunction = {
  of: ALL,
  args: ['boolean', 'T', 'T'],
  result: 'T',
  lenient: true,
  run: ([condition = null, yes = null, no = null]) =>
    condition === null ? null : condition ? yes : no,
  sql: ([condition, yes, no]) =>
    letSql(
      { c: String(condition), x: String(yes), y: String(no) },
      'if(isNull(c), NULL, if(c, x, y))',
    ),
}

/** The first that has a value. */
export const coalesce: FormulaFunction = {
  of: ALL,
  args: ['T', 'T'],
  more: true,
  result: 'T',
  lenient: true,
  run: (args) => args.find((one) => one !== null) ?? null,
  sql: (args) => `coalesce(${args.join(', ')})`,
}

function extreme(isFurther: (x: Maybe, y: Maybe) => boolean, name: string): FormulaFunction {
  return {
    of: ORDERED,
    args: ['T', 'T'],
    more: true,
    result: 'T',
    run: (args) => args.reduce((held, one) => (isFurther(one, held) ? one : held)),
    // ClickHouse passes over what is missing.
    sql: (args) =>
      args.reduce((x, y) => letSql({ x, y }, `if(isNull(x) OR isNull(y), NULL, ${name}(x, y))`)),
  }
}

export const least = extreme((one, held) => before(one, held), 'least')
export const greatest = extreme((one, held) => before(held, one), 'greatest')
