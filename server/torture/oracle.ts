/**
 * The independent oracle: what must be true once everything that was acknowledged is applied. A
 * fold of its own, as simple as can be, over the set of events; it shares no code with the product.
 */
import { JOINED, ORDERED, type Said, type SegmentName, saysYes, VIEWED, WINDOW_MS } from './said.ts'

/** One person, or one device of nobody's. */
export type Expected = {
  /** `user_id:…` and `email:…`; of a device of nobody's its `anonymous_id:…`. */
  identifiers: string[]
  /** Times that each event counts. */
  events: Map<string, number>
  traits: Map<string, string | number>
  segments: Set<SegmentName>
}

export type Expectation = {
  profiles: Expected[]
  /** Message ids that must be applied once, and those that must be dead letters. */
  applied: Set<string>
  dead: Set<string>
  /** Identifier → the answer in force about marketing. */
  consents: Map<string, boolean>
  /** Plain people who joined → whether they agreed to marketing. */
  joined: Map<string, boolean>
}

type Told = Said & { at: number }

const MINUTE = 60_000
const SLOT_MS = 15 * MINUTE
const CLAIM_MS = 30 * 24 * 60 * MINUTE

/** `now`: epoch ms, when the answers of the segments are asked for. */
export function expectationOf(acknowledged: Iterable<Said>, now: number): Expectation {
  const told = new Map<string, Told>()
  for (const said of acknowledged) {
    if (!told.has(said.messageId))
      told.set(said.messageId, { ...said, at: Date.parse(said.timestamp) })
  }
  const dead = new Set<string>()
  const sound: Told[] = []
  for (const one of told.values()) {
    if (personsOf(one).length === 0 && one.anonymousId === undefined) dead.add(one.messageId)
    else sound.push(one)
  }
  const people = groupPersons(sound)
  const logins = loginsOf(sound)
  const owned = Map.groupBy(sound, (one) => people(ownerOf(one, logins)))
  const members = Map.groupBy(new Set(sound.flatMap(personsOf)), people)
  return {
    profiles: [...owned].map(([name, own]) => profileOf(members.get(name) ?? [name], own, now)),
    applied: new Set(sound.map((one) => one.messageId)),
    dead,
    consents: consentsOf(sound),
    joined: joinedOf(sound),
  }
}

/** The person identifiers an event names, the strongest first. `null` names nobody. */
function personsOf({ userId, traits }: Said): string[] {
  const persons: string[] = []
  if (userId !== undefined && userId !== 'null') persons.push(`user_id:${userId}`)
  if (typeof traits?.email === 'string') persons.push(`email:${traits.email}`)
  return persons
}

/** Who belongs together because one event named both: each group is named by one of its own. */
function groupPersons(told: readonly Told[]): (identifier: string) => string {
  const parent = new Map<string, string>()
  const find = (one: string): string => {
    const above = parent.get(one)
    return above === undefined || above === one ? one : find(above)
  }
  for (const persons of told.map(personsOf)) {
    for (const other of persons.slice(1)) {
      const [x, y] = [find(persons[0] ?? other), find(other)]
      if (x !== y) parent.set(x < y ? y : x, x < y ? x : y)
    }
  }
  return find
}

type Login = { at: number; owner: string }

/** Who signed in on each device, oldest first; once in a quarter of an hour. */
function loginsOf(told: readonly Told[]): Map<string, Login[]> {
  const earliest = new Map<string, Map<string, Login>>()
  for (const one of told) {
    const [owner] = personsOf(one)
    if (owner === undefined || one.anonymousId === undefined) continue
    const held = earliest.get(one.anonymousId) ?? new Map<string, Login>()
    earliest.set(one.anonymousId, held)
    const slot = `${owner} ${Math.floor(one.at / SLOT_MS)}`
    const before = held.get(slot)
    if (!before || before.at > one.at) held.set(slot, { at: one.at, owner })
  }
  return new Map(
    [...earliest].map(([device, held]) => [device, [...held.values()].sort((x, y) => x.at - y.at)]),
  )
}

/** Whose an event is: the person it names; else who was signed in then, or signed in first. */
function ownerOf(one: Told, logins: ReadonlyMap<string, Login[]>): string {
  const [person] = personsOf(one)
  if (person !== undefined) return person
  const device = one.anonymousId ?? ''
  const held = logins.get(device) ?? []
  const inForce = held.findLast((login) => login.at <= one.at)
  if (inForce) return inForce.owner
  const first = held[0]
  return first && first.at - one.at <= CLAIM_MS ? first.owner : `anonymous_id:${device}`
}

const nameOf = ({ type, event }: Said): string => (type === 'track' ? (event ?? '') : 'Identified')

function profileOf(identifiers: string[], own: readonly Told[], now: number): Expected {
  const events = new Map<string, number>()
  const latest = new Map<string, { at: number; value: string | number | null }>()
  for (const one of own) {
    events.set(nameOf(one), (events.get(nameOf(one)) ?? 0) + 1)
    for (const [trait, value] of Object.entries(one.traits ?? {})) {
      const held = latest.get(trait)
      if (!held || one.at > held.at) latest.set(trait, { at: one.at, value })
    }
  }
  const traits = new Map<string, string | number>()
  for (const [trait, { value }] of latest) if (value !== null) traits.set(trait, value)
  const viewed = own.some((one) => one.event === VIEWED && one.at > now - WINDOW_MS)
  const segments = new Set<SegmentName>()
  if (traits.get('plan') === 'gold') segments.add('gold')
  if ((events.get(ORDERED) ?? 0) >= 2) segments.add('buyers')
  if ((events.get(JOINED) ?? 0) >= 1) segments.add('joined')
  if (viewed) segments.add('recent')
  if (traits.has('plan') && !viewed) segments.add('idle')
  return { identifiers: identifiers.sort(), events, traits, segments }
}

/** The latest answer under the identifier that the event was kept by; at one time, the refusal. */
function consentsOf(told: readonly Told[]): Map<string, boolean> {
  const latest = new Map<string, { at: number; granted: boolean }>()
  for (const one of told) {
    const granted = one.context?.consent.categoryPreferences.marketing
    if (granted === undefined) continue
    const identifier = personsOf(one)[0] ?? `anonymous_id:${one.anonymousId}`
    const held = latest.get(identifier)
    if (!held || one.at > held.at) latest.set(identifier, { at: one.at, granted })
  }
  return new Map([...latest].map(([identifier, { granted }]) => [identifier, granted]))
}

function joinedOf(told: readonly Told[]): Map<string, boolean> {
  const joined = told.flatMap(({ event, userId }) => (event === JOINED && userId ? [userId] : []))
  return new Map(joined.map((userId) => [userId, saysYes(userId)]))
}
