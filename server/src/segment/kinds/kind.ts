import type { TObject } from 'typebox'
import type { JsonValue } from '../../collect/index.ts'
import { type Standing, standings } from '../../privacy/index.ts'
import {
  emptyDocument,
  factsOf,
  type ProfileFacts,
  type Registry,
  type Typed,
} from '../../profile/index.ts'
import type { Answer, LocalText, Names, Needs } from '../answer.ts'
import type { Calendar } from '../calendar.ts'
import type { Period } from '../period.ts'
import type { Comparison, PropertyFilter, Rule } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'

/** What a rule may look at when it is evaluated on one profile. */
export type EvaluationContext = {
  facts: ProfileFacts
  registry: Registry
  /** Its identifiers and consents; filled where rules ask for them (`Needs.around`). */
  around: Standing
  /** Epoch ms. */
  now: number
}

/** What is known when a rule is prepared. */
export type Scope = {
  /** The stream a leaf reads; see `streamKey`. */
  streamOf(key: string): number | undefined
  /** Of the workspace's time zone. */
  calendar: Calendar
}

/** A rule made ready to be asked of many profiles. */
export type Evaluate = (context: EvaluationContext) => Answer

/** The objects that a condition looked at: those that fulfil its filters first. */
export type FoundObjects = {
  /** A few of them; `said`: what each says under the paths that the condition asks for. */
  shown: { id: string; counts: boolean; said: { path: string; value: JsonValue }[] }[]
  /** How many more there are. */
  more: number
}

/** What a condition found on one profile: enough to see why it holds, or does not. */
export type Found = {
  /** The trait's value, the count or the measure; `null`: there is none. */
  value: JsonValue | null
  /** Time of the newest event that counts, or that brought the trait; epoch ms. */
  at: number | null
  /** Number of the source that told the trait. */
  source: number | null
  /** The trait whose value it is, so that it can be masked. */
  trait: string | null
  /** More took place than is kept: the answer is of the newest events, or the last objects. */
  approximate: boolean
  /** Of a condition about objects: which ones; null for all others. */
  objects: FoundObjects | null
}

/** A place below a rule: its path, and what stands there. */
export type At<Key extends string, Value> = { path: string } & Record<Key, Value>

/** Compiles and describes the children of a group. */
export type Recurse = {
  toSql(rule: Rule, builder: SqlBuilder): string
  describe(rule: Rule, names: Names): LocalText
  needs(rule: Rule): Needs
}

/** A kind of rule: one file that answers everything about itself. */
export type Kind<R extends Rule> = {
  /** True for trees of this kind. */
  is(rule: object): rule is R
  schema: TObject
  children(rule: R): { path: string; rule: unknown }[]
  /** The comparison that it is itself, its filters, its periods: checked the same way for all. */
  compares?(rule: R): Comparison | undefined
  /** `areOfState`: of what is and not of what took place, so that time alone may change them. */
  filters?(rule: R): (At<'filters', readonly PropertyFilter[]> & { areOfState?: true })[]
  /** Public ids of the lists that it asks. */
  lists?(rule: R): string[]
  periods?(rule: R): At<'period', Period>[]
  /** What else is wrong with it, though it has the right shape. */
  fault?(rule: R): { path: string; message: string } | null
  needs(rule: R, recurse: Recurse): Needs
  /** Reads the rule once; what comes back is asked of every profile. */
  prepare(rule: R, scope: Scope, prepare: (child: Rule) => Evaluate): Evaluate
  /** Of a condition: what it looks at, ready to be asked of many profiles. Groups have none. */
  found?(rule: R, scope: Scope): (context: EvaluationContext) => Found
  /** A boolean ClickHouse expression over one row `p` of `profile_current`. */
  toSql(rule: R, builder: SqlBuilder, recurse: Recurse): string
  describe(rule: R, names: Names, recurse: Recurse): LocalText
}

/** For conditions that look at neither events nor traits. */
export const NOTHING_FOUND: Found = {
  value: null,
  at: null,
  source: null,
  trait: null,
  approximate: false,
  objects: null,
}

/** What was found in events of which the newest took place at `at`. */
export const foundOf = (
  value: JsonValue | null,
  { newest, approximate }: { newest: number | undefined; approximate: boolean },
): Found => ({ ...NOTHING_FOUND, value, at: newest ?? null, approximate })

/** A value as it is shown; a list as a whole, not what its items say. */
export const rawOf = (value: Typed | null): JsonValue | null =>
  value === null || value.type === 'items' ? null : value.raw

/** Somebody of whom nothing is known. */
export const nobodyAt = (now: number): EvaluationContext => ({
  facts: factsOf(emptyDocument('person'), () => undefined),
  registry: { idOf: () => undefined, nameOf: () => '', names: () => [] },
  around: standings.NONE,
  now,
})
