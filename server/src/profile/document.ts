import type { Decimal } from './decimal.ts'
import { supersedes, type Told } from './latest.ts'
import { mergeObjects, type Objects } from './objects.ts'

/** A value of a trait. */
export type TraitValue = Told & {
  /** Registry id of the event that brought it. */
  event: number
}

export type EventTally = { count: number; first: number; last: number }

/** What an entry keeps of its event: a number in millionths, a folded text or a boolean. */
export type Kept = Decimal | string | boolean

/** One kept moment of a stream. Entries form a set: the same one twice is one. */
export type StreamEntry = {
  at: number
  hash: number
  /** Which value of the event it is, from 0: more than one where a list has several items. */
  item: number
  /** `null` where the stream keeps none, or the event has none. */
  value: Kept | null
}

/** Where an event lies in the log, so that it can be read again. */
export type LogPosition = { lane: 'live' | 'bulk' | 'inner'; shard: number; position: number }

/**
 * What the events of one anchor say. Fragments of one profile are merged only when it is read:
 * merging or separating profiles moves whole fragments and needs no arithmetic.
 */
export type Fragment = {
  /** The identifier (birth id) whose events these are. */
  owner: string
  /** The device through which they came without saying who; `null` when they named the owner. */
  via: string | null
  /** Event times, epoch ms. */
  first: number
  last: number
  events: Map<number, EventTally>
  traits: Map<number, TraitValue>
  streams: Map<number, StreamEntry[]>
  objects: Objects
  /** Only with `via`: the events themselves, to fold them again when a login moves. */
  journal: LogPosition[]
  /** True when the journal reached its cap and no longer tells the whole. */
  journalCapped: boolean
}

export type Document = {
  kind: 'person' | 'account'
  fragments: Fragment[]
  /** Segment id → when the profile entered, epoch ms. */
  segments: Map<number, number>
  /** When the armed timer fires, epoch ms; `null` = none. */
  timerDue: number | null
}

export function emptyDocument(kind: 'person' | 'account'): Document {
  return { kind, fragments: [], segments: new Map(), timerDue: null }
}

export function emptyFragment(owner: string, via: string | null): Fragment {
  return {
    owner,
    via,
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
    events: new Map(),
    traits: new Map(),
    streams: new Map(),
    objects: new Map(),
    journal: [],
    journalCapped: false,
  }
}

export const fragmentKey = (fragment: { owner: string; via: string | null }): string =>
  `${fragment.owner}|${fragment.via ?? ''}`

/** Events of a device that are kept by position, so that a moved login can be folded again. */
export const JOURNAL_MAX = 2_000

/** How much of a stream is kept: what its conditions can still ask for. */
export type StreamKeep = { newest: number; ms: number | null }

/** Newest first; the order in which entries are kept and cut. */
export function compareEntries(x: StreamEntry, y: StreamEntry): number {
  return y.at - x.at || y.hash - x.hash || x.item - y.item
}

/** Puts one more entry into a set that is kept newest first; a held one changes nothing. */
export function addEntry(entries: StreamEntry[], entry: StreamEntry, newest: number): void {
  let at = 0
  while (at < entries.length && compareEntries(entries[at] as StreamEntry, entry) < 0) at += 1
  const next = entries[at]
  if (at >= newest || (next && compareEntries(next, entry) === 0)) return
  entries.splice(at, 0, entry)
  if (entries.length > newest) entries.length = newest
}

/** The union of two sets of entries, newest first, cut to what is kept. */
export function mergeEntries(
  left: readonly StreamEntry[],
  right: readonly StreamEntry[],
  newest: number,
): StreamEntry[] {
  const merged: StreamEntry[] = []
  let i = 0
  let j = 0
  while (merged.length < newest && (i < left.length || j < right.length)) {
    const x = left[i]
    const y = right[j]
    const order = x && y ? compareEntries(x, y) : x ? -1 : 1
    const next = order <= 0 ? x : y
    if (order <= 0) i += 1
    if (order >= 0) j += 1
    if (next) merged.push(next)
  }
  return merged
}

/** Adds the values of `from` to `into`; associative and commutative for each of them. */
export function mergeValues(
  into: Fragment,
  from: Fragment,
  keepOf: (stream: number) => StreamKeep | undefined,
): void {
  into.first = Math.min(into.first, from.first)
  into.last = Math.max(into.last, from.last)
  for (const [event, tally] of from.events) addTally(into, event, tally)
  for (const [trait, value] of from.traits) putTrait(into, trait, value)
  for (const [stream, entries] of from.streams) {
    const newest = keepOf(stream)?.newest ?? entries.length
    into.streams.set(stream, mergeEntries(into.streams.get(stream) ?? [], entries, newest))
  }
  mergeObjects(into.objects, from.objects)
}

/** Adds `from` to `into` with all it is made of, so that `from` may go. */
export function mergeFragment(
  into: Fragment,
  from: Fragment,
  keepOf: (stream: number) => StreamKeep | undefined,
): void {
  mergeValues(into, from, keepOf)
  into.journal.push(...from.journal)
  into.journalCapped ||= from.journalCapped
  capJournal(into)
}

export function addTally(into: Fragment, event: number, tally: EventTally): void {
  const held = into.events.get(event)
  into.events.set(event, {
    count: (held?.count ?? 0) + tally.count,
    first: Math.min(held?.first ?? tally.first, tally.first),
    last: Math.max(held?.last ?? tally.last, tally.last),
  })
}

export function putTrait(into: Fragment, trait: number, value: TraitValue): boolean {
  const held = into.traits.get(trait)
  if (held && !supersedes(value, held)) return false
  into.traits.set(trait, value)
  return true
}

export function capJournal(fragment: Fragment): void {
  if (fragment.journal.length <= JOURNAL_MAX) return
  fragment.journal.splice(0, fragment.journal.length - JOURNAL_MAX)
  fragment.journalCapped = true
}
