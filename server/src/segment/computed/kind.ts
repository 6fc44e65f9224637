import type { TObject } from 'typebox'
import type { JsonValue } from '../../collect/index.ts'
import type { Decimal } from '../../profile/index.ts'
import type { LocalText, Names, Needs } from '../answer.ts'
import type { TraitSql, TraitType } from '../formula/index.ts'
import type { At, EvaluationContext, Scope } from '../kinds/kind.ts'
import type { Reading } from '../measureReader.ts'
import type { Columns } from '../operators/index.ts'
import type { Period } from '../period.ts'
import type { PropertyFilter, Spec } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'

/**
 * The type of a computed trait's values. Of `any` it depends on what the events tell; a `date` is
 * an instant and no text.
 */
export type ValueType = TraitType

export type ComputedReading = Reading & {
  /**
   * Of a number that changes by time alone: when it can next pass one of these numbers, so that a
   * condition need not be asked at each change. Epoch ms, `null` = never.
   */
  passes?(numbers: readonly Decimal[]): number | null
}

/**
 * SQL of a value, as aggregates over the rows `e` of one profile, and the conditions of the rows
 * that it needs: several values can stand side by side in one question.
 */
export type EventsSql = { columns: Columns; rows: string[] }

/** The same over the row `p` of a person, where it is not of the events alone. */
export type PersonSql = TraitSql & { rows: null }

export type ValueSql = EventsSql | PersonSql

/**
 * A question to ClickHouse about everybody, whose one row is kept with the definition until it is
 * asked again; what it says is a value of the definition from then on.
 */
export type Recompute<S> = {
  isNeeded(spec: S): boolean
  question(spec: S, builder: SqlBuilder): string
  withAnswer(spec: S, answer: JsonValue): S
}

/** A kind of computed trait: one file that answers everything about itself, as a rule's kind. */
export type ComputedKind<S extends Spec> = {
  is(spec: object): spec is S
  schema: TObject
  type(spec: S): ValueType
  /** Names of the values it has besides its own: a rule asks for them as `key.name`. */
  parts?: readonly string[]
  /** What only a look at everybody can tell, once a day. */
  recompute?: Recompute<S>
  /** Rows (profile, r, f, m) of everybody: two scores and a sum, for a grid. */
  grid?(spec: S, builder: SqlBuilder): string
  /** The traits that it is made of, as a preview shows them beside the person. */
  inputs?(spec: S, builder: SqlBuilder): (TraitSql & { name: string })[]
  /** What the people of a cell of the grid are called, where they have one name. */
  groupAt?(spec: S, cell: { r: number; f: number }): LocalText | null
  /** The property whose values it shows as they are, so that they can be masked. */
  shows?(spec: S): string | undefined
  filters?(spec: S): At<'filters', PropertyFilter[]>[]
  periods?(spec: S): At<'period', Period>[]
  fault?(spec: S): { path: string; message: string } | null
  /**
   * Of values that change by time alone: how many of their changes a condition looks ahead to find
   * the one that turns its answer, so that it need not be asked at each of them.
   */
  looksAhead?: number
  needs(spec: S): Needs
  /** Reads the definition once; what comes back is asked of every profile. */
  prepare(spec: S, scope: Scope): (context: EvaluationContext) => ComputedReading
  toSql(spec: S, builder: SqlBuilder): ValueSql
  describe(spec: S, names: Names): LocalText
}
