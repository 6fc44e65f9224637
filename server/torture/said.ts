/** An event as the harness sends it: the part of the public protocol that it makes use of. */
export type Said = {
  type: 'identify' | 'track'
  messageId: string
  /** ISO 8601, UTC; no two events of a run have the same. */
  timestamp: string
  event?: string
  userId?: string
  anonymousId?: string
  traits?: Record<string, string | number | null>
  properties?: Record<string, string | number>
  context?: { consent: { categoryPreferences: { marketing: boolean } } }
}

/** The names of events that segments look at. */
export const VIEWED = 'Product Viewed'
export const ORDERED = 'Order Completed'
export const JOINED = 'Joined'

/** The window of the segments that end by time alone: the shortest that a rule can have. */
export const WINDOW_MS = 60_000

/** Segments by the name under which both sides speak of them, with the rule that is given. */
export const SEGMENTS = {
  gold: { trait: 'plan', op: 'equals', value: 'gold' },
  buyers: { did: ORDERED, times: { op: 'atLeast', count: 2 }, within: null },
  joined: { did: JOINED, times: { op: 'atLeast', count: 1 }, within: null },
  recent: { did: VIEWED, times: { op: 'atLeast', count: 1 }, within: { minutes: 1 } },
  // Entered by a timer: nobody has to do anything for it.
  idle: {
    all: [
      { trait: 'plan', op: 'exists' },
      { did: VIEWED, times: { op: 'atMost', count: 0 }, within: { minutes: 1 } },
    ],
  },
} as const

export type SegmentName = keyof typeof SEGMENTS
export const SEGMENT_NAMES = Object.keys(SEGMENTS) as SegmentName[]

/** People who have a user id and nothing else: never merged, so their steps can be counted. */
export const isPlain = (userId: string): boolean => userId.startsWith('plain-')
/** What a plain person answers about marketing, every time they join. */
export const saysYes = (userId: string): boolean => Number(userId.slice('plain-'.length)) % 2 === 0
