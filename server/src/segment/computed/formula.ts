import { Type } from 'typebox'
import { listPath, type Typed } from '../../profile/index.ts'
import { isPersonalTrait } from '../../workspace/index.ts'
import { earlier, type Needs } from '../answer.ts'
import {
  checkFormula,
  columnsOfFormula,
  FaultyFormula,
  FORMULA_LIMITS,
  formulaSql,
  runFormula,
  type TraitSql,
  traitsInFormula,
} from '../formula/index.ts'
import type { EvaluationContext } from '../kinds/kind.ts'
import { NO_COLUMNS } from '../operators/index.ts'
import type { Formula, Spec } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { traitAt } from '../traitSql.ts'
import type { ComputedKind, ComputedReading } from './kind.ts'
import { personSql } from './personSql.ts'

type Known = (spec: Spec) => ComputedKind<Spec>

/**
 * A value made of the person's traits. Of the computed ones it holds the definitions, so that the
 * value follows from the one profile, in the order in which formulas refer to each other.
 */
export const formulaTrait = (known: Known): ComputedKind<Formula> => ({
  is: (spec): spec is Formula => 'formula' in spec,
  schema: Type.Object(
    { formula: Type.String({ minLength: 1, maxLength: FORMULA_LIMITS.characters }) },
    { additionalProperties: false },
  ),
  type: (spec) => checked(spec, known)?.type ?? 'any',
  shows: (spec) => shownBy(spec, known),
  inputs: (spec, builder) =>
    traitsInFormula(spec.formula).map((name) => ({
      name,
      ...sqlOf(name, { spec, builder, known }),
    })),
  needs: (spec) => needsOf(spec, known),
  // What it refers to may change by whole days.
  looksAhead: 32,
  prepare: (spec, scope) => {
    const node = checked(spec, known)
    const readers = new Map(
      Object.entries(spec.traits ?? {}).map(([name, computed]) => {
        return [name, known(computed.spec).prepare(computed.spec, scope)] as const
      }),
    )
    const names = traitsInFormula(spec.formula)
    return (context) => {
      const read = (name: string) => readers.get(name)?.(context) ?? given(name, context)
      const held = new Map(names.map((name) => [name, read(name)]))
      const value =
        node &&
        runFormula(node, {
          read: (name) => held.get(name)?.value ?? null,
          calendar: scope.calendar,
        })
      return { value, ...togetherOf([...held.values()]) }
    }
  },
  toSql: (spec, builder) => {
    const node = checked(spec, known)
    if (!node) return { columns: NO_COLUMNS, rows: null }
    const trait = (name: string) => sqlOf(name, { spec, builder, known })
    const value = { sql: formulaSql(node, { trait, builder }), type: node.type }
    return { columns: columnsOfFormula(value.sql, node.type), value, rows: null }
  },
  describe: ({ formula }) => ({ fr: `formule : ${formula}`, en: `formula: ${formula}` }),
})

function checked(spec: Formula, known: Known) {
  if (spec.fault !== undefined) return null
  try {
    return checkFormula(spec.formula, (name) => {
      const computed = spec.traits?.[name]
      return computed ? known(computed.spec).type(computed.spec) : 'any'
    })
  } catch (fault) {
    // It was whole when it was saved: what it refers to is another thing since.
    if (fault instanceof FaultyFormula) return null
    throw fault
  }
}

/** A trait of the formula that hides something, so that its value is hidden as well. */
function shownBy(spec: Formula, known: Known): string | undefined {
  const shown = traitsInFormula(spec.formula).flatMap((name) => {
    const computed = spec.traits?.[name]?.spec
    return (computed ? known(computed).shows?.(computed) : name) ?? []
  })
  return shown.find((name) => isPersonalTrait(name.split('.').at(-1) ?? ''))
}

function needsOf(spec: Formula, known: Known): Needs {
  const needs = traitsInFormula(spec.formula).map((name): Needs => {
    const computed = spec.traits?.[name]?.spec
    if (computed) return known(computed).needs(computed)
    return { traits: [{ name: listPath(name), keys: null }], streams: [] }
  })
  return {
    traits: needs.flatMap(({ traits }) => traits),
    streams: needs.flatMap(({ streams }) => streams),
  }
}

/** A given trait, as a computed one is read. */
function given(name: string, { facts, registry }: EvaluationContext): ComputedReading {
  const id = registry.idOf('trait', name)
  const value: Typed | null = id === undefined ? null : facts.trait(id, name)
  const newest = id === undefined ? undefined : facts.traits.get(id)?.at
  return { value, newest, events: 0, approximate: false, nextChangeAt: null }
}

function togetherOf(readings: readonly ComputedReading[]): Omit<ComputedReading, 'value'> {
  const times = readings.flatMap(({ newest }) => newest ?? [])
  return {
    newest: times.length === 0 ? undefined : Math.max(...times),
    events: readings.reduce((sum, { events }) => sum + events, 0),
    approximate: readings.some(({ approximate }) => approximate),
    nextChangeAt: readings.reduce<number | null>(
      (held, { nextChangeAt }) => earlier(held, nextChangeAt),
      null,
    ),
  }
}

function sqlOf(
  name: string,
  { spec, builder, known }: { spec: Formula; builder: SqlBuilder; known: Known },
): TraitSql {
  const computed = spec.traits?.[name]?.spec
  if (computed) return personSql(known(computed), computed, builder)
  return { columns: traitAt(name, builder).columns }
}
