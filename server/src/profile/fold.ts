import { type Event, type JsonValue, reserved } from '../collect/index.ts'
import {
  addEntry,
  addTally,
  capJournal,
  type Fragment,
  type Kept,
  type LogPosition,
  putTrait,
  type StreamEntry,
  type StreamKeep,
} from './document.ts'
import { addObject, saidAttributes } from './objects.ts'
import type { Registry } from './registry.ts'
import { flatten, isItemPath, type Typed, typedAt } from './value.ts'

/** A stream as the fold sees it: how many of the entries that enter it are kept. */
export type Stream = StreamKeep & {
  id: number
  /** Path of the property whose value its entries keep; `null`: only that it happened. */
  value: string | null
  /** Event times, epoch ms, of which it keeps entries: `from` belongs to them, `to` does not. */
  span: { from: number; to: number }
}

/** What decides, besides its properties, which streams an event enters. */
export type Arriving = Pick<Event, 'event' | 'source'>

/** Reads one property by its dotted path, typed; `null` when it is missing. */
export type PropertyReader = (path: string) => Typed | null

export type FoldContext = {
  registry: Registry
  /** The streams that an event of this name, source and these properties enters. */
  entered(event: Arriving, read: PropertyReader): readonly Stream[]
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

/** What an event did to its fragment. */
export type FoldResult = {
  changes: TraitChange[]
  /** Every trait it spoke of: said again later, a value speaks over those of other fragments. */
  traits: Iterable<string>
  streams: readonly Stream[]
  /** Types of the objects that it named. */
  objects: Iterable<string>
}

/** Folds one event into the fragment it belongs to and says what it touched. */
export function foldEvent(
  fragment: Fragment,
  arrival: { event: Event; hash: number; place: LogPosition },
  context: FoldContext,
): FoldResult {
  const { event, hash } = arrival
  fragment.first = Math.min(fragment.first, event.time)
  fragment.last = Math.max(fragment.last, event.time)
  const eventId = context.registry.idOf('event', event.event)
  if (eventId !== undefined && event.event !== reserved.LIST_EVENT) {
    addTally(fragment, eventId, { count: 1, first: event.time, last: event.time })
  }
  const read = propertyReader(event)
  const streams = context.entered(event, read)
  for (const stream of streams) {
    if (event.time < stream.span.from || event.time >= stream.span.to) continue
    for (const [item, value] of keptValues(stream, read).entries()) {
      const entry = { at: event.time, hash, item, value }
      foldEntry(fragment, stream, { entry, now: context.now })
    }
  }
  if (fragment.via !== null) {
    fragment.journal.push(arrival.place)
    capJournal(fragment)
  }
  const objects = foldObjects(fragment, arrival, context.registry)
  if (!saysTraits(event)) return { changes: [], traits: [], streams, objects }
  const said = flatten(event.traits)
  const isOwn = event.type === (context.traitsOf ?? 'identify') && eventId !== undefined
  const changes = isOwn
    ? foldTraits(fragment, { event, hash, eventId, said }, context.registry)
    : []
  return { changes, traits: said.keys(), streams, objects }
}

function foldTraits(
  fragment: Fragment,
  said: { event: Event; hash: number; eventId: number; said: ReadonlyMap<string, JsonValue> },
  registry: Registry,
): TraitChange[] {
  const { event, hash, eventId } = said
  const changes: TraitChange[] = []
  for (const [path, value] of said.said) {
    // What the items of a list say is read out of the list.
    if (isItemPath(path)) continue
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

/** Types and attributes that have no id, because there are too many, are left out. */
function foldObjects(
  fragment: Fragment,
  { event, hash }: { event: Event; hash: number },
  registry: Registry,
): ReadonlySet<string> {
  const types = new Set<string>()
  for (const said of event.objects) {
    const type = registry.idOf('object', said.type)
    if (type === undefined) continue
    types.add(said.type)
    const told = (value: JsonValue) => ({ value, at: event.time, hash, source: event.source })
    const attributes = saidAttributes(said).flatMap(([path, value]) => {
      const id = registry.idOf('attribute', path)
      return id === undefined ? [] : [[id, told(value)] as const]
    })
    const presence = told(said.removed ? null : true)
    const object = { first: event.time, presence, attributes: new Map(attributes) }
    addObject(fragment.objects, { type, id: said.id }, object)
  }
  return types
}

/** The values for which an event has entries in a stream: one, or one for each item of a list. */
function keptValues({ value }: Stream, read: PropertyReader): (Kept | null)[] {
  if (value === null) return [null]
  const typed = read(value)
  if (typed?.type === 'items') return typed.values.map(keptOf)
  return [typed === null ? null : keptOf(typed)]
}

/** What an entry keeps of a value; a list as a whole is none. */
export function keptOf(value: Typed): Kept | null {
  if (value.type === 'text') return value.folded
  if (value.type === 'number') return value.decimal
  return value.type === 'boolean' ? value.raw : null
}

/** Entries that have left the longest window can never count again. */
function foldEntry(
  fragment: Fragment,
  { id, newest, ms }: Stream,
  { entry, now }: { entry: StreamEntry; now: number },
): void {
  const held = fragment.streams.get(id)
  const kept = held ?? []
  if (!held) fragment.streams.set(id, kept)
  addEntry(kept, entry, newest)
  if (ms === null) return
  while (kept.length > 0 && (kept.at(-1)?.at ?? now) <= now - ms) kept.pop()
}

/** What such an event says stands in its traits: conditions and history read them there. */
export const saysTraits = ({ type }: Event): boolean => type === 'identify' || type === 'group'

/** Typed access to an event's properties (traits, where it tells those), each read once. */
export function propertyReader(event: Event): PropertyReader {
  let paths: Map<string, JsonValue> | undefined
  const read = new Map<string, Typed | null>()
  return (path) => {
    const held = read.get(path)
    if (held !== undefined) return held
    paths ??= flatten(saysTraits(event) ? event.traits : event.properties)
    const value = paths.get(path)
    const result = value === undefined ? null : typedAt(path, value)
    read.set(path, result)
    return result
  }
}
