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
  evaluate(value: Typed, operand: Operand | undefined, now: number): Answer
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

const timeless = (holds: boolean): Answer => ({ holds, nextChangeAt: null })

function equalTo(value: Typed, operand: unknown): boolean {
  if (typeof operand === 'string') return value.type === 'text' && value.folded === folded(operand)
  if (typeof operand === 'number') {
    return value.type === 'number' && value.decimal === decimalOf(operand)
  }
  return value.type === 'boolean' && value.raw === operand
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
    evaluate: (value, operand) =>
      timeless(
        value.type === 'text' && typeof operand === 'string' && test(value.folded, folded(operand)),
      ),
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
    evaluate: (value, operand) => {
      const wanted = typeof operand === 'number' ? decimalOf(operand) : null
      return timeless(value.type === 'number' && wanted !== null && test(value.decimal, wanted))
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
    evaluate: (value, operand) => {
      const wanted = instantOf(String(operand))
      if (value.type !== 'text' || value.instant === null || wanted === null) return timeless(false)
      return timeless(test(value.instant, wanted))
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
    evaluate: (value, operand, now) => {
      if (value.type !== 'text' || value.instant === null) return timeless(false)
      const { from, to } = span(value.instant, windowMs(operand as Window))
      if (now < from) return { holds: false, nextChangeAt: from }
      return now < to ? { holds: true, nextChangeAt: to } : timeless(false)
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
    evaluate: (value, operand) => timeless(equalTo(value, operand)),
    toSql: equalSql,
    describe: words('est …', 'is …'),
  },
  notEquals: {
    evaluate: (value, operand) => timeless(!equalTo(value, operand)),
    toSql: (columns, operand, builder) =>
      `(${columns.exists} AND NOT ${equalSql(columns, operand, builder)})`,
    describe: words('n’est pas …', 'is not …'),
  },
  oneOf: {
    evaluate: (value, operand) => timeless(scalars(operand).some((one) => equalTo(value, one))),
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
    evaluate: (value, operand) => {
      const [low, high] = scalars(operand).map((one) => decimalOf(Number(one)))
      if (value.type !== 'number' || low === null || low === undefined) return timeless(false)
      return timeless(value.decimal >= low && value.decimal <= (high ?? low))
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
    evaluate: (value) => timeless(value.type === 'boolean' && value.raw),
    toSql: (columns) => `(${columns.hasBoolean} AND ${columns.boolean})`,
    describe: words('est vrai', 'is true'),
  },
  isFalse: {
    evaluate: (value) => timeless(value.type === 'boolean' && !value.raw),
    toSql: (columns) => `(${columns.hasBoolean} AND NOT ${columns.boolean})`,
    describe: words('est faux', 'is false'),
  },
  exists: {
    evaluate: () => timeless(true),
    toSql: (columns) => columns.exists,
    describe: words('est renseigné', 'has a value'),
  },
  listHas: {
    evaluate: (value, operand) =>
      timeless(value.type === 'list' && value.items.includes(folded(String(operand)))),
    toSql: (columns, operand, builder) =>
      `(${columns.hasList} AND has(${columns.list}, ${builder.text(folded(String(operand)))}))`,
    describe: words('comprend …', 'includes …'),
  },
}

/** Compares a value that may be missing. */
export function compare(value: Typed | null, comparison: Comparison, now: number): Answer {
  if (comparison.op === 'notExists') return timeless(value === null)
  if (value === null) return timeless(false)
  return operations[comparison.op].evaluate(value, comparison.value, now)
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
