import type { SegmentName } from './said.ts'

/** One profile as the API shows it, with what the databases say beside it. */
export type FoundProfile = {
  id: string
  identifiers: string[]
  events: Map<string, number>
  traits: Map<string, string | number>
  segments: Set<SegmentName>
  /** From the table of memberships. */
  memberships: Set<SegmentName>
  history: {
    /** Rows of events that belong to it by today's identity. */
    events: number
    /** What its current copy says. */
    copy: { events: number; segments: Set<SegmentName> } | null
  }
}

/** Steps of one profile into and out of one segment, or messages about them. */
export type Steps = Map<string, number>

export const stepKey = (one: { segment: string; profile: string; change: string }): string =>
  `${one.segment} ${one.profile} ${one.change}`

/** What the house holds in the end. */
export type Found = {
  /** By one of its identifiers. */
  profiles: Map<string, FoundProfile>
  /** How many profiles there are in all. */
  profileCount: number
  counts: {
    accepted: number
    rejected: number
    applied: number
    duplicate: number
    deadLettered: number
  }
  /** Message ids of the dead letters that are kept, one for each copy that came. */
  deadLetters: string[]
  /** Shards that do not come to their end: a sentence each. */
  stuck: string[]
  consents: Map<string, boolean>
  history: {
    /** Message id → rows. */
    messages: Map<string, number>
    /** Rows that tell of the same change of a trait. */
    repeatedTraits: number
    /** Ledger of entries and exits: all, and those young enough to have been sent. */
    steps: Steps
    sendable: Steps
  }
  deliveries: {
    /** Destination → messages by step, each idempotency key once. */
    steps: Map<string, Steps>
    /** Keys that came under two webhook ids, or ids with two keys or two bodies. */
    inconsistent: string[]
    /** Destination → user ids of plain people, by segment, once a key. */
    joined: Map<string, Map<string, number>>
  }
}
