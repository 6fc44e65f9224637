import fc from 'fast-check'
import type { Rule } from '../../src/segment/rule.ts'
import type { Told } from './naiveEvents.ts'

/** Random conditions on what is around a person: other segments, lists, identifiers, consents. */

/** The public id of the segment that has the rule so far down a world's list. */
export const segmentId = (index: number): string =>
  `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`

/** So many rules at the beginning of a world's list refer to nobody. */
const FIRST = 20

const memberLeaf: fc.Arbitrary<Rule> = fc
  .nat({ max: FIRST - 1 })
  .map((index) => ({ segment: segmentId(index) }))

/** The public ids of the lists of a world. */
export const STATIC_LISTS = [1, 2, 3].map(
  (n) => `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`,
)

/** Whom the workspace of a world says to be staff. */
export const STAFF = {
  domains: ['example.fr'],
  emails: ['shared4@'],
  trait: 'b',
  list: STATIC_LISTS[2] ?? '',
}

const staffLeaf: fc.Arbitrary<Rule> = fc.constant({ staff: true })

const listLeaf: fc.Arbitrary<Rule> = fc.constantFrom(...STATIC_LISTS).map((list) => ({ list }))

/** What a world does to one of its lists. */
export const listing = fc.record({
  list: fc.constantFrom(...STATIC_LISTS),
  add: fc.array(fc.nat({ max: 24 }), { maxLength: 4 }),
  remove: fc.array(fc.nat({ max: 24 }), { maxLength: 3 }),
})

const PURPOSES = ['marketing', 'analytics']
const CHANNELS = ['email', 'sms']

const consentLeaf: fc.Arbitrary<Rule> = fc
  .record({
    purpose: fc.constantFrom(...PURPOSES),
    channel: fc.option(fc.constantFrom(...CHANNELS)),
    is: fc.constantFrom('granted' as const, 'refused' as const, 'unknown' as const),
  })
  .map(({ purpose, channel, is }) => {
    return { consent: { purpose, ...(channel === null ? {} : { channel }) }, is }
  })
const identifierLeaf: fc.Arbitrary<Rule> = fc
  .constantFrom('user_id', 'anonymous_id', 'email')
  .map((identifier) => ({ identifier }))
const reachableLeaf: fc.Arbitrary<Rule> = fc
  .constantFrom('email' as const, 'sms' as const)
  .map((reachable) => ({ reachable }))

/** What somebody says of a purpose. */
const consent: fc.Arbitrary<Consent> = fc.tuple(
  fc.constantFrom(...PURPOSES),
  fc.constantFrom(...CHANNELS, '*'),
  fc.boolean(),
)

type Consent = [purpose: string, channel: string, granted: boolean]

/** Of each channel one thing, as an object can say. */
const someOf = (one: fc.Arbitrary<Consent>) =>
  fc.uniqueArray(one, {
    minLength: 1,
    maxLength: 2,
    selector: ([purpose, channel]) => `${purpose} ${channel}`,
  })

/** What an event says of them. */
export const saidConsents = someOf(consent)

/** The same where each word may turn over who is reachable by e-mail. */
export const saidOfReaching = someOf(
  fc.tuple(fc.constant('marketing'), fc.constantFrom('email', '*'), fc.boolean()),
)

export const aroundLeaves = {
  segment: memberLeaf,
  list: listLeaf,
  identifier: identifierLeaf,
  consent: consentLeaf,
  reachable: reachableLeaf,
  staff: staffLeaf,
}

/** The part of an event's context that tells of consents. */
export function consentContext(consents: NonNullable<Told['consents']>): object {
  if (consents.length === 0) return {}
  const categoryPreferences: Record<string, Record<string, boolean>> = {}
  for (const [purpose, channel, yes] of consents) {
    categoryPreferences[purpose] = { ...categoryPreferences[purpose], [channel]: yes }
  }
  return { consent: { categoryPreferences } }
}
