import { Type } from 'typebox'
import type { MemberRule, Rule } from '../rule.ts'
import type { Kind } from './kind.ts'

/** Is in another segment: fulfils the rule that this one has today. */
export const memberKind: Kind<MemberRule> = {
  is: (rule): rule is MemberRule => 'segment' in rule,
  schema: Type.Object(
    { segment: Type.String({ format: 'uuid' }) },
    { additionalProperties: false },
  ),
  children: ({ rule }) => (rule ? [{ path: 'segment', rule }] : []),
  needs: (rule, recurse) => recurse.needs(ruleOf(rule)),
  prepare: (rule, _scope, prepare) => prepare(ruleOf(rule)),
  toSql: (rule, builder, recurse) => recurse.toSql(ruleOf(rule), builder),
  describe: ({ segment }, names) => {
    const name = names.of('segment', segment)
    return { fr: `est dans le segment « ${name.fr} »`, en: `is in the segment “${name.en}”` }
  },
}

/** What `resolveRule` put in. */
function ruleOf({ segment, rule }: MemberRule): Rule {
  if (!rule) throw new Error(`The reference to the segment ${segment} was not resolved.`)
  return rule
}
