import {
  type Decimal,
  decimalNumber,
  decimalOf,
  type Kept,
  type StreamEntry,
  type Typed,
} from '../profile/index.ts'
import type { Span } from './period.ts'
import type { MeasureName } from './rule.ts'

/**
 * Entries of a stream that one profile keeps at the most; past it a measure is approximate. Enough
 * for a wholesaler's order lines; only few people's documents ever grow by it.
 */
export const ENTRIES_MAX = 10_001

/** The number 1 as a decimal. */
export const ONE: Decimal = decimalOf(1) ?? 1n

export const numberOf = (decimal: Decimal): Typed => {
  return { type: 'number', raw: decimalNumber(decimal), decimal }
}

export const wholeNumber = (whole: number): Typed => numberOf(BigInt(whole) * ONE)

/** A text that is compared as it is: no date, no version. */
export const textOf = (raw: string): Typed => {
  return { type: 'text', raw, folded: raw, instant: null, version: null }
}

/** The entries of a stretch of time; `entries` newest first, and so is what comes back. */
export function entriesWithin(entries: readonly StreamEntry[], span: Span): readonly StreamEntry[] {
  const first = entries.findIndex((entry) => entry.at < span.to)
  if (first === -1) return []
  const end = entries.findLastIndex((entry) => entry.at >= span.from)
  return entries.slice(first, end + 1)
}

/**
 * Whether what is asked reaches beyond the entries that are kept (`all`, newest first): what lies
 * before the oldest of them would count only where the period begins (`from`, epoch ms) before it.
 */
export const passesCap = (all: readonly StreamEntry[], from: number): boolean =>
  all.length >= ENTRIES_MAX && (all.at(-1)?.at ?? from) >= from

type Computation = (entries: readonly StreamEntry[]) => Typed | null

const numbersIn = (entries: readonly StreamEntry[]): bigint[] =>
  entries.flatMap(({ value }) => (typeof value === 'bigint' ? [value] : []))

const sumOf = (numbers: readonly bigint[]): bigint => numbers.reduce((sum, one) => sum + one, 0n)

/** The least or the greatest number; `sign`: −1 or 1. */
const extreme =
  (sign: -1 | 1): Computation =>
  (entries) => {
    const [first, ...others] = numbersIn(entries)
    if (first === undefined) return null
    const further = (x: bigint, y: bigint) => (sign > 0 ? y > x : y < x)
    return numberOf(others.reduce((held, one) => (further(held, one) ? one : held), first))
  }

/**
 * What each measure makes of entries (newest first). Sums, counts and numbers of different values
 * are 0 of nothing; the others have no value then. An average is cut after six decimal digits.
 */
const computations: Record<MeasureName, Computation> = {
  count: (entries) => wholeNumber(entries.length),
  sum: (entries) => numberOf(sumOf(numbersIn(entries))),
  average: (entries) => {
    const numbers = numbersIn(entries)
    return numbers.length === 0 ? null : numberOf(sumOf(numbers) / BigInt(numbers.length))
  },
  min: extreme(-1),
  max: extreme(1),
  distinct: (entries) => {
    const different = new Set(entries.flatMap(({ value }) => (value === null ? [] : [value])))
    return wholeNumber(different.size)
  },
  first: (entries) => typedOf(entries.findLast(({ value }) => value !== null)?.value),
  last: (entries) => typedOf(entries.find(({ value }) => value !== null)?.value),
}

export const measureNames = Object.keys(computations) as MeasureName[]

function typedOf(kept: Kept | null | undefined): Typed | null {
  if (kept === null || kept === undefined) return null
  if (typeof kept === 'bigint') return numberOf(kept)
  if (typeof kept === 'boolean') return { type: 'boolean', raw: kept }
  return textOf(kept)
}

/** @param less entries that are taken off a count or a sum: refunds, cancellations. */
export function computeMeasure(
  measure: MeasureName,
  entries: readonly StreamEntry[],
  less: readonly StreamEntry[] = [],
): Typed | null {
  const value = computations[measure](entries)
  if (less.length === 0 || value?.type !== 'number') return value
  const taken = computations[measure](less)
  return taken?.type === 'number' ? numberOf(value.decimal - taken.decimal) : value
}
