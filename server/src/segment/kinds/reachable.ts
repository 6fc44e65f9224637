import { Type } from 'typebox'
import { standings } from '../../privacy/index.ts'
import { pastAnswerSql } from '../consentSql.ts'
import type { ReachableRule } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { identifierSql } from './identifier.ts'
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
  toSql: (rule, builder) =>
    builder.isPast ? pastSql(rule, builder) : `has(p.reachable, ${builder.text(rule.reachable)})`,
  describe: ({ reachable }) => ({
    fr: `est joignable par ${reachable === 'sms' ? 'SMS' : 'e-mail'}`,
    en: `can be reached by ${reachable === 'sms' ? 'SMS' : 'e-mail'}`,
  }),
}

/** By the addresses and the legal basis of today, and by what had been said then. */
function pastSql({ reachable, as = 'consent' }: ReachableRule, builder: SqlBuilder): string {
  const asked = { purpose: standings.REACHING, channels: [reachable, ALL_CHANNELS] }
  const allowed =
    as === 'consent'
      ? pastAnswerSql(asked, 'granted', builder)
      : `(NOT ${pastAnswerSql(asked, 'refused', builder)})`
  return `(${identifierSql(standings.ADDRESSES[reachable], builder)} AND ${allowed})`
}

const ALL_CHANNELS = '*'
