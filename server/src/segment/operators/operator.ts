import { decimalOf, decimalText, type Typed } from '../../profile/index.ts'
import type { Answer, LocalText } from '../answer.ts'
import type { Calendar } from '../calendar.ts'
import type { Operand } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import type { Columns } from './columns.ts'
import type { Expectation } from './expectations.ts'

/**
 * One operator of comparisons, shared by traits, event properties and measures. It stands once for
 * the live answer and once for ClickHouse, side by side, because the two must agree (I5). A missing
 * value fulfils only `notExists`.
 */
export type Operation = {
  /** What it compares with; else the rule is refused. */
  takes: Expectation
  /** True when its answer about the same value changes as time passes. */
  dependsOnTime?: true
  /** Reads the operand once; what comes back is asked for every value. */
  prepare(operand: Operand | undefined, calendar: Calendar): (value: Typed, now: number) => Answer
  /** Keys (see `keyOf`) of the only values that can fulfil it; left out where many can. */
  keys?(operand: Operand | undefined): string[]
  toSql(columns: Columns, operand: Operand | undefined, builder: SqlBuilder): string
  describe(operand: string): LocalText
}

const HOLDS: Answer = Object.freeze({ holds: true, nextChangeAt: null })
const FAILS: Answer = Object.freeze({ holds: false, nextChangeAt: null })
export const timeless = (holds: boolean): Answer => (holds ? HOLDS : FAILS)

/** `…` stands for the operand. */
export const words =
  (fr: string, en: string) =>
  (operand: string): LocalText => ({
    // By a function: in a text to insert, `$&` would have a meaning of its own.
    fr: fr.replace('…', () => operand),
    en: en.replace('…', () => operand),
  })

export const listOf = (operand: Operand | undefined): (string | number | boolean)[] =>
  Array.isArray(operand) ? operand : []

const decimalWords = (value: number) => decimalText(decimalOf(value) ?? 0n)

export function decimalSql(value: number, builder: SqlBuilder): string {
  return `toDecimal128(${builder.text(decimalWords(value))}, 6)`
}

export function decimalsSql(values: readonly number[], builder: SqlBuilder): string {
  return `arrayMap(x -> toDecimal128(x, 6), ${builder.bind('Array(String)', values.map(decimalWords))})`
}
