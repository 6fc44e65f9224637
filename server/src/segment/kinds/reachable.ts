import { Type } from 'typebox'
import type { ReachableRule } from '../rule.ts'
import { refusePast } from './consent.ts'
import { type Kind, NOTHING_FOUND } from './kind.ts'

/** Marketing may reach the person in a channel: an address is known, and consent allows it. */
export const reachableKind: Kind<ReachableRule> = {
  is: (rule): rule is ReachableRule => 'reachable' in rule,
  schema: Type.Object(
    { reachable: Type.Union([Type.Literal('email'), Type.Literal('sms')]) },
    { additionalProperties: false },
  ),
  children: () => [],
  needs: () => ({ traits: [], streams: [], around: true }),
  prepare:
    ({ reachable }) =>
    ({ around }) => ({ holds: around.reachable.has(reachable), nextChangeAt: null }),
  found:
    ({ reachable }) =>
    ({ around }) => ({ ...NOTHING_FOUND, value: around.reachable.has(reachable) }),
  toSql: ({ reachable }, builder) => {
    refusePast(builder)
    return `has(p.reachable, ${builder.text(reachable)})`
  },
  describe: ({ reachable }) => ({
    fr: `est joignable par ${reachable === 'sms' ? 'SMS' : 'e-mail'}`,
    en: `can be reached by ${reachable === 'sms' ? 'SMS' : 'e-mail'}`,
  }),
}
