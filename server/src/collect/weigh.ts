/**
 * How large the largest event of a body can be, from its parsed values: several times as fast as
 * looking at each of its bytes, and near the truth for the compact JSON that SDKs send.
 */
import { isObject } from './clean.ts'
import { limits } from './limits.ts'

/**
 * Bytes that no item of a body of `bodyBytes` exceeds. What the others hold at least cannot belong
 * to it; spaces, escapes and whatever else is not seen in values might all be in one.
 */
export function mostBytesOfOne(bodyBytes: number, items: readonly unknown[]): number {
  let sum = 0
  let largest = 0
  for (const item of items) {
    const bytes = leastBytes(item, limits.depth)
    sum += bytes
    if (bytes > largest) largest = bytes
  }
  return bodyBytes - sum + largest
}

/** Bytes that a value takes at least as JSON: each UTF-16 unit is at least one byte of UTF-8. */
function leastBytes(value: unknown, levels: number): number {
  if (typeof value === 'string') return value.length + 2
  if (typeof value !== 'object' || value === null) return 1
  // What is nested further counts for nothing, so that the depth of a body cannot be our own.
  if (levels === 0) return 2
  // Two brackets less the comma that the last part lacks; each part is counted with its comma.
  let bytes = 1
  if (Array.isArray(value)) {
    for (const item of value) bytes += 1 + leastBytes(item, levels - 1)
  } else if (isObject(value)) {
    for (const key in value) bytes += key.length + 4 + leastBytes(value[key], levels - 1)
  }
  return bytes
}
