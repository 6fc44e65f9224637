import type { EventFlag, JsonObject, JsonValue } from './event.ts'
import { limits } from './limits.ts'

/** Keys that would reach the prototype of an object in some later step. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])

/** True for a JSON object: neither a list nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The text without NUL characters, its lone surrogates replaced: PostgreSQL refuses both. Text that
 * holds a replacement character already (bytes that were not UTF-8) is only flagged.
 */
export function cleanText(text: string, flags: Set<EventFlag>): string {
  if (text.isWellFormed() && !text.includes('\0') && !text.includes('\ufffd')) return text
  flags.add('sanitised')
  return text.replaceAll('\0', '').toWellFormed()
}

/**
 * Makes parsed JSON safe to store, in place: forbidden keys and what lies too deep dropped, long
 * strings cut, numbers beyond a double dropped. What was changed is added to `flags`.
 */
export function cleanObject(value: JsonObject, flags: Set<EventFlag>, depth = 1): JsonObject {
  for (const key of Object.keys(value)) {
    const safeKey = cleanText(key, flags)
    if (forbiddenKeys.has(safeKey)) {
      flags.add('sanitised')
      delete value[key]
      continue
    }
    const before = value[key]
    const after = before === undefined ? undefined : cleanValue(before, flags, depth)
    if (after === undefined || safeKey !== key) delete value[key]
    if (after !== undefined && (after !== before || safeKey !== key)) value[safeKey] = after
  }
  return value
}

function cleanValue(value: JsonValue, flags: Set<EventFlag>, depth: number): JsonValue | undefined {
  if (typeof value === 'string') return cleanLongText(value, flags)
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value
    flags.add('number_dropped')
    return undefined
  }
  if (typeof value !== 'object' || value === null) return value
  if (depth >= limits.depth) {
    flags.add('depth_cut')
    return undefined
  }
  if (!Array.isArray(value)) return cleanObject(value, flags, depth + 1)
  for (let index = 0; index < value.length; index++) {
    // A dropped item becomes null, so that the others keep their places.
    value[index] = cleanValue(value[index] ?? null, flags, depth + 1) ?? null
  }
  return value
}

function cleanLongText(text: string, flags: Set<EventFlag>): string {
  if (text.length <= limits.stringChars) return cleanText(text, flags)
  flags.add('string_cut')
  const cut = text.slice(0, limits.stringChars)
  // The cut may fall between the two halves of one character.
  const whole = isHighSurrogate(cut.charCodeAt(cut.length - 1)) ? cut.slice(0, -1) : cut
  return cleanText(whole, flags)
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}
