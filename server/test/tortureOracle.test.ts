/** The torture's oracle finds what it is there for: a loss, a repetition, a wrong answer. */
import { describe, expect, it } from 'vitest'
import { ALL_STEPS, differencesOf, WITH_CONSENT } from '../torture/compare.ts'
import { type Found, stepKey } from '../torture/found.ts'
import { type Expectation, expectationOf } from '../torture/oracle.ts'
import { JOINED, ORDERED, type Said, VIEWED } from '../torture/said.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')
const MINUTE = 60_000
let messages = 0

function said(minutesAgo: number, more: Partial<Said>): Said {
  messages += 1
  const timestamp = new Date(NOW - minutesAgo * MINUTE).toISOString()
  return { type: 'track', messageId: `m${messages}`, timestamp, ...more }
}

const seen = (minutesAgo: number, ids: Partial<Said>) => said(minutesAgo, { event: 'Seen', ...ids })
const known = (minutesAgo: number, ids: Partial<Said>) =>
  said(minutesAgo, { type: 'identify', ...ids })

const peopleOf = ({ profiles }: Expectation) =>
  profiles.map(({ identifiers, events }) => [identifiers.join(' '), Object.fromEntries(events)])

/** A house that is as it must be, and the counts to it. */
function houseLike(expected: Expectation) {
  const [profile] = expected.profiles
  if (!profile) throw new Error('Nobody is expected.')
  const name = profile.identifiers[0] ?? ''
  const total = [...profile.events.values()].reduce((sum, n) => sum + n, 0)
  const joined = stepKey({ segment: 'joined', profile: 'id-1', change: 'entered' })
  const found: Found = {
    profiles: new Map([
      [
        name,
        {
          ...structuredClone(profile),
          id: 'id-1',
          memberships: new Set(profile.segments),
          history: { events: total, copy: { events: total, segments: new Set(profile.segments) } },
        },
      ],
    ]),
    profileCount: 1,
    counts: { accepted: total, rejected: 0, applied: total, duplicate: 0, deadLettered: 0 },
    deadLetters: [],
    stuck: [],
    consents: new Map(expected.consents),
    history: {
      messages: new Map([...expected.applied].map((id) => [id, 1])),
      repeatedTraits: 0,
      steps: new Map([[joined, 1]]),
      sendable: new Map([[joined, 1]]),
    },
    deliveries: {
      steps: new Map([[ALL_STEPS, new Map([[joined, 1]])]]),
      inconsistent: [],
      joined: new Map([
        [ALL_STEPS, new Map([['plain-2', 1]])],
        [WITH_CONSENT, new Map([['plain-2', 1]])],
      ]),
    },
  }
  const sent = { acknowledged: total, attempted: total, rejected: 0, attemptedRejected: 0 }
  return { found, sent, name, joined }
}

const joins = () => said(3, { event: JOINED, userId: 'plain-2' })

describe('the oracle', () => {
  it('joins what one event names, and gives a device to who was signed in', () => {
    const expected = expectationOf(
      [
        known(50, { userId: 'u1', anonymousId: 'd1' }),
        known(30, { userId: 'u2', anonymousId: 'd1' }),
        known(20, { userId: 'u1', traits: { email: 'a@exemple.fr' } }),
        seen(60, { anonymousId: 'd1' }),
        seen(40, { anonymousId: 'd1' }),
        seen(10, { anonymousId: 'd1' }),
        seen(5, { anonymousId: 'd2' }),
      ],
      NOW,
    )
    expect(peopleOf(expected)).toEqual([
      ['email:a@exemple.fr user_id:u1', { Identified: 2, Seen: 2 }],
      ['user_id:u2', { Identified: 1, Seen: 1 }],
      ['anonymous_id:d2', { Seen: 1 }],
    ])
  })

  it('takes a repeated message once, the latest trait, and a window as it is now', () => {
    const order = said(5, { event: ORDERED, userId: 'u1' })
    const gold = known(9, { userId: 'u1', traits: { plan: 'gold' } })
    const silver = known(10, { userId: 'u1', traits: { plan: 'silver' } })
    const view = said(0.5, { event: VIEWED, userId: 'u1' })
    const all = [order, order, gold, silver, view]
    const [now] = expectationOf(all, NOW).profiles
    expect(Object.fromEntries(now?.traits ?? [])).toEqual({ plan: 'gold' })
    expect([...(now?.segments ?? [])].sort()).toEqual(['gold', 'recent'])
    const [later] = expectationOf(all, NOW + MINUTE).profiles
    expect([...(later?.segments ?? [])].sort()).toEqual(['gold', 'idle'])
  })

  it('is content with a house that is as it must be', () => {
    const expected = expectationOf([joins()], NOW)
    const { found, sent } = houseLike(expected)
    expect(differencesOf(expected, found, sent)).toEqual([])
  })

  const faults: [string, RegExp, (house: ReturnType<typeof houseLike>) => void][] = [
    ['a lost event', /acknowledged events are lost/, ({ found }) => found.history.messages.clear()],
    [
      'an event that is applied twice',
      /more than once/,
      ({ found }) => {
        for (const id of found.history.messages.keys()) found.history.messages.set(id, 2)
      },
    ],
    [
      'an event that counts twice in a profile',
      /Events of user_id:plain-2: Joined=2/,
      ({ found, name }) => found.profiles.get(name)?.events.set(JOINED, 2),
    ],
    [
      'a membership that should have ended',
      /Memberships of user_id:plain-2: joined, recent/,
      ({ found, name }) => found.profiles.get(name)?.memberships.add('recent'),
    ],
    ['a profile too many', /2 profiles/, ({ found }) => Object.assign(found, { profileCount: 2 })],
    [
      'a count that does not add up',
      /0 applied/,
      ({ found }) => Object.assign(found.counts, { applied: 0 }),
    ],
    [
      'a message that was never sent',
      /0 messages tell of it/,
      ({ found }) => found.deliveries.joined.get(ALL_STEPS)?.clear(),
    ],
    [
      'a second message about one step',
      /2 messages arrived/,
      ({ found, joined }) => found.deliveries.steps.get(ALL_STEPS)?.set(joined, 2),
    ],
    [
      'an exit without an end',
      /entered "joined" 1 times and left it 1 times/,
      ({ found, joined }) => found.history.steps.set(joined.replace('entered', 'left'), 1),
    ],
    [
      'a lost answer',
      /answer of user_id:plain-9/,
      ({ found }) => found.consents.set('user_id:plain-9', true),
    ],
  ]
  it.each(faults)('finds %s', (_, sentence, damage) => {
    const expected = expectationOf([joins()], NOW)
    const house = houseLike(expected)
    damage(house)
    expect(differencesOf(expected, house.found, house.sent).join('\n')).toMatch(sentence)
  })
})
