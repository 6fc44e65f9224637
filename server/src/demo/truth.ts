import type { DemoMessage } from './life.ts'
import type { PopulationOptions } from './population.ts'
import { simulateDays } from './simulate.ts'
import { CARELESS_COOKIE, PLACEHOLDER_EMAIL, PLACEHOLDER_PHONE } from './till.ts'

export const TRUTH_NAMESPACES = [
  'user_id',
  'email',
  'phone',
  'loyalty_card',
  'anonymous_id',
] as const
export type TruthNamespace = (typeof TRUTH_NAMESPACES)[number]

/** One true person and every identifier that was sent for them, as it was written. */
export type TruePerson = { person: number; events: number } & Record<TruthNamespace, string[]>

/** An identifier that several true persons sent, and how that came about. */
export type SharedIdentifier = {
  namespace: TruthNamespace
  value: string
  people: number[]
  why: 'placeholder' | 'till_cookie' | 'family_computer' | 'couple_email' | 'chance'
}

export type DemoTruth = {
  people: TruePerson[]
  shared: SharedIdentifier[]
  /** The anonymous ids of robots. */
  robots: string[]
}

/**
 * Who is who in the demo of these options: what identity resolution should find, and the traps it
 * should not step into. It lists what was really sent; silent people are not in it. Some of it
 * nobody can find out: a browser on which its owner never signed in, a receipt without a card.
 */
export function demoTruth(options: PopulationOptions): DemoTruth {
  const people = new Map<number, TruePerson>()
  const owners = new Map<string, Set<number>>()
  const robots = new Set<string>()
  for (const day of simulateDays(options)) {
    for (const { owner, event } of day) {
      if (owner === null) {
        if (event.anonymousId) robots.add(event.anonymousId)
        continue
      }
      const person = people.get(owner) ?? silentPerson(owner)
      people.set(owner, person)
      person.events += 1
      for (const [namespace, value] of identifiersOf(event)) {
        if (!person[namespace].includes(value)) person[namespace].push(value)
        const key = `${namespace}:${value}`
        owners.set(key, (owners.get(key) ?? new Set()).add(owner))
      }
    }
  }
  const byIndex = [...people.values()].sort((a, b) => a.person - b.person)
  return { people: byIndex, shared: sharedOf(owners), robots: [...robots] }
}

function silentPerson(person: number): TruePerson {
  return {
    person,
    events: 0,
    user_id: [],
    email: [],
    phone: [],
    loyalty_card: [],
    anonymous_id: [],
  }
}

/** The identifiers that one event carries, wherever the intake's vocabulary allows them. */
export function identifiersOf(event: DemoMessage): [TruthNamespace, string][] {
  const found: [TruthNamespace, string][] = []
  const add = (namespace: TruthNamespace, value: unknown) => {
    if (typeof value === 'string') found.push([namespace, value])
  }
  add('user_id', event.userId)
  add('anonymous_id', event.anonymousId)
  add('email', event.traits?.email)
  add('phone', event.traits?.phone)
  const external = (event.context.externalIds ?? []) as { type: string; id: string }[]
  for (const { type, id } of external) {
    const namespace = TRUTH_NAMESPACES.find((one) => one === type)
    if (namespace) add(namespace, id)
  }
  return found
}

function sharedOf(owners: ReadonlyMap<string, ReadonlySet<number>>): SharedIdentifier[] {
  return [...owners]
    .filter(([, people]) => people.size > 1)
    .map(([key, people]) => {
      const colon = key.indexOf(':')
      const namespace = key.slice(0, colon) as TruthNamespace
      const value = key.slice(colon + 1)
      const sorted = [...people].sort((a, b) => a - b)
      return { namespace, value, people: sorted, why: reasonOf(namespace, value) }
    })
}

function reasonOf(namespace: TruthNamespace, value: string): SharedIdentifier['why'] {
  if (value === PLACEHOLDER_EMAIL || value === PLACEHOLDER_PHONE) return 'placeholder'
  if (value === CARELESS_COOKIE) return 'till_cookie'
  if (namespace === 'anonymous_id') return 'family_computer'
  return namespace === 'email' ? 'couple_email' : 'chance'
}
