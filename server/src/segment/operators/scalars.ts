import { decimalOf, folded, type Typed } from '../../profile/index.ts'
import type { Operand } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import type { Columns } from './columns.ts'
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
  if (typeof operand === 'string') {
    return `(${columns.hasText} AND ${columns.text} = ${builder.text(folded(operand))})`
  }
  if (typeof operand === 'number') {
    return `(${columns.hasNumber} AND ${columns.number} = ${decimalSql(operand, builder)})`
  }
  return `(${columns.hasBoolean} AND ${columns.boolean} = ${builder.bind('Bool', operand === true)})`
}

/** One look-up a type, however many values there are. */
function oneOfSql(columns: Columns, operand: Operand | undefined, builder: SqlBuilder): string {
  const wanted = listOf(operand)
  const texts = wanted.filter((one) => typeof one === 'string').map(folded)
  const numbers = wanted.filter((one) => typeof one === 'number')
  const booleans = wanted.filter((one) => typeof one === 'boolean')
  const parts = booleans.map((one) => equalSql(columns, one, builder))
  if (texts.length > 0) {
    const list = builder.bind('Array(String)', texts)
    parts.push(`(${columns.hasText} AND ${columns.text} IN ${list})`)
  }
  if (numbers.length > 0) {
    parts.push(
      `(${columns.hasNumber} AND has(${decimalsSql(numbers, builder)}, ${columns.number}))`,
    )
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
    toSql: (columns) => `(${columns.hasBoolean} AND ${columns.boolean})`,
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
