import { randomFillSync } from 'node:crypto'
import type { Clock } from './clock.ts'

/** Makes a new identifier: a UUIDv7 in its usual text form. */
export type NewId = () => string

/** Writes 16 bytes as a UUID in text form. */
export function uuidFromBytes(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < 16; at += 1) {
    if (at === 4 || at === 6 || at === 8 || at === 10) text += '-'
    text += HEX_BYTES[bytes[at] ?? 0]
  }
  return text
}

const HEX_BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * A UUIDv7 (RFC 9562) of the given time, its other 74 bits taken from `rest` (at least 10 bytes).
 * With a keyed hash as `rest` it is a function of its arguments; with random bytes it is unique.
 */
export function uuidV7(epochMs: number, rest: Uint8Array): string {
  const bytes = new Uint8Array(16)
  bytes.set(rest.subarray(0, 10), 6)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, Math.floor(epochMs / 0x10000))
  view.setUint16(4, epochMs % 0x10000)
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70)
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80)
  return uuidFromBytes(bytes)
}

export function newIdFrom(clock: Clock): NewId {
  return () => uuidV7(clock.now(), randomFillSync(new Uint8Array(10)))
}
