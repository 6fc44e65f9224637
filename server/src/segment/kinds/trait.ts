import { Type } from 'typebox'
import { listPath } from '../../profile/index.ts'
import { keysAt, operations, prepareComparison } from '../operators/index.ts'
import { sourceTest } from '../party.ts'
import type { TraitRule } from '../rule.ts'
import { comparisonSchema, nameSchema, partySchema } from '../schema.ts'
import { traitSql } from '../traitSql.ts'
import { operandText, partyText } from '../words.ts'
import { type Kind, NOTHING_FOUND } from './kind.ts'

/** Compares the value of one trait. */
export const traitKind: Kind<TraitRule> = {
  is: (rule): rule is TraitRule => 'trait' in rule,
  schema: Type.Object(
    { trait: nameSchema, ...comparisonSchema, party: partySchema },
    { additionalProperties: false },
  ),
  children: () => [],
  compares: (rule) => rule,
  needs: (rule) => {
    return { traits: [{ name: listPath(rule.trait), keys: keysAt(rule.trait, rule) }], streams: [] }
  },
  prepare: (rule, { calendar }) => {
    const compare = prepareComparison(rule, calendar)
    const isAsked = sourceTest(rule)
    return ({ facts, registry, now }) => {
      const id = registry.idOf('trait', listPath(rule.trait))
      const held = id === undefined ? undefined : facts.traits.get(id)
      const isThere = id !== undefined && held !== undefined && isAsked(held.source)
      return compare(isThere ? facts.trait(id, rule.trait) : null, now)
    }
  },
  found:
    (rule) =>
    ({ facts, registry }) => {
      const id = registry.idOf('trait', listPath(rule.trait))
      const held = id === undefined ? undefined : facts.traits.get(id)
      if (!held || held.value === null) return NOTHING_FOUND
      const { value, at, source } = held
      return { ...NOTHING_FOUND, value, at, source, trait: listPath(rule.trait) }
    },
  toSql: (rule, builder) => traitSql(rule.trait, rule, builder),
  describe: (rule, names) => {
    const name = names.of('trait', rule.trait)
    const words =
      rule.op === 'notExists'
        ? { fr: 'n’est pas renseigné', en: 'has no value' }
        : { fr: say(rule, 'fr'), en: say(rule, 'en') }
    const [fr, en] = [partyText(rule, 'fr'), partyText(rule, 'en')]
    return { fr: `${name.fr}${fr} ${words.fr}`, en: `${name.en}${en} ${words.en}` }
  },
}

function say(rule: TraitRule, language: 'fr' | 'en'): string {
  if (rule.op === 'notExists') return ''
  return operations[rule.op].describe(operandText(rule.value, language))[language]
}
