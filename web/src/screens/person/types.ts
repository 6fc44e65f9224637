import type { LocalText } from '../../i18n/i18n.ts'

/** What the API says about one person; times are ISO 8601 UTC. */
export type Ref = { id: string; name: string }

export type Trait = {
  value: unknown
  type?: string
  source: Ref | null
  event: string | null
  time: string
  masked?: boolean
  /** Made of events by a definition, not told by one. */
  computed?: { id: string; events: number; approximate: boolean }
}

export type Attribute = {
  /** Its path, as "address.city". */
  key: string
  value: unknown
  source: Ref | null
  time: string
  masked?: boolean
}

/** Something that a person has: a contract, a card, a ticket. */
export type HeldObject = {
  id: string
  firstNamed: string
  lastNamed: string
  source: Ref | null
  attributes: Attribute[]
}

export type HeldObjects = {
  type: string
  /** The one that was named last first. */
  objects: HeldObject[]
  /** There may be more than are kept. */
  capped: boolean
}

export type Identifier = {
  namespace: string
  value: string
  scope: 'person' | 'account' | 'device' | 'household'
  firstSeen: string
  lastSeen: string
}

export type Consent = {
  purpose: string
  channel: string | null
  granted: boolean
  at: string
  source: Ref | string | null
}

export type Person = {
  id: string
  aliases: string[]
  kind: 'known' | 'anonymous' | 'account'
  name: string | null
  firstSeen: string | null
  lastSeen: string | null
  eventCount: number
  eventCounts: { event: string; count: number; first: string; last: string }[]
  traits: Record<string, Trait>
  objects: HeldObjects[]
  identifiers: Identifier[]
  segments: { id: string; name: LocalText | string; enteredAt: string }[]
  consents: Consent[]
  flags: string[]
}

export type TimelineKind = 'event' | 'segment' | 'delivery' | 'trait'

export type TimelineEntry = {
  kind: TimelineKind
  time: string
  event: string | null
  displayName?: LocalText | null
  summary?: LocalText | string | null
  properties?: Record<string, unknown>
  messageId?: string
  change?: 'entered' | 'left' | 'moved' | 'stayed'
  segment?: { id: string; name: LocalText | string }
  reason?: LocalText | string | { code: string; text: LocalText } | null
}

export type Session = {
  id: string
  source: Ref | null
  device: string | null
  start: string
  end: string
  events: TimelineEntry[]
}

export type TraitVersion = {
  value: unknown
  source: Ref | null
  event: string | null
  time: string
}

export type IdentityNode = {
  id: string
  namespace: string
  value: string
  scope: string
  firstSeen: string | null
  profileId: string | null
}

export type LinkState = 'accepted' | 'refused' | 'retracted' | 'frozen'

export type IdentityLink = {
  id: string
  from: string
  to: string
  kind: string
  state: LinkState
  reason: { code: string; text: LocalText } | null
  firstAt: string
  event: string | null
  source: Ref | null
}

export type Identity = {
  nodes: IdentityNode[]
  links: IdentityLink[]
  devices: { identifier: string; logins: { at: string; owner: string }[] }[]
  history: { at: string; kind: 'merged' | 'unmerged'; text?: LocalText; profiles?: string[] }[]
}

export type Stay = {
  segment: { id: string; name: LocalText | string }
  enteredAt: string
  leftAt: string | null
}

export type UnmergePreview = {
  identifiers: { namespace: string; value: string }[]
  events: number
  traits: string[]
}

/** A part of a segment's rule with its own answer about one person. */
export type WhyPart = {
  /** Place in the rule, as "/all/1"; the whole rule has "". */
  path: string
  depth: number
  holds: boolean
  sentence: LocalText
  /** What a condition looked at; null for a group. */
  found: {
    value: unknown
    at: string | null
    source: Ref | null
    approximate: boolean
    objects: FoundObjects | null
  } | null
}

/** The objects that a condition looked at: those that count first, and how many more there are. */
export type FoundObjects = {
  shown: { id: string; counts: boolean; said: { path: string; value: unknown }[] }[]
  more: number
}

/** Why a person is in a segment, or is not. */
export type Why = {
  segment: { id: string; name: LocalText | string }
  version: number
  /** The instant that the answer is of. */
  at: string
  member: boolean
  memberSince: string | null
  /** None where the ledger answered. */
  parts: WhyPart[]
}
