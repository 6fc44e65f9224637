/**
 * Where the events of a batch lie in the bytes of its body: to weigh each of them, to keep what a
 * rejected one looked like, and to erase one without touching its neighbours' bytes.
 */

export type ByteRange = { start: number; end: number }

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d

/**
 * The ranges of the items of the top-level list `batch`, in order. The body must be valid JSON (it
 * was parsed before); without such a list the answer is empty. Of several lists named `batch` the
 * last counts, as for `JSON.parse`.
 */
export function batchRanges(body: Uint8Array): ByteRange[] {
  let at = skipSpace(body, 0)
  // A byte order mark before the object.
  if (body[at] === 0xef) at = skipSpace(body, at + 3)
  if (body[at] !== OPEN_OBJECT) return []
  let found: ByteRange[] = []
  at = skipSpace(body, at + 1)
  while (at < body.length && body[at] === QUOTE) {
    const keyEnd = endOfString(body, at)
    const isBatch = keyOf(body, at, keyEnd) === 'batch'
    at = skipSpace(body, keyEnd)
    if (body[at] === COLON) at = skipSpace(body, at + 1)
    const end = endOfValue(body, at)
    if (isBatch) found = body[at] === OPEN_LIST ? itemsOf(body, at) : []
    at = skipSpace(body, end)
    if (body[at] === COMMA) at = skipSpace(body, at + 1)
  }
  return found
}

function itemsOf(body: Uint8Array, listStart: number): ByteRange[] {
  const items: ByteRange[] = []
  let at = skipSpace(body, listStart + 1)
  while (at < body.length && body[at] !== CLOSE_LIST) {
    const end = endOfValue(body, at)
    items.push({ start: at, end })
    at = skipSpace(body, end)
    if (body[at] === COMMA) at = skipSpace(body, at + 1)
  }
  return items
}

function keyOf(body: Uint8Array, start: number, end: number): unknown {
  return JSON.parse(Buffer.from(body.buffer, body.byteOffset + start, end - start).toString())
}

function skipSpace(body: Uint8Array, from: number): number {
  let at = from
  while (at < body.length) {
    const byte = body[at]
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
    at++
  }
  return at
}

/** Position after the closing quote of the string that opens at `from`. */
function endOfString(body: Uint8Array, from: number): number {
  let at = from + 1
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1
  return at + 1
}

/**
 * Position after the value that starts at `from`; counts brackets, so any depth is fine. Most bytes
 * of a large body pass through this loop, so it looks at each of them once and calls nothing.
 */
function endOfValue(body: Uint8Array, from: number): number {
  const { length } = body
  let at = from
  let depth = 0
  while (at < length) {
    const byte = body[at] as number
    if (byte === QUOTE) {
      at++
      while (at < length) {
        const inner = body[at] as number
        if (inner === QUOTE) break
        at += inner === BACKSLASH ? 2 : 1
      }
      if (depth === 0) return at + 1
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      // A bare number or word ends where its container closes.
      if (depth === 0) return at
      if (--depth === 0) return at + 1
    } else if (depth === 0 && (byte === COMMA || byte <= 0x20)) return at
    at++
  }
  return at
}
