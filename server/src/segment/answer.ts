import type { Period } from './period.ts'

/** The terms in which rules are asked and answer, for kinds and operators alike. */

export type LocalText = { fr: string; en: string }

/**
 * Whether the profile fulfils the rule, and when that can next change without an event (epoch ms;
 * `null` = never). The instant may be early, never late.
 */
export type Answer = { holds: boolean; nextChangeAt: number | null }

/** What a rule must be told about: changes of these can change its answer. */
export type Needs = {
  traits: TraitNeed[]
  streams: StreamNeed[]
  /** Types of objects. */
  objects?: string[]
  /** Also of the profile's identifiers and consents. */
  around?: boolean
}

/**
 * A trait that a rule looks at. With `keys` (see `keyOf`) the rule is helped by these values only:
 * any other one is to it as if the trait were missing.
 */
export type TraitNeed = { name: string; keys: string[] | null }

/**
 * A stream that must be kept for a rule: of these events at least the newest `newest`, so far back
 * as `ms`. The rule asks for all of them since a period began, or for the newest alone.
 */
export type StreamNeed = {
  key: string
  newest: number
  ms: number | null
  since: Period | 'newest'
}

/** What has a name that people gave; segments and lists are known by their public id. */
export type NamedKind = 'event' | 'trait' | 'property' | 'object' | 'segment' | 'list'

/** What people call an event, a trait, a property, a type of objects, a segment or a list. */
export type Names = { of(kind: NamedKind, name: string): LocalText }

/** The earlier of two instants, `null` = never. */
export function earlier(x: number | null, y: number | null): number | null {
  if (x === null) return y
  return y === null ? x : Math.min(x, y)
}
