import { Type } from 'typebox'
import { columnsAt, compareSql, keysOf, operations, prepareComparison } from '../comparison.ts'
import { limits, type TraitRule } from '../rule.ts'
import { comparisonSchema } from '../schema.ts'
import { operandText } from '../words.ts'
import type { Kind } from './kind.ts'

/** Compares the value of one trait. */
export const traitKind: Kind<TraitRule> = {
  is: (rule): rule is TraitRule => 'trait' in rule,
  schema: Type.Object(
    { trait: Type.String({ minLength: 1, maxLength: limits.text }), ...comparisonSchema },
    { additionalProperties: false },
  ),
  children: () => [],
  needs: (rule) => ({ traits: [{ name: rule.trait, keys: keysOf(rule) }], streams: [] }),
  prepare: (rule) => {
    const compare = prepareComparison(rule)
    return ({ facts, registry, now }) => {
      const id = registry.idOf('trait', rule.trait)
      return compare(id === undefined ? null : facts.trait(id), now)
    }
  },
  toSql: (rule, builder) => compareSql(columnsAt('p', rule.trait, builder), rule, builder),
  describe: (rule, names) => {
    const name = names.of('trait', rule.trait)
    const words =
      rule.op === 'notExists'
        ? { fr: 'n’est pas renseigné', en: 'has no value' }
        : { fr: say(rule, 'fr'), en: say(rule, 'en') }
    return { fr: `${name.fr} ${words.fr}`, en: `${name.en} ${words.en}` }
  },
}

function say(rule: TraitRule, language: 'fr' | 'en'): string {
  if (rule.op === 'notExists') return ''
  return operations[rule.op].describe(operandText(rule.value, language))[language]
}
