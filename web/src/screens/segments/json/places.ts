/** Where the parts of a JSON text stand, so that a fault can be shown where it is. No I/O. */

export type Place = { line: number; column: number; offset: number }

/** Deeper than any rule may be; the text is not read further. */
const DEPTH_MAX = 200

class Fault extends Error {
  readonly offset: number
  constructor(offset: number) {
    super(`not JSON at ${offset}`)
    this.offset = offset
  }
}

/** Where the value of a JSON pointer ("/all/1/op") begins; of a missing one, what holds it. */
export function placeOf(text: string, pointer: string): Place {
  const offsets = new Map<string, number>()
  try {
    readDocument(text, offsets)
  } catch (error) {
    // Of a text that is no JSON at its end, what comes before has its places.
    if (!(error instanceof Fault)) throw error
  }
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const offset = offsets.get(at)
    if (offset !== undefined) return placeAt(text, offset)
  }
  return placeAt(text, offsets.get('') ?? 0)
}

/** Where a text stops being JSON; null when it does not. */
export function brokenAt(text: string): Place | null {
  try {
    readDocument(text, new Map())
    return null
  } catch (error) {
    if (error instanceof Fault) return placeAt(text, error.offset)
    throw error
  }
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, offset }
}

type Cursor = { text: string; at: number; offsets: Map<string, number> }

function readDocument(text: string, offsets: Map<string, number>): void {
  const cursor = { text, at: 0, offsets }
  readValue(cursor, '', 0)
  skipSpace(cursor)
  if (cursor.at < text.length) throw new Fault(cursor.at)
}

function skipSpace(cursor: Cursor): void {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at += 1
}

function take(cursor: Cursor, pattern: RegExp): string {
  const sticky = new RegExp(pattern, 'y')
  sticky.lastIndex = cursor.at
  const found = sticky.exec(cursor.text)?.[0]
  if (found === undefined) throw new Fault(cursor.at)
  cursor.at += found.length
  return found
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON allows none of them in a string
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/
const PLAIN = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/

function readValue(cursor: Cursor, pointer: string, depth: number): void {
  skipSpace(cursor)
  cursor.offsets.set(pointer, cursor.at)
  const first = cursor.text[cursor.at]
  if (depth > DEPTH_MAX) throw new Fault(cursor.at)
  if (first === '{') readList(cursor, '}', () => readMember(cursor, pointer, depth))
  else if (first === '[') {
    readList(cursor, ']', (index) => readValue(cursor, `${pointer}/${index}`, depth + 1))
  } else take(cursor, first === '"' ? STRING : PLAIN)
}

function readMember(cursor: Cursor, pointer: string, depth: number): void {
  skipSpace(cursor)
  const key: unknown = JSON.parse(take(cursor, STRING))
  skipSpace(cursor)
  take(cursor, /:/)
  readValue(cursor, `${pointer}/${key}`, depth + 1)
}

function readList(cursor: Cursor, end: string, readOne: (index: number) => void): void {
  cursor.at += 1
  skipSpace(cursor)
  if (cursor.text[cursor.at] === end) {
    cursor.at += 1
    return
  }
  for (let index = 0; ; index += 1) {
    readOne(index)
    skipSpace(cursor)
    const next = cursor.text[cursor.at]
    if (next !== end && next !== ',') throw new Fault(cursor.at)
    cursor.at += 1
    if (next === end) return
  }
}
