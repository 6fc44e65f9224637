import {
  type Document,
  type EventTally,
  emptyFragment,
  type Fragment,
  mergeValues,
  type StreamEntry,
  type StreamKeep,
  type TraitValue,
} from './document.ts'
import { type Typed, typedTrait } from './value.ts'

/** A profile read as one: the fragments merged, values typed on demand. */
export type ProfileFacts = {
  /** Event times, epoch ms; infinite when there is no event. */
  first: number
  last: number
  events: ReadonlyMap<number, EventTally>
  /** Traits that have a value. */
  traits: ReadonlyMap<number, TraitValue>
  /** What a path says; `id` is the trait's, of an item path that of the list. */
  trait(id: number, path: string): Typed | null
  /** Ids of the streams that have entries. */
  streams(): Iterable<number>
  /** Newest first; none of a stream that is not registered. */
  stream(id: number | undefined): readonly StreamEntry[]
}

/** Merges a document's fragments for reading; none of them is changed. */
export function factsOf(
  document: Document,
  keepOf: (stream: number) => StreamKeep | undefined,
): ProfileFacts {
  const [only] = document.fragments
  const merged = document.fragments.length === 1 && only ? only : mergeAll(document, keepOf)
  const cache = new Map<string, Typed | null>()
  return {
    first: merged.first,
    last: merged.last,
    events: merged.events,
    traits: merged.traits,
    trait: (id, path) => {
      const held = cache.get(path)
      if (held !== undefined) return held
      const value = merged.traits.get(id)
      const result = value ? typedTrait(path, value.value) : null
      cache.set(path, result)
      return result
    },
    streams: () => merged.streams.keys(),
    stream: (id) => (id === undefined ? undefined : merged.streams.get(id)) ?? [],
  }
}

function mergeAll(
  document: Document,
  keepOf: (stream: number) => StreamKeep | undefined,
): Fragment {
  const merged = emptyFragment('', null)
  for (const fragment of document.fragments) mergeValues(merged, fragment, keepOf)
  return merged
}
