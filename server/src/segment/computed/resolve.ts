import { kindOf } from '../kinds/index.ts'
import type { Computed, ComputedRule, Operator, Rule, TraitRule } from '../rule.ts'
import { knownComputed } from './index.ts'

/**
 * Rules that name computed traits. What is stored, and shown, is the name; what is asked holds the
 * definition of today beside it. So the answer stays a function of the one profile, exact at any
 * instant.
 */

/** `id`: the public one. */
export type KnownComputed = Computed & { id: string; state: 'backfilling' | 'live' }

/** The computed traits of a workspace by key. */
export type ComputedTraits = ReadonlyMap<string, KnownComputed>

const isTrait = (rule: Rule): rule is TraitRule => 'trait' in rule

/** A condition with what its trait is made of, when it is a computed one. */
export function withComputed(leaf: Rule, traits: ComputedTraits): Rule {
  if (!isTrait(leaf)) return leaf
  const { trait, op, value } = leaf
  const known = traits.get(trait)
  if (!known) return leaf
  const computed = { name: known.name, spec: known.spec }
  return { trait, op, ...(value === undefined ? {} : { value }), computed } satisfies ComputedRule
}

/** The traits that a stored rule names. */
export function traitsNamed(rule: Rule): string[] {
  const children = kindOf(rule)?.children(rule) ?? []
  const own = isTrait(rule) ? [rule.trait] : []
  return [...own, ...children.flatMap((child) => traitsNamed(child.rule as Rule))]
}

const DATE_OPERATORS: readonly Operator[] = [
  ...(['before', 'after', 'withinLast', 'withinNext', 'exists', 'notExists'] as const),
]

/** What is wrong with the comparison of a computed trait, given its definition. */
export function comparedFault(leaf: Rule): { path: string; message: string } | null {
  if (!('computed' in leaf)) return null
  const { op, trait, computed } = leaf
  const isDate = knownComputed(computed.spec).type(computed.spec) === 'date'
  if (!isDate || DATE_OPERATORS.includes(op)) return null
  return { path: 'op', message: `${trait} is a date: compare it by ${DATE_OPERATORS.join(', ')}.` }
}
