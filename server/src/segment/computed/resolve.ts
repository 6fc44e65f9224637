import { kindOf } from '../kinds/index.ts'
import type { Computed, ComputedRule, Operator, Rule, Spec, TraitRule } from '../rule.ts'
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
  const { trait, op, value, zone, party } = leaf
  const computed = computedNamed(trait, traits)
  if (!computed) return leaf
  const written = { ...(value !== undefined && { value }), ...(zone && { zone }) }
  return { trait, op, ...written, ...(party && { party }), computed } satisfies ComputedRule
}

/** The computed trait of a key, or one of its parts: `key.part`. */
export function computedNamed(trait: string, traits: ComputedTraits): Computed | undefined {
  const known = traits.get(trait)
  if (known) return { name: known.name, spec: known.spec }
  const dot = trait.lastIndexOf('.')
  const [whole, part] = [traits.get(trait.slice(0, dot)), trait.slice(dot + 1)]
  if (!whole || !knownComputed(whole.spec).parts?.includes(part)) return undefined
  const name = { fr: `${whole.name.fr} (${part})`, en: `${whole.name.en} (${part})` }
  return { name, spec: partOf(whole.spec, part) }
}

/** A definition whose value is one of its parts. */
export const partOf = (spec: Spec, part: string): Spec => ({ ...spec, part }) as Spec

/** Whether a rule names a computed trait, or one of its parts. */
export const namesTrait = (rule: Rule, key: string): boolean =>
  traitsNamed(rule).some((trait) => trait === key || trait.startsWith(`${key}.`))

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
  const { op, trait, computed, zone, party } = leaf
  if (zone) {
    const message = `${trait} is a computed trait: it has one value, by the workspace's calendar.`
    return { path: 'zone', message }
  }
  if (party) {
    const message = `${trait} is a computed trait: it is made of data of all parties.`
    return { path: 'party', message }
  }
  const isDate = knownComputed(computed.spec).type(computed.spec) === 'date'
  if (!isDate || DATE_OPERATORS.includes(op)) return null
  return { path: 'op', message: `${trait} is a date: compare it by ${DATE_OPERATORS.join(', ')}.` }
}
