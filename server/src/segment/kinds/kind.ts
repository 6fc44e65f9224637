import type { TObject } from 'typebox'
import type { ProfileFacts, Registry } from '../../profile/index.ts'
import type { Rule } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'

export type LocalText = { fr: string; en: string }

/** What a rule may look at when it is evaluated on one profile. */
export type EvaluationContext = {
  facts: ProfileFacts
  registry: Registry
  /** Epoch ms. */
  now: number
}

/** What is known when a rule is prepared. */
export type Scope = {
  /** The stream a leaf reads; see `streamKey`. */
  streamOf(key: string): number | undefined
}

/** A rule made ready to be asked of many profiles. */
export type Evaluate = (context: EvaluationContext) => Answer

/**
 * Whether the profile fulfils the rule, and when that can next change without an event (epoch ms;
 * `null` = never). The instant may be early, never late.
 */
export type Answer = { holds: boolean; nextChangeAt: number | null }

/** What a rule must be told about: changes of these can change its answer. */
export type Needs = { traits: TraitNeed[]; streams: StreamNeed[] }

/**
 * A trait that a rule looks at. With `keys` (see `keyOf`) the rule is helped by these values only:
 * any other one is to it as if the trait were missing.
 */
export type TraitNeed = { name: string; keys: string[] | null }

/** A stream that must be kept for a rule: of these events at least the newest `newest`. */
export type StreamNeed = { key: string; event: string; newest: number; ms: number | null }

/** Compiles and describes the children of a group. */
export type Recurse = {
  toSql(rule: Rule, builder: SqlBuilder): string
  describe(rule: Rule, names: Names): LocalText
  needs(rule: Rule): Needs
}

/** What people call an event, a trait or a property. */
export type Names = { of(kind: 'event' | 'trait' | 'property', name: string): LocalText }

/** A kind of rule: one file that answers everything about itself. */
export type Kind<R extends Rule> = {
  /** True for trees of this kind. */
  is(rule: object): rule is R
  schema: TObject
  children(rule: R): { path: string; rule: unknown }[]
  needs(rule: R, recurse: Recurse): Needs
  /** Reads the rule once; what comes back is asked of every profile. */
  prepare(rule: R, scope: Scope, prepare: (child: Rule) => Evaluate): Evaluate
  /** A boolean ClickHouse expression over one row `p` of `profile_current`. */
  toSql(rule: R, builder: SqlBuilder, recurse: Recurse): string
  describe(rule: R, names: Names, recurse: Recurse): LocalText
}

/** The earlier of two instants, `null` = never. */
export function earlier(x: number | null, y: number | null): number | null {
  if (x === null) return y
  return y === null ? x : Math.min(x, y)
}
