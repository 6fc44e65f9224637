import { decimalOf, folded, type Typed } from '../../profile/index.ts'
import type { Operand } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { type Columns, presentSql } from './columns.ts'
import { expectations } from './expectations.ts'
import { decimalSql, decimalsSql, listOf, type Operation, timeless, words } from './operator.ts'

/**
 * What a scalar is compared by: two values are equal exactly when their keys are. `null` for what
 * equals nothing.
 */
export function keyOf(value: Typed): string | null {
  if (value.type === 'text') return `t${value.folded}`
  if (value.type === 'number') return `n${value.decimal}`
  return value.type === 'boolean' ? `b${value.raw}` : null
}

function keyOfOperand(operand: unknown): string {
  if (typeof operand === 'string') return `t${folded(operand)}`
  return typeof operand === 'number' ? `n${decimalOf(operand)}` : `b${operand === true}`
}

function equalTo(operand: Operand | undefined): (value: Typed) => boolean {
  const wanted = keyOfOperand(operand)
  return (value) => keyOf(value) === wanted
}

function equalSql(columns: Columns, operand: unknown, builder: SqlBuilder): string {
  const { text, number, boolean } = columns
  if (typeof operand === 'string') {
    const sql = `${text} = ${builder.text(folded(operand))}`
    const test = { sql, holdsForDefault: folded(operand) === '' }
    return presentSql({ has: columns.hasText, value: text }, test)
  }
  if (typeof operand === 'number') {
    const sql = `${number} = ${decimalSql(operand, builder)}`
    const test = { sql, holdsForDefault: decimalOf(operand) === 0n }
    return presentSql({ has: columns.hasNumber, value: number }, test)
  }
  const sql = `${boolean} = ${builder.bind('Bool', operand === true)}`
  const test = { sql, holdsForDefault: operand !== true }
  return presentSql({ has: columns.hasBoolean, value: boolean }, test)
}

/** One look-up a type, however many values there are. */
function oneOfSql(columns: Columns, operand: Operand | undefined, builder: SqlBuilder): string {
  const wanted = listOf(operand)
  const texts = wanted.filter((one) => typeof one === 'string').map(folded)
  const numbers = wanted.filter((one) => typeof one === 'number')
  const booleans = wanted.filter((one) => typeof one === 'boolean')
  const parts = booleans.map((one) => equalSql(columns, one, builder))
  if (texts.length > 0) {
    const sql = `${columns.text} IN ${builder.bind('Array(String)', texts)}`
    const test = { sql, holdsForDefault: texts.includes('') }
    parts.push(presentSql({ has: columns.hasText, value: columns.text }, test))
  }
  if (numbers.length > 0) {
    const sql = `has(${decimalsSql(numbers, builder)}, ${columns.number})`
    const test = { sql, holdsForDefault: numbers.some((one) => decimalOf(one) === 0n) }
    parts.push(presentSql({ has: columns.hasNumber, value: columns.number }, test))
  }
  return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`
}

export const scalarOperations = {
  equals: {
    takes: expectations.scalar,
    prepare: (operand) => {
      const isEqual = equalTo(operand)
      return (value) => timeless(isEqual(value))
    },
    keys: (operand) => [keyOfOperand(operand)],
    toSql: equalSql,
    describe: words('est …', 'is …'),
  },
  notEquals: {
    takes: expectations.scalar,
    prepare: (operand) => {
      const isEqual = equalTo(operand)
      return (value) => timeless(!isEqual(value))
    },
    toSql: (columns, operand, builder) =>
      `(${columns.exists} AND NOT ${equalSql(columns, operand, builder)})`,
    describe: words('n’est pas …', 'is not …'),
  },
  oneOf: {
    takes: expectations.scalars,
    prepare: (operand) => {
      const wanted = new Set(listOf(operand).map(keyOfOperand))
      return (value) => timeless(wanted.has(keyOf(value) ?? ''))
    },
    keys: (operand) => listOf(operand).map(keyOfOperand),
    toSql: oneOfSql,
    describe: words('est l’un de …', 'is one of …'),
  },
  isTrue: {
    takes: expectations.nothing,
    prepare: () => (value) => timeless(value.type === 'boolean' && value.raw),
    toSql: ({ boolean, hasBoolean }) =>
      presentSql({ has: hasBoolean, value: boolean }, { sql: boolean, holdsForDefault: false }),
    describe: words('est vrai', 'is true'),
  },
  isFalse: {
    takes: expectations.nothing,
    prepare: () => (value) => timeless(value.type === 'boolean' && !value.raw),
    toSql: (columns) => `(${columns.hasBoolean} AND NOT ${columns.boolean})`,
    describe: words('est faux', 'is false'),
  },
  exists: {
    takes: expectations.nothing,
    prepare: () => () => timeless(true),
    toSql: (columns) => columns.exists,
    describe: words('est renseigné', 'has a value'),
  },
} satisfies Record<string, Operation>
