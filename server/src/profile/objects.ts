import type { JsonValue, SaidObject } from '../collect/index.ts'
import { supersedes, type Told } from './latest.ts'
import { flatten, isItemPath } from './value.ts'

/**
 * Things linked to a profile: contracts, cards, tickets. What events say of one merges as traits
 * do, each attribute by itself, so that neither order nor repetition counts; see ADR 9.
 */

/** What the events of a fragment say of one object. */
export type HeldObject = {
  /** Time of the earliest event that named it, epoch ms. */
  first: number
  /** The last event that named it; `null` when it said that the object is gone. */
  presence: Told
  /** By the registry id of the attribute. */
  attributes: Map<number, Told>
}

/** Objects by the registry id of their type, then by their own id. */
export type Objects = Map<number, Map<string, HeldObject>>

/** Objects of a type that a fragment keeps: those that were named last. */
export const OBJECTS_MAX = 200
/** Attributes that are kept of an object: those that were told last. */
export const ATTRIBUTES_MAX = 100

/** The attributes that an event tells of an object, by path; a list is kept whole. */
export function saidAttributes({ attributes }: SaidObject): [string, JsonValue][] {
  const paths = [...flatten(attributes)].filter(([path]) => !isItemPath(path))
  return paths.slice(0, ATTRIBUTES_MAX)
}

/** Adds what is said of an object to what is held; associative and commutative below the caps. */
export function addObject(
  into: Objects,
  { type, id }: { type: number; id: string },
  said: HeldObject,
): void {
  const ofType = into.get(type) ?? new Map<string, HeldObject>()
  into.set(type, ofType)
  const held = ofType.get(id)
  ofType.set(id, held ? united(held, said) : said)
  if (ofType.size > OBJECTS_MAX) dropOldest(ofType, ({ presence }) => presence)
}

/** Adds all objects of one fragment to those of another. */
export function mergeObjects(into: Objects, from: Objects): void {
  for (const [type, objects] of from) {
    for (const [id, object] of objects) addObject(into, { type, id }, object)
  }
}

function united(x: HeldObject, y: HeldObject): HeldObject {
  const attributes = new Map(x.attributes)
  for (const [id, told] of y.attributes) {
    const held = attributes.get(id)
    if (!held || supersedes(told, held)) attributes.set(id, told)
  }
  while (attributes.size > ATTRIBUTES_MAX) dropOldest(attributes, (told) => told)
  return {
    first: Math.min(x.first, y.first),
    presence: supersedes(y.presence, x.presence) ? y.presence : x.presence,
    attributes,
  }
}

function dropOldest<Key, Value>(from: Map<Key, Value>, toldOf: (value: Value) => Told): void {
  const [first, ...others] = [...from]
  if (!first) return
  const [oldest] = others.reduce(
    (held, one) => (supersedes(toldOf(held[1]), toldOf(one[1])) ? one : held),
    first,
  )
  from.delete(oldest)
}
