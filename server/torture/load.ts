import type { Random } from './random.ts'
import { isPlain, JOINED, ORDERED, type Said, saysYes, VIEWED, WINDOW_MS } from './said.ts'

/** One call of the intake, to be repeated with the same bytes until it is acknowledged. */
export type Call = { path: string; body: string; events: Said[] }

export type LoadOptions = {
  random: Random
  /** Sets this run's ids apart from any other's. */
  run: string
  /** People of each kind. */
  people: number
  now(): number
}

/** Shares of what is made, 0 to 1. */
const REPEATED = 0.05
const LATE = 0.1
const BATCHED = 0.5
const BATCH_MAX = 15
/** Earlier events that may be sent again. */
const REMEMBERED = 3_000

const SECOND = 1_000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE
/**
 * Late by minutes, or by hours and days: between lies the age beyond which an entry has no effects,
 * and there the oracle could not say which.
 */
const LATE_MINUTES_MAX = 40
const LATE_DAYS = [0.1, 0.5, 1, 3, 9, 20]
/** Older than the days that message ids are kept by; only for people without a device. */
const VERY_LATE_DAYS = 35
/** How soon a look at a product leaves its window after it was sent, at the latest. */
export const WINDOW_LEFT_MS_MAX = 30 * SECOND

/** Makes calls without an end: a function of the random numbers and of the clock. */
export function openLoad(options: LoadOptions): { next(): Call; made(): number } {
  const maker = new EventMaker(options)
  const { random } = options
  return {
    made: () => maker.count,
    next: () => {
      if (random.chance(1 - BATCHED)) {
        const event = maker.any()
        const { type, ...rest } = event
        return { path: `/v1/${type}`, body: JSON.stringify(rest), events: [event] }
      }
      const events = Array.from({ length: random.between(2, BATCH_MAX) }, () => maker.any())
      // Rejected at the door: it must not take its neighbours down, and is counted.
      if (random.chance(0.05)) events.splice(random.between(0, events.length), 0, maker.nameless())
      return { path: '/v1/batch', body: JSON.stringify({ batch: events }), events }
    },
  }
}

class EventMaker {
  count = 0
  readonly #options: LoadOptions
  readonly #remembered: Said[] = []
  readonly #times = new Set<number>()

  constructor(options: LoadOptions) {
    this.#options = options
  }

  any(): Said {
    const { random } = this.#options
    if (this.#remembered.length > 0 && random.chance(REPEATED)) return random.pick(this.#remembered)
    const event = this.#fresh()
    if (this.#remembered.length < REMEMBERED) this.#remembered.push(event)
    else this.#remembered[random.between(0, REMEMBERED - 1)] = event
    return event
  }

  /** A tracked event without a name. */
  nameless(): Said {
    return { type: 'track', userId: 'plain-0', ...this.#stamp('now') }
  }

  #fresh(): Said {
    const { random } = this.#options
    // Named by a value that names nobody: accepted, and kept as a dead letter.
    if (random.chance(0.005)) return this.#track('Seen', { userId: 'null' })
    if (random.chance(0.3)) return this.#ofPlain()
    if (random.chance(0.15)) return this.#onTablet()
    return this.#ofPerson()
  }

  #ofPlain(): Said {
    const { random, people } = this.#options
    const userId = `plain-${random.between(0, people - 1)}`
    const kind = random.next()
    if (kind < 0.4) return this.#track(VIEWED, { userId })
    if (kind < 0.55) return this.#track(ORDERED, { userId })
    if (kind < 0.7) {
      const consent = { categoryPreferences: { marketing: saysYes(userId) } }
      return { ...this.#track(JOINED, { userId }), context: { consent } }
    }
    return { type: 'identify', userId, traits: this.#traits(), ...this.#stamp('any') }
  }

  /** Somebody with a user id, two addresses and two devices of their own, in any combination. */
  #ofPerson(): Said {
    const { random, people } = this.#options
    const person = random.between(0, people - 1)
    const userId = random.chance(0.5) ? { userId: `u-${person}` } : {}
    const device = `d-${person}-${random.between(0, 1)}`
    const isNamed = 'userId' in userId
    const anonymousId = !isNamed || random.chance(0.4) ? { anonymousId: device } : {}
    if (random.chance(0.3)) {
      const email = `p${person}.${random.between(0, 1)}@torture.example`
      const traits = this.#traits()
      if (random.chance(0.6)) traits.email = email
      return { type: 'identify', ...userId, ...anonymousId, traits, ...this.#stamp('any') }
    }
    const event = this.#track(random.pick([VIEWED, VIEWED, ORDERED, 'Seen']), {
      ...userId,
      ...anonymousId,
    })
    if (!random.chance(0.1)) return event
    const consent = { categoryPreferences: { marketing: random.chance(0.5) } }
    return { ...event, context: { consent } }
  }

  /** A device that several people sign in on: whose an event is depends on its time. */
  #onTablet(): Said {
    const { random, people } = this.#options
    const anonymousId = `tablet-${random.between(0, Math.ceil(people / 10))}`
    if (random.chance(0.3)) {
      const userId = `u-${random.between(0, Math.min(people, 20) - 1)}`
      return { type: 'identify', userId, anonymousId, traits: {}, ...this.#stamp('any') }
    }
    return this.#track(random.pick([VIEWED, ORDERED, 'Seen']), { anonymousId })
  }

  #traits(): Record<string, string | number | null> {
    const { random } = this.#options
    const traits: Record<string, string | number | null> = {}
    if (random.chance(0.6)) traits.plan = random.pick(['gold', 'silver', 'bronze', null])
    if (random.chance(0.5)) traits.city = random.pick(['Lyon', 'Paris', 'Nantes', 'Lille'])
    if (random.chance(0.3)) traits.score = random.between(0, 1_000) / 4
    return traits
  }

  #track(event: string, ids: Pick<Said, 'userId' | 'anonymousId'>): Said {
    const isPlainOne = ids.userId !== undefined && isPlain(ids.userId)
    const when = event === VIEWED ? 'ends soon' : event === JOINED ? 'recent' : 'any'
    const stamp = this.#stamp(when === 'any' && isPlainOne ? 'any or very late' : when)
    return { type: 'track', event, ...ids, properties: { n: this.count }, ...stamp }
  }

  #stamp(when: When): Pick<Said, 'messageId' | 'timestamp'> {
    this.count += 1
    let at = this.#instant(when)
    while (this.#times.has(at)) at -= 1
    this.#times.add(at)
    const messageId = `${this.#options.run}-${this.count}`
    return { messageId, timestamp: new Date(at).toISOString() }
  }

  #instant(when: When): number {
    const { random, now } = this.#options
    const lately = now() - random.between(0, 2 * SECOND)
    const minutesLate = now() - random.between(2 * MINUTE, LATE_MINUTES_MAX * MINUTE)
    if (when === 'now') return lately
    if (when === 'recent') return random.chance(LATE) ? minutesLate : lately
    if (random.chance(LATE)) {
      if (random.chance(0.5)) return minutesLate
      const isVeryLate = when === 'any or very late' && random.chance(0.3)
      const days = isVeryLate ? VERY_LATE_DAYS : random.pick(LATE_DAYS)
      return now() - Math.round(days * DAY) - random.between(0, MINUTE)
    }
    if (when === 'ends soon') return now() - WINDOW_MS + random.between(500, WINDOW_LEFT_MS_MAX)
    return lately
  }
}

type When = 'now' | 'recent' | 'ends soon' | 'any' | 'any or very late'
