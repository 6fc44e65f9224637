import { decimalOf, decimalText, folded, instantOf, type Typed } from '../profile/index.ts'
import type { Answer, LocalText } from './kinds/kind.ts'
import { type Comparison, type Operand, type Operator, type Window, windowMs } from './rule.ts'
import type { SqlBuilder } from './sqlBuilder.ts'

/**
 * Comparisons of one typed value, shared by traits and event properties. Each operator stands once
 * for the live answer and once for ClickHouse, side by side, because the two must agree (I5). A
 * missing value fulfils only `notExists`.
 */
type Operation = {
  /** Reads the operand once; what comes back is asked for every value. */
  prepare(operand: Operand | undefined): (value: Typed, now: number) => Answer
  /** Keys (see `keyOf`) of the only values that can fulfil it; left out where many can. */
  keys?(operand: Operand | undefined): string[]
  toSql(columns: Columns, operand: Operand | undefined, builder: SqlBuilder): string
  describe(operand: string): LocalText
}

/** SQL of one path's values by type, and of whether the path is there at all. */
export type Columns = {
  text: string
  number: string
  instant: string
  boolean: string
  list: string
  hasText: string
  hasNumber: string
  hasInstant: string
  hasBoolean: string
  hasList: string
  exists: string
}

const HOLDS: Answer = Object.freeze({ holds: true, nextChangeAt: null })
const FAILS: Answer = Object.freeze({ holds: false, nextChangeAt: null })
const timeless = (holds: boolean): Answer => (holds ? HOLDS : FAILS)

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

function equalTo(operand: unknown): (value: Typed) => boolean {
  if (typeof operand === 'string') {
    const wanted = folded(operand)
    return (value) => value.type === 'text' && value.folded === wanted
  }
  if (typeof operand === 'number') {
    const wanted = decimalOf(operand)
    return (value) => value.type === 'number' && value.decimal === wanted
  }
  return (value) => value.type === 'boolean' && value.raw === operand
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
function oneOfSql(
  columns: Columns,
  wanted: readonly (string | number | boolean)[],
  builder: SqlBuilder,
): string {
  const texts = wanted.filter((one) => typeof one === 'string').map(folded)
  const numbers = wanted.filter((one) => typeof one === 'number').map(decimalWords)
  const booleans = wanted.filter((one) => typeof one === 'boolean')
  const parts = booleans.map((one) => equalSql(columns, one, builder))
  if (texts.length > 0) {
    const list = builder.bind('Array(String)', texts)
    parts.push(`(${columns.hasText} AND ${columns.text} IN ${list})`)
  }
  if (numbers.length > 0) {
    const list = `arrayMap(x -> toDecimal128(x, 6), ${builder.bind('Array(String)', numbers)})`
    parts.push(`(${columns.hasNumber} AND has(${list}, ${columns.number}))`)
  }
  return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`
}

const decimalWords = (value: number) => decimalText(decimalOf(value) ?? 0n)

function decimalSql(value: number, builder: SqlBuilder): string {
  return `toDecimal128(${builder.text(decimalWords(value))}, 6)`
}

const scalars = (operand: Operand | undefined): (string | number | boolean)[] =>
  Array.isArray(operand) ? operand : []

function textOperation(
  test: (value: string, wanted: string) => boolean,
  sql: (column: string, wanted: string) => string,
  words: (operand: string) => LocalText,
): Operation {
  return {
    prepare: (operand) => {
      const wanted = typeof operand === 'string' ? folded(operand) : null
      return (value) =>
        timeless(value.type === 'text' && wanted !== null && test(value.folded, wanted))
    },
    toSql: (columns, operand, builder) =>
      `(${columns.hasText} AND ${sql(columns.text, builder.text(folded(String(operand))))})`,
    describe: words,
  }
}

function numberOperation(
  test: (value: bigint, wanted: bigint) => boolean,
  sign: string,
  words: (operand: string) => LocalText,
): Operation {
  return {
    prepare: (operand) => {
      const wanted = typeof operand === 'number' ? decimalOf(operand) : null
      return (value) =>
        timeless(value.type === 'number' && wanted !== null && test(value.decimal, wanted))
    },
    toSql: (columns, operand, builder) =>
      `(${columns.hasNumber} AND ${columns.number} ${sign} ${decimalSql(Number(operand), builder)})`,
    describe: words,
  }
}

function instantOperation(
  test: (value: number, wanted: number) => boolean,
  sign: string,
  words: (operand: string) => LocalText,
): Operation {
  return {
    prepare: (operand) => {
      const wanted = instantOf(String(operand))
      return (value) => {
        if (value.type !== 'text' || value.instant === null || wanted === null) return FAILS
        return timeless(test(value.instant, wanted))
      }
    },
    toSql: (columns, operand, builder) => {
      const wanted = builder.instant(instantOf(String(operand)) ?? 0)
      return `(${columns.hasInstant} AND ${columns.instant} ${sign} ${wanted})`
    },
    describe: words,
  }
}

/**
 * True from `from` (included) to `to` (left out) around an instant; it comes and goes by itself.
 */
function spanOperation(
  span: (instant: number, ms: number) => { from: number; to: number },
  sql: (column: string, at: { now: string; shifted: string }) => string,
  extra: { shift: 1 | -1; words: (operand: string) => LocalText },
): Operation {
  return {
    prepare: (operand) => {
      const ms = windowMs(operand as Window)
      return (value, now) => {
        if (value.type !== 'text' || value.instant === null) return FAILS
        const { from, to } = span(value.instant, ms)
        if (now < from) return { holds: false, nextChangeAt: from }
        return now < to ? { holds: true, nextChangeAt: to } : FAILS
      }
    },
    toSql: (columns, operand, builder) => {
      const ms = windowMs(operand as Window)
      const at = {
        now: builder.instant(builder.now),
        shifted: builder.instant(builder.now + extra.shift * ms),
      }
      return `(${columns.hasInstant} AND ${sql(columns.instant, at)})`
    },
    describe: extra.words,
  }
}

const words =
  (fr: string, en: string) =>
  (operand: string): LocalText => ({
    // By a function: in a text to insert, `$&` would have a meaning of its own.
    fr: fr.replace('…', () => operand),
    en: en.replace('…', () => operand),
  })

export const operations: Record<Exclude<Operator, 'notExists'>, Operation> = {
  equals: {
    prepare: (operand) => {
      const isEqual = equalTo(operand)
      return (value) => timeless(isEqual(value))
    },
    keys: (operand) => [keyOfOperand(operand)],
    toSql: equalSql,
    describe: words('est …', 'is …'),
  },
  notEquals: {
    prepare: (operand) => {
      const isEqual = equalTo(operand)
      return (value) => timeless(!isEqual(value))
    },
    toSql: (columns, operand, builder) =>
      `(${columns.exists} AND NOT ${equalSql(columns, operand, builder)})`,
    describe: words('n’est pas …', 'is not …'),
  },
  oneOf: {
    prepare: (operand) => {
      const wanted = new Set(scalars(operand).map(keyOfOperand))
      return (value) => timeless(wanted.has(keyOf(value) ?? ''))
    },
    keys: (operand) => scalars(operand).map(keyOfOperand),
    toSql: (columns, operand, builder) => oneOfSql(columns, scalars(operand), builder),
    describe: words('est l’un de …', 'is one of …'),
  },
  contains: textOperation(
    (value, wanted) => value.includes(wanted),
    (column, wanted) => `position(${column}, ${wanted}) > 0`,
    words('contient …', 'contains …'),
  ),
  startsWith: textOperation(
    (value, wanted) => value.startsWith(wanted),
    (column, wanted) => `startsWith(${column}, ${wanted})`,
    words('commence par …', 'starts with …'),
  ),
  endsWith: textOperation(
    (value, wanted) => value.endsWith(wanted),
    (column, wanted) => `endsWith(${column}, ${wanted})`,
    words('finit par …', 'ends with …'),
  ),
  greater: numberOperation((x, y) => x > y, '>', words('est supérieur à …', 'is above …')),
  greaterOrEqual: numberOperation(
    (x, y) => x >= y,
    '>=',
    words('vaut au moins …', 'is at least …'),
  ),
  less: numberOperation((x, y) => x < y, '<', words('est inférieur à …', 'is below …')),
  lessOrEqual: numberOperation((x, y) => x <= y, '<=', words('vaut au plus …', 'is at most …')),
  between: {
    prepare: (operand) => {
      const [low, high] = scalars(operand).map((one) => decimalOf(Number(one)))
      return (value) => {
        if (value.type !== 'number' || low === null || low === undefined) return FAILS
        return timeless(value.decimal >= low && value.decimal <= (high ?? low))
      }
    },
    toSql: (columns, operand, builder) => {
      const [low = 0, high = 0] = scalars(operand).map(Number)
      const span = `BETWEEN ${decimalSql(low, builder)} AND ${decimalSql(high, builder)}`
      return `(${columns.hasNumber} AND ${columns.number} ${span})`
    },
    describe: words('est entre …', 'is between …'),
  },
  before: instantOperation((x, y) => x < y, '<', words('est avant le …', 'is before …')),
  after: instantOperation((x, y) => x > y, '>', words('est après le …', 'is after …')),
  withinLast: spanOperation(
    (instant, ms) => ({ from: instant, to: instant + ms }),
    (column, at) => `${column} <= ${at.now} AND ${column} > ${at.shifted}`,
    { shift: -1, words: words('date de moins de …', 'is less than … ago') },
  ),
  withinNext: spanOperation(
    (instant, ms) => ({ from: instant - ms, to: instant }),
    (column, at) => `${column} > ${at.now} AND ${column} <= ${at.shifted}`,
    { shift: 1, words: words('tombe d’ici …', 'is within the next …') },
  ),
  isTrue: {
    prepare: () => (value) => timeless(value.type === 'boolean' && value.raw),
    toSql: (columns) => `(${columns.hasBoolean} AND ${columns.boolean})`,
    describe: words('est vrai', 'is true'),
  },
  isFalse: {
    prepare: () => (value) => timeless(value.type === 'boolean' && !value.raw),
    toSql: (columns) => `(${columns.hasBoolean} AND NOT ${columns.boolean})`,
    describe: words('est faux', 'is false'),
  },
  exists: {
    prepare: () => () => HOLDS,
    toSql: (columns) => columns.exists,
    describe: words('est renseigné', 'has a value'),
  },
  listHas: {
    prepare: (operand) => {
      const wanted = folded(String(operand))
      return (value) => timeless(value.type === 'list' && value.items.includes(wanted))
    },
    toSql: (columns, operand, builder) =>
      `(${columns.hasList} AND has(${columns.list}, ${builder.text(folded(String(operand)))}))`,
    describe: words('comprend …', 'includes …'),
  },
}

/** Compares values that may be missing with an operand that is read once. */
export function prepareComparison(
  comparison: Comparison,
): (value: Typed | null, now: number) => Answer {
  if (comparison.op === 'notExists') return (value) => timeless(value === null)
  const evaluate = operations[comparison.op].prepare(comparison.value)
  return (value, now) => (value === null ? FAILS : evaluate(value, now))
}

/** Keys of the only values that fulfil a comparison; `null` when that is not a matter of keys. */
export function keysOf({ op, value }: Comparison): string[] | null {
  return op === 'notExists' ? null : (operations[op].keys?.(value) ?? null)
}

export function compareSql(columns: Columns, comparison: Comparison, builder: SqlBuilder): string {
  if (comparison.op === 'notExists') return `(NOT ${columns.exists})`
  return operations[comparison.op].toSql(columns, comparison.value, builder)
}

/** The typed columns of one path of a table whose row is called `alias`. */
export function columnsAt(alias: string, path: string, builder: SqlBuilder): Columns {
  const key = builder.text(path)
  const at = (column: string) => `${alias}.${column}[${key}]`
  const has = (column: string) => `mapContains(${alias}.${column}, ${key})`
  return {
    text: at('text'),
    number: at('number'),
    instant: at('instant'),
    boolean: at('boolean'),
    list: at('list'),
    hasText: has('text'),
    hasNumber: has('number'),
    hasInstant: has('instant'),
    hasBoolean: has('boolean'),
    hasList: has('list'),
    exists: `(${has('text')} OR ${has('number')} OR ${has('boolean')} OR ${has('list')})`,
  }
}
