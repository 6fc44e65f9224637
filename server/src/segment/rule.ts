/** The segment language: one JSON tree, bounded. Each kind of node has a file in `kinds/`. */

export type Window = { minutes: number } | { hours: number } | { days: number }

export type Operator =
  | 'equals'
  | 'notEquals'
  | 'oneOf'
  | 'contains'
  | 'startsWith'
  | 'endsWith'
  | 'greater'
  | 'greaterOrEqual'
  | 'less'
  | 'lessOrEqual'
  | 'between'
  | 'before'
  | 'after'
  | 'withinLast'
  | 'withinNext'
  | 'isTrue'
  | 'isFalse'
  | 'exists'
  | 'notExists'
  | 'listHas'

export type Scalar = string | number | boolean
export type Operand = Scalar | Scalar[] | Window

export type Comparison = { op: Operator; value?: Operand }

export type TraitRule = Comparison & { trait: string }
export type PropertyFilter = Comparison & { property: string }

export type Times = { op: 'atLeast' | 'atMost' | 'exactly'; count: number }

export type DidRule = {
  did: string
  where?: PropertyFilter[]
  times: Times
  /** `null` = ever. */
  within: Window | null
}

export type AllRule = { all: Rule[] }
export type AnyRule = { any: Rule[] }
export type NotRule = { not: Rule }
export type Rule = AllRule | AnyRule | NotRule | TraitRule | DidRule

const MINUTE = 60_000
const UNIT_MS = { minutes: MINUTE, hours: 60 * MINUTE, days: 24 * 60 * MINUTE }

export function windowMs(window: Window): number {
  if ('minutes' in window) return window.minutes * UNIT_MS.minutes
  if ('hours' in window) return window.hours * UNIT_MS.hours
  return window.days * UNIT_MS.days
}

export const limits = {
  /** UTF-8 bytes of the whole tree as JSON: what ClickHouse takes as values of one question. */
  bytes: 64 * 1024,
  /** Groups within groups. */
  depth: 8,
  leaves: 100,
  /** Characters of a name or a text to compare with. */
  text: 512,
  /** Values of one list to compare with. */
  list: 1_000,
  /** The largest number of times. */
  times: 1_000,
  /** Longest window, in days. */
  windowDays: 3_660,
} as const
