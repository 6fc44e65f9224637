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
import type { Told } from './latest.ts'
import { type HeldObject, OBJECTS_MAX } from './objects.ts'
import { type Typed, typedTrait } from './value.ts'

/** An object that the profile has, as its last words say. */
export type ObjectFacts = {
  id: string
  /** When it was first named, epoch ms. */
  first: number
  /** What named it last. */
  presence: Told
  attributes: ReadonlyMap<number, Told>
  /** What a path says; `id` is the attribute's, of an item path that of the list. */
  attribute(id: number | undefined, path: string): Typed | null
}

/** The objects of a type that a profile has, those that are gone left out. */
export type ObjectsOfType = {
  objects: readonly ObjectFacts[]
  /** True when there may have been more than are kept: these are the ones named last. */
  isCapped: boolean
}

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
  /** Ids of the types of which it has, or had, objects. */
  objectTypes(): Iterable<number>
  objects(type: number | undefined): ObjectsOfType
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
    objectTypes: () => merged.objects.keys(),
    objects: objectsReader(merged),
  }
}

const NO_OBJECTS: ObjectsOfType = { objects: [], isCapped: false }

/** Each type is read once, when it is asked for. */
function objectsReader({ objects }: Fragment): ProfileFacts['objects'] {
  const read = new Map<number, ObjectsOfType>()
  return (type) => {
    const held = type === undefined ? undefined : objects.get(type)
    if (type === undefined || !held) return NO_OBJECTS
    const known = read.get(type)
    if (known) return known
    const there = [...held].filter(([, { presence }]) => presence.value !== null)
    const made = {
      objects: there.map(([id, object]) => objectFacts(id, object)),
      isCapped: held.size >= OBJECTS_MAX,
    }
    read.set(type, made)
    return made
  }
}

function objectFacts(id: string, { first, presence, attributes }: HeldObject): ObjectFacts {
  const typed = new Map<string, Typed | null>()
  return {
    ...{ id, first, presence, attributes },
    attribute: (attribute, path) => {
      const held = typed.get(path)
      if (held !== undefined) return held
      const told = attribute === undefined ? undefined : attributes.get(attribute)
      const value = told ? typedTrait(path, told.value) : null
      typed.set(path, value)
      return value
    },
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
