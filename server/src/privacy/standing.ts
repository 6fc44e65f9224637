import type { Sql } from '../platform/postgres.ts'
import { identifiersOfProfiles } from '../resolve/index.ts'
import { answersInForce, decide } from './consent.ts'
import { readAnswers } from './ledger.ts'
import { readPurposes } from './purposes.ts'
import type { ConsentAnswer, Purpose } from './schema.ts'

/** How a person can be addressed: what stands around the profile's document and is not in it. */
export type Standing = {
  /** The values of its identifiers by namespace. */
  identifiers: ReadonlyMap<string, readonly string[]>
  /** The answers in force by purpose and channel, as `marketing email`; see `keyOf`. */
  consents: ReadonlyMap<string, ConsentAnswer>
  /** The channels in which an address is known and marketing is allowed. */
  reachable: ReadonlySet<string>
}

const NONE: Standing = {
  identifiers: new Map(),
  consents: new Map(),
  reachable: new Set(),
}

/** The namespace of the address that a channel needs. */
const ADDRESSES = { email: 'email', sms: 'phone' } as const
/** The purpose for which people are reachable, or are not. */
const REACHING = 'marketing'

/** The legal basis on which a workspace reaches people. */
async function basisOf(sql: Sql, workspace: number): Promise<Purpose['basis']> {
  const purposes = await readPurposes(sql, workspace)
  return purposes.find(({ key }) => key === REACHING)?.basis ?? 'consent'
}

/** Neither a purpose nor a channel holds a space. */
const keyOf = ({ purpose, channel }: { purpose: string; channel: string }): string =>
  `${purpose} ${channel}`

/**
 * The standings of profiles, read for all of them at once. In a transaction that has locked them it
 * holds until the end: who changes it locks them as well.
 */
async function read(
  sql: Sql,
  workspace: number,
  profiles: readonly string[],
): Promise<Map<string, Standing>> {
  if (profiles.length === 0) return new Map()
  const named = await identifiersOfProfiles(sql, profiles)
  const byProfile = Map.groupBy(named, (one) => one.profile)
  const answers = await readAnswers(sql, workspace, profiles)
  const basis = await basisOf(sql, workspace)
  return new Map(
    profiles.map((profile) => {
      const identifiers = valuesByNamespace(byProfile.get(profile) ?? [])
      return [profile, standingOf(identifiers, answers.get(profile) ?? [], basis)]
    }),
  )
}

/** The standing of somebody with these identifiers, of whom this was said. */
function standingOf(
  identifiers: Standing['identifiers'],
  said: readonly ConsentAnswer[],
  basis: Purpose['basis'],
): Standing {
  const reachable = Object.entries(ADDRESSES).flatMap(([channel, namespace]) => {
    const { allowed } = decide(basis, { purpose: REACHING, channel }, said)
    return allowed && identifiers.has(namespace) ? [channel] : []
  })
  const inForce = answersInForce(said).map((one) => [keyOf(one), one] as const)
  return { identifiers, consents: new Map(inForce), reachable: new Set(reachable) }
}

function valuesByNamespace(
  named: readonly { namespace: string; value: string }[],
): Map<string, string[]> {
  const groups = Map.groupBy(named, (one) => one.namespace)
  return new Map([...groups].map(([key, list]) => [key, list.map(({ value }) => value)]))
}

/**
 * Of whom nothing is known; how purpose and channel make a key; what reaching people needs, and on
 * which legal basis it is done; reading from PostgreSQL, and what it makes of what was said.
 */
export const standings = {
  ...{ NONE, keyOf, ADDRESSES, REACHING },
  ...{ basisOf, read, of: standingOf },
} as const
