import { isObject } from './clean.ts'
import type { EventFlag, EventType, JsonObject, JsonValue, SaidObject } from './event.ts'
import { limits } from './limits.ts'

/** Keys of an object that are no attributes of it. */
const OWN_KEYS = new Set(['type', 'id', 'removed'])
/** Types of events whose `object` property names things that belong to the person. */
const TELLING = new Set<EventType>(['track', 'page', 'screen'])

/**
 * The objects that an event names in its property `object`: one, or a list of them. An object needs
 * a type and an id; what has neither is flagged, and text or numbers are a property as any other.
 * Of one that is named twice the last naming counts.
 */
export function objectsOf(
  type: EventType,
  { object }: JsonObject,
  flags: Set<EventFlag>,
): SaidObject[] {
  if (object === undefined || !TELLING.has(type)) return []
  const items = (Array.isArray(object) ? object : [object]).filter(isObject)
  if (items.length > limits.objects) flags.add('object_cut')
  const found = new Map<string, SaidObject>()
  for (const item of items.slice(0, limits.objects)) {
    const said = readObject(item, flags)
    if (said) found.set(JSON.stringify([said.type, said.id]), said)
    else flags.add('object_unreadable')
  }
  return [...found.values()]
}

function readObject(item: JsonObject, flags: Set<EventFlag>): SaidObject | null {
  const type = typeof item.type === 'string' ? item.type.trim() : ''
  const id = typeof item.id === 'number' ? String(item.id) : item.id
  if (type === '' || type.length > limits.objectTypeChars) return null
  if (typeof id !== 'string' || id.trim() === '' || id.length > limits.objectIdChars) return null
  const attributes: JsonObject = {}
  let kept = 0
  for (const [key, value] of Object.entries(item)) {
    if (OWN_KEYS.has(key)) continue
    if (kept === limits.objectAttributes || isTooLong(value)) flags.add('object_cut')
    else {
      attributes[key] = value
      kept += 1
    }
  }
  return { type, id: id.trim(), removed: item.removed === true, attributes }
}

const isTooLong = (value: JsonValue): boolean =>
  JSON.stringify(value).length > limits.objectValueChars
