/** How single fields of a raw event are understood: the door and the reader must agree on them. */
import { cleanText, isObject } from './clean.ts'
import type { EventFlag, EventType, JsonObject } from './event.ts'

const types = new Set<string>(['identify', 'track', 'page', 'screen', 'group', 'alias'])

export function isEventType(value: unknown): value is EventType {
  return typeof value === 'string' && types.has(value)
}

/** An identifier as text; null for blank text and anything but text and numbers. */
export function identifierOf(value: unknown, flags: Set<EventFlag>): string | null {
  if (typeof value === 'string') {
    const text = cleanText(value, flags)
    return text.trim() === '' ? null : text
  }
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null
}

/** The name of a track event, or null when it is missing or blank. */
export function eventNameOf(value: unknown, flags: Set<EventFlag>): string | null {
  if (typeof value !== 'string') return null
  const text = cleanText(value, flags).trim()
  return text === '' ? null : text
}

/** True when something besides `userId` and `anonymousId` says whom the event comes from. */
export function hasOtherIdentifier(item: JsonObject, batchContext: unknown): boolean {
  const context = isObject(item.context) ? item.context : {}
  const shared = isObject(batchContext) ? batchContext : {}
  const external = context.externalIds ?? shared.externalIds
  if (Array.isArray(external) && external.some(isExternalId)) return true
  return [item.traits, context.traits, shared.traits].some(
    (traits) => isObject(traits) && (isFilled(traits.email) || isFilled(traits.phone)),
  )
}

function isExternalId(value: unknown): boolean {
  return isObject(value) && isFilled(value.id) && typeof value.type === 'string'
}

function isFilled(value: unknown): boolean {
  return (typeof value === 'string' && value.trim() !== '') || typeof value === 'number'
}
