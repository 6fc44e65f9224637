import { Type } from 'typebox'
import { reserved } from '../../collect/index.ts'
import { listPath } from '../../profile/index.ts'
import { keysAt, prepareComparison } from '../operators/index.ts'
import type { Comparison, StaffDefinition, StaffRule } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { traitSql } from '../traitSql.ts'
import { type Kind, NOTHING_FOUND } from './kind.ts'

const MARKED: Comparison = { op: 'isTrue' }
const EMAIL = 'email:'

/** Is one of the staff, or a test: by an e-mail address, a trait that is true, or a list. */
export const staffKind: Kind<StaffRule> = {
  is: (rule): rule is StaffRule => 'staff' in rule,
  schema: Type.Object({ staff: Type.Literal(true) }, { additionalProperties: false }),
  children: () => [],
  needs: (rule) => {
    const staff = definitionOf(rule)
    const marks = marksOf(staff)
    return {
      traits: marks.map((mark) => ({ name: listPath(mark), keys: keysAt(mark, MARKED) })),
      streams: [],
      around: asksAddresses(staff),
    }
  },
  prepare: (rule, { calendar }) => {
    const staff = definitionOf(rule)
    const isAddress = addressTest(staff)
    const marks = marksOf(staff)
    const isMarked = prepareComparison(MARKED, calendar)
    return ({ facts, registry, around, now }) => {
      const holds =
        (around.identifiers.get('email') ?? []).some(isAddress) ||
        marks.some((mark) => {
          const id = registry.idOf('trait', listPath(mark))
          return id !== undefined && isMarked(facts.trait(id, mark), now).holds
        })
      return { holds, nextChangeAt: null }
    }
  },
  found: (rule, scope) => {
    const evaluate = staffKind.prepare(rule, scope, () => evaluateNone)
    return (context) => ({ ...NOTHING_FOUND, value: evaluate(context).holds })
  },
  toSql: (rule, builder) => staffSql(definitionOf(rule), builder),
  describe: () => ({
    fr: 'est un profil interne ou de test',
    en: 'is a staff or test profile',
  }),
}

/** A condition on a row `p` that it is one of the staff, or a test. */
export function staffSql(staff: StaffDefinition, builder: SqlBuilder): string {
  const marked = marksOf(staff).map((mark) => traitSql(mark, MARKED, builder))
  const parts = [...(asksAddresses(staff) ? [addressSql(staff, builder)] : []), ...marked]
  return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`
}

export const NO_STAFF: StaffDefinition = { domains: [], emails: [], trait: null, list: null }

/** Nobody is staff where the workspace names no sign of it. */
export const namesStaff = ({ domains, emails, trait, list }: StaffDefinition): boolean =>
  domains.length > 0 || emails.length > 0 || trait !== null || list !== null

const evaluateNone = () => ({ holds: false, nextChangeAt: null })

/** What `resolveRule` put in. */
function definitionOf({ as }: StaffRule): StaffDefinition {
  if (!as) throw new Error('Who is staff was not put into a rule that asks it.')
  return as
}

const asksAddresses = ({ domains, emails }: StaffDefinition) => domains.length + emails.length > 0

const marksOf = ({ trait, list }: StaffDefinition): string[] => [
  ...(trait === null ? [] : [trait]),
  ...(list === null ? [] : [reserved.listTrait(list)]),
]

/** Addresses are kept in lower case, and so is what is looked for. */
function addressTest({ domains, emails }: StaffDefinition): (address: string) => boolean {
  return (address) =>
    domains.some((domain) => address.endsWith(`@${domain}`)) ||
    emails.some((part) => address.includes(part))
}

function addressSql({ domains, emails }: StaffDefinition, builder: SqlBuilder): string {
  const address = `substring(i, ${EMAIL.length + 1})`
  const ends = builder.bind(
    'Array(String)',
    domains.map((domain) => `@${domain}`),
  )
  const parts = builder.bind('Array(String)', emails)
  return (
    `arrayExists(i -> startsWith(i, ${builder.text(EMAIL)}) AND (` +
    `arrayExists(d -> endsWith(${address}, d), ${ends}) ` +
    `OR arrayExists(part -> position(${address}, part) > 0, ${parts})), p.identifiers)`
  )
}
