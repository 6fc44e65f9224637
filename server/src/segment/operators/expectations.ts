import { RE2JS } from 're2js'
import { folded, instantOf, versionKey } from '../../profile/index.ts'

/** What an operator compares with, and how people are told. */
export type Expectation = { test: (value: unknown) => boolean; words: string }

const NUMBER_BELOW = 1e30
/** Beyond it no event's number can lie: it would be too large to keep. */
const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < NUMBER_BELOW
const isScalar = (value: unknown) =>
  typeof value === 'string' || isNumber(value) || typeof value === 'boolean'
/** A text of which something is left to look for once accents and spaces are folded. */
const isSearchable = (value: unknown) => typeof value === 'string' && folded(value) !== ''
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isListOf = (value: unknown, test: (item: unknown) => boolean) =>
  Array.isArray(value) && value.length > 0 && value.every(test)

function isPattern(value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false
  try {
    RE2JS.compile(value)
    return true
  } catch {
    return false
  }
}

export const expectations = {
  scalar: { test: isScalar, words: 'a text, a number or true/false' },
  scalars: { test: (value) => isListOf(value, isScalar), words: 'a list of values' },
  text: { test: isSearchable, words: 'a text' },
  texts: { test: (value) => isListOf(value, isSearchable), words: 'a list of texts' },
  number: { test: isNumber, words: 'a number' },
  pair: {
    test: (value) =>
      isListOf(value, isNumber) &&
      (value as number[]).length === 2 &&
      Number((value as number[])[0]) <= Number((value as number[])[1]),
    words: 'two numbers, the lower one first',
  },
  instant: {
    test: (value) => typeof value === 'string' && instantOf(value) !== null,
    words: 'a date as 2026-11-22 or 2026-11-22T14:05:00Z',
  },
  window: {
    test: (value) => isObject(value) && !('before' in value),
    words: 'a length of time as {"days": 30}',
  },
  around: {
    test: (value) => isObject(value) && 'before' in value,
    words: 'days as {"before": 3, "after": 3}',
  },
  pattern: {
    test: isPattern,
    words: 'a regular expression of RE2: it knows no look-ahead and no back-references',
  },
  version: {
    test: (value) => typeof value === 'string' && versionKey(value) !== null,
    words: 'a version as 4.12.0',
  },
  nothing: { test: (value) => value === undefined, words: 'no value' },
} satisfies Record<string, Expectation>
