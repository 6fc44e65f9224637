import type { Calendar } from '../calendar.ts'
import type { Columns } from '../operators/index.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'

/**
 * A formula after its types are known: what is evaluated live and compiled to SQL. Every part has
 * one type whatever the person, so that both sides take the same value for what it is.
 */
export type FormulaType = 'number' | 'text' | 'boolean' | 'date'

/** By type: a decimal in millionths, a folded text, a boolean, an instant in epoch ms. */
export type Value = bigint | string | boolean | number
export type Maybe = Value | null

export type Node = { type: FormulaType } & (
  | { kind: 'literal'; value: Value }
  /** The first moment of a date, or an ISO instant, by the workspace's clock. */
  | { kind: 'day'; text: string }
  /** A trait as a value of this type; of another type it has none. */
  | { kind: 'trait'; name: string }
  | { kind: 'has'; name: string }
  /** Whether a trait is a list with this text in it. */
  | { kind: 'includes'; name: string; item: string }
  /** `of`: the type that stands for T in the signature. */
  | { kind: 'call'; made: FormulaFunction; of: FormulaType; args: readonly Node[] }
)

export type RunContext = { of: FormulaType; calendar: Calendar }
export type SqlContext = { of: FormulaType; builder: SqlBuilder }

/**
 * A function or an operator: once for the live answer and once for ClickHouse, side by side,
 * because the two must agree (I5). Without a value of one of its arguments it has none, but where
 * it is `lenient`.
 */
export type FormulaFunction = {
  /** What T may be. */
  of?: readonly FormulaType[]
  args: readonly (FormulaType | 'T')[]
  /** The last argument may be repeated. */
  more?: true
  result: FormulaType | 'T'
  lenient?: true
  run(args: readonly Maybe[], context: RunContext): Maybe
  /** `args`: nullable expressions, each to be written once. */
  sql(args: readonly string[], context: SqlContext): string
}

/** What is known of a trait before anybody is asked: `any` where it depends on what was told. */
export type TraitType = FormulaType | 'list' | 'any'

/** SQL of the value of a trait of a person; of another formula also as one nullable expression. */
export type TraitSql = { columns: Columns; value?: { sql: string; type: FormulaType } }

/** The greatest number: from here on a result is no value. In millionths of 10 to the 30th. */
export const NUMBER_LIMIT = 10n ** 36n
export const NUMBER_LIMIT_TEXT = `1${'0'.repeat(30)}`
/** Dates that ClickHouse can take apart: 1900 to 2299. Others are no dates to a formula. */
export const FIRST_DATE = Date.UTC(1900, 0, 1)
export const LAST_DATE = Date.UTC(2300, 0, 1) - 1
export const isDate = (at: number): boolean => at >= FIRST_DATE && at <= LAST_DATE

/** Characters of a text that is a result. */
export const TEXT_LIMIT = 512

/** SQL that names values, so that each is written, and computed, once. */
export function letSql(values: Record<string, string>, body: string): string {
  const names = Object.keys(values)
  const lists = Object.values(values).map((sql) => `[${sql}]`)
  return `arrayMap((${names.join(', ')}) -> ${body}, ${lists.join(', ')})[1]`
}
