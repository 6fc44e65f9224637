import type { TraitCondition } from '../language.ts'
import { checkComparison, checkParty, readText } from './checks.ts'
import type { ConditionKind } from './kind.ts'
import { comparisonLacks } from './lacks.ts'
import { comparison, openings, partyParts } from './parts.ts'

/** What is known of a person. */
export const traitKind: ConditionKind<TraitCondition> = {
  read: (object, at) => {
    readText(object.trait, `${at}/trait`)
    checkParty(object.party, `${at}/party`)
    return checkComparison(object, at)
  },
  lacks: (rule) => comparisonLacks(rule.trait, rule),
  clause: (rule, path, say) => {
    const name = rule.trait ? say.names.trait(rule.trait) : '…'
    const parts = [...comparison(name, rule, { path, say }), ...partyParts(rule, path, say)]
    return { opening: openings[say.language].whose, parts }
  },
}
