import fc from 'fast-check'
import { DAY, MINUTE, NOW, type Told } from './history.ts'

/** Random histories: few people, few devices and few moments, so that everything collides. */

const device = fc.constantFrom('d1', 'd2', 'd3')
const user = fc.constantFrom('u1', 'u2', 'u3', 'u4')
const email = fc.constantFrom('a@x.fr', 'B@x.fr ', 'b@x.fr', 'c@x.fr', 'noreply@x.fr', 'oops')
const phone = fc.constantFrom('06 12 34 56 78', '+33612345678', '0698765432', '0000000000')
const card = fc.constantFrom('K1', 'K2', 'null')
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 })

/** Around the claims of 30 days and the slots of 15 minutes, with many ties. */
const time = fc
  .tuple(fc.constantFrom(0, 1, 2, 15, 16, 31, 32, 46), fc.constantFrom(0, 0, 5, 14, 15, 40))
  .map(([days, minutes]) => NOW - DAY / 8 - days * DAY + minutes * MINUTE)

const identifiers = fc.record({
  anonymousId: maybe(device),
  userId: maybe(user),
  email: maybe(email),
  phone: maybe(phone),
  card: maybe(card),
})

type Said = {
  type: 'identify' | 'track' | 'page' | 'alias' | 'group'
  ids: { anonymousId?: string; userId?: string; email?: string; phone?: string; card?: string }
  time: number
  name: string
  city: string | undefined
  previousId: string
  consent: boolean | undefined
}

const said: fc.Arbitrary<Said> = fc.record({
  type: fc.constantFrom('identify', 'identify', 'track', 'track', 'page', 'alias', 'group'),
  ids: identifiers,
  time,
  name: fc.constantFrom('Viewed', 'Viewed', 'Bought'),
  city: maybe(fc.constantFrom('Lyon', 'Paris')),
  previousId: fc.oneof(
    user,
    device.map((id) => `${id}`),
    fc.constant('a@x.fr'),
    fc.constant('null'),
  ),
  consent: maybe(fc.boolean()),
})

function eventFrom(one: Said, messageId: string): object {
  const { anonymousId, userId, email: mail, phone: number, card: loyalty } = one.ids
  const traits = { email: mail, phone: number, ...(one.city ? { city: one.city } : {}) }
  const externalIds = loyalty ? [{ id: loyalty, type: 'card', collection: 'users' }] : []
  const consent = { categoryPreferences: { marketing: one.consent } }
  return {
    type: one.type,
    messageId,
    timestamp: new Date(one.time).toISOString(),
    anonymousId,
    userId,
    event: one.type === 'track' ? one.name : undefined,
    traits: one.type === 'identify' ? traits : undefined,
    groupId: one.type === 'group' ? 'g1' : undefined,
    previousId: one.type === 'alias' ? one.previousId : undefined,
    context: { traits: { email: mail, phone: number }, externalIds, consent },
  }
}

const identifier = fc.oneof(
  user.map((value) => ({ namespace: 'user_id', value })),
  fc.constantFrom('a@x.fr', 'b@x.fr').map((value) => ({ namespace: 'email', value })),
)

const decision = fc.record({
  type: fc.constant('identity_decision'),
  a: identifier,
  b: identifier,
  verdict: fc.constantFrom('link', 'cannot_link', 'retract'),
  author: fc.constant('test'),
})

export type HistoryOptions = { events: number; decisions?: number }

/** A history of entries, each stamped once with its acceptance; some events come twice. */
export function historyOf({ events, decisions = 3 }: HistoryOptions): fc.Arbitrary<Told[]> {
  return fc
    .tuple(
      fc.array(fc.tuple(said, fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: events }),
      fc.array(decision, { maxLength: decisions }),
    )
    .map(([list, decided]) => {
      const history: Told[] = []
      list.forEach(([one, copies], index) => {
        const event = eventFrom(one, `m${index}`)
        for (let copy = 0; copy < Math.max(1, copies - 1); copy += 1) {
          history.push({
            receivedAt: NOW - 60 * MINUTE + index * 7 + copy * 1_000,
            events: [event],
          })
        }
      })
      decided.forEach((control, index) => {
        history.push({ receivedAt: NOW - 30 * MINUTE + index, control })
      })
      return history
    })
}

/** The same entries in another order, on other shards and lanes; a function of `seed`. */
export function shuffled(history: readonly Told[], seed: number): Told[] {
  const next = randomFrom(seed)
  const keyed = history.map((told) => ({ told, order: next(1_000_000) }))
  keyed.sort((x, y) => x.order - y.order)
  return keyed.map(({ told }) => ({
    ...told,
    shard: next(2) === 0 ? 0 : 1,
    lane: next(2) === 0 ? 'live' : 'bulk',
  }))
}

/** Numbers below a bound, the same for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

type Pair = {
  names: readonly [string, string]
  identifiers: readonly [object, object]
}

/**
 * Tracked events of users with e-mail addresses, one pair of them, and the same events without
 * that pair's evidence: where both are named, the address is not said. A tracked event folds no
 * traits, so nothing else differs.
 */
export function retractable(): fc.Arbitrary<{ withPair: Told[]; without: Told[]; pair: Pair }> {
  const one = fc.record({
    userId: maybe(user),
    email: maybe(fc.constantFrom('a@x.fr', 'b@x.fr')),
    anonymousId: maybe(device),
    time,
  })
  return fc.array(one, { minLength: 1, maxLength: 12 }).map((list) => {
    const tell = (hides: boolean): Told[] =>
      list.map(({ userId, email: mail, anonymousId, time: at }, index) => {
        const isPair = userId === 'u1' && mail === 'a@x.fr'
        const traits = mail && !(hides && isPair) ? { email: mail } : {}
        const ids = { userId, anonymousId, context: { traits } }
        const timestamp = new Date(at).toISOString()
        const event = { type: 'track', event: 'Viewed', messageId: `m${index}`, timestamp, ...ids }
        return { receivedAt: NOW - 60 * MINUTE + index, events: [event] }
      })
    const pair: Pair = {
      names: ['email:a@x.fr', 'user_id:u1'],
      identifiers: [
        { namespace: 'user_id', value: 'u1' },
        { namespace: 'email', value: 'a@x.fr' },
      ],
    }
    return { withPair: tell(false), without: tell(true), pair }
  })
}

/**
 * A check of a property that is skipped once it was tried for `ms`: on a busy machine a property
 * is tried less often rather than for longer. fast-check's own limit would leave a run under way.
 */
export function forAtMost<Args extends unknown[]>(
  ms: number,
  check: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  let startedAt: number | undefined
  return async (...args) => {
    startedAt ??= performance.now()
    if (performance.now() - startedAt < ms) await check(...args)
  }
}
