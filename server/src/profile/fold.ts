import type { Event, JsonValue } from '../collect/index.ts'
import {
  addTally,
  capJournal,
  type Fragment,
  type LogPosition,
  mergeEntries,
  putTrait,
  type StreamKeep,
} from './document.ts'
import type { Registry } from './registry.ts'
import { flatten, type Typed, typed } from './value.ts'

/** A stream as the fold sees it: which events enter, and how many entries are kept. */
export type Stream = StreamKeep & {
  id: number
  event: string
  /** Decides on the event's properties; see `PropertyReader`. */
  matches(properties: PropertyReader): boolean
}

/** Reads one property by its dotted path, typed; `null` when it is missing. */
export type PropertyReader = (path: string) => Typed | null

export type FoldContext = {
  registry: Registry
  /** Streams by event name. */
  streamsOf(event: string): readonly Stream[]
  now: number
  /** The type of event whose traits belong to this profile: people's, or an account's. */
  traitsOf?: 'identify' | 'group'
}

/** A trait that this event changed: for history, and for those who listen to changes. */
export type TraitChange = {
  owner: string
  trait: string
  value: JsonValue
  at: number
  source: number
  event: string
  messageId: string
}

/** Folds one event into the fragment it belongs to and says which traits changed by it. */
export function foldEvent(
  fragment: Fragment,
  arrival: { event: Event; hash: number; place: LogPosition },
  context: FoldContext,
): TraitChange[] {
  const { event, hash } = arrival
  fragment.first = Math.min(fragment.first, event.time)
  fragment.last = Math.max(fragment.last, event.time)
  const eventId = context.registry.idOf('event', event.event)
  if (eventId !== undefined) {
    addTally(fragment, eventId, { count: 1, first: event.time, last: event.time })
  }
  const streams = context.streamsOf(event.event)
  if (streams.length > 0) foldStreams(fragment, event, { hash, streams, now: context.now })
  if (fragment.via !== null) {
    fragment.journal.push(arrival.place)
    capJournal(fragment)
  }
  if (event.type !== (context.traitsOf ?? 'identify') || eventId === undefined) return []
  return foldTraits(fragment, { event, hash, eventId }, context.registry)
}

function foldTraits(
  fragment: Fragment,
  { event, hash, eventId }: { event: Event; hash: number; eventId: number },
  registry: Registry,
): TraitChange[] {
  const changes: TraitChange[] = []
  for (const [path, value] of flatten(event.traits)) {
    const trait = registry.idOf('trait', path)
    if (trait === undefined) continue
    const before = fragment.traits.get(trait)
    const next = { value, at: event.time, hash, source: event.source, event: eventId }
    if (!putTrait(fragment, trait, next)) continue
    if (before && JSON.stringify(before.value) === JSON.stringify(value)) continue
    changes.push({
      owner: fragment.owner,
      trait: path,
      value,
      at: event.time,
      source: event.source,
      event: event.event,
      messageId: event.messageId,
    })
  }
  return changes
}

function foldStreams(
  fragment: Fragment,
  event: Event,
  { hash, streams, now }: { hash: number; streams: readonly Stream[]; now: number },
): void {
  const read = propertyReader(event)
  for (const stream of streams) {
    if (!stream.matches(read)) continue
    const held = fragment.streams.get(stream.id) ?? []
    const merged = mergeEntries(held, [{ at: event.time, hash }], stream.newest)
    fragment.streams.set(stream.id, withinWindow(merged, stream.ms, now))
  }
}

/** Entries that have left the longest window can never count again. */
function withinWindow<Entry extends { at: number }>(
  entries: Entry[],
  ms: number | null,
  now: number,
): Entry[] {
  return ms === null ? entries : entries.filter((entry) => entry.at > now - ms)
}

/** What such an event says stands in its traits: conditions and history read them there. */
export const saysTraits = ({ type }: Event): boolean => type === 'identify' || type === 'group'

/** Typed access to an event's properties (its traits, where it tells those); flattened once. */
export function propertyReader(event: Event): PropertyReader {
  let paths: Map<string, JsonValue> | undefined
  return (path) => {
    paths ??= flatten(saysTraits(event) ? event.traits : event.properties)
    const value = paths.get(path)
    return value === undefined ? null : typed(value)
  }
}
