import type { JsonValue } from '../collect/index.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import {
  type Document,
  emptyFragment,
  type Fragment,
  type Kept,
  type LogPosition,
  type StreamEntry,
} from './document.ts'
import type { Told } from './latest.ts'
import type { HeldObject } from './objects.ts'

/** 2: entries of streams may bear a value. 3: a fragment holds objects. */
const FORMAT_VERSION = 3
const KINDS = ['person', 'account'] as const
const LANES = ['live', 'bulk', 'inner'] as const

/** Packs a document into its stored bytes: typically 1 KB. */
export function encodeDocument(document: Document): Buffer {
  const out = new ByteWriter()
  out.byte(FORMAT_VERSION)
  out.byte(KINDS.indexOf(document.kind))
  out.integer(document.timerDue ?? -1)
  out.integer(document.segments.size)
  for (const [segment, enteredAt] of document.segments) {
    out.integer(segment)
    out.integer(enteredAt)
  }
  out.integer(document.fragments.length)
  for (const fragment of document.fragments) writeFragment(out, fragment)
  return out.bytes()
}

function writeFragment(out: ByteWriter, fragment: Fragment): void {
  out.uuid(fragment.owner)
  out.byte((fragment.via ? 1 : 0) | (fragment.journalCapped ? 2 : 0))
  if (fragment.via) out.uuid(fragment.via)
  out.integer(fragment.first)
  out.integer(fragment.last - fragment.first)
  out.integer(fragment.events.size)
  for (const [event, tally] of fragment.events) {
    out.integer(event)
    out.integer(tally.count)
    out.integer(tally.first - fragment.first)
    out.integer(tally.last - tally.first)
  }
  out.integer(fragment.traits.size)
  for (const [trait, held] of fragment.traits) {
    out.integer(trait)
    out.integer(held.at - fragment.first)
    out.hash(held.hash)
    out.integer(held.source)
    out.integer(held.event)
    out.text(JSON.stringify(held.value))
  }
  out.integer(fragment.streams.size)
  for (const [stream, entries] of fragment.streams) {
    out.integer(stream)
    writeEntries(out, entries, fragment.last)
  }
  writeJournal(out, fragment.journal)
  writeObjects(out, fragment)
}

/** Most streams keep no value: that is said once for all of their entries. */
function writeEntries(out: ByteWriter, entries: readonly StreamEntry[], last: number): void {
  const bearsValues = entries.some(({ item, value }) => item !== 0 || value !== null)
  out.integer(entries.length)
  out.byte(bearsValues ? 1 : 0)
  let previous = last
  for (const { at, hash, item, value } of entries) {
    // Newest first, so the differences are small.
    out.integer(previous - at)
    out.hash(hash)
    previous = at
    if (!bearsValues) continue
    out.integer(item)
    writeKept(out, value)
  }
}

const KEPT = { nothing: 0, text: 1, yes: 2, no: 3, small: 4, large: 5 } as const

function writeKept(out: ByteWriter, value: Kept | null): void {
  if (value === null) out.byte(KEPT.nothing)
  else if (typeof value === 'string') {
    out.byte(KEPT.text)
    out.text(value)
  } else if (typeof value === 'boolean') out.byte(value ? KEPT.yes : KEPT.no)
  else if (value >= -SAFE && value <= SAFE) {
    out.byte(KEPT.small)
    out.integer(Number(value))
  } else {
    out.byte(KEPT.large)
    out.text(String(value))
  }
}

/** Twice as much must still be an exact integer; see `ByteWriter.integer`. */
const SAFE = BigInt(Number.MAX_SAFE_INTEGER) / 2n

function readKept(input: ByteReader): Kept | null {
  const kind = input.byte()
  if (kind === KEPT.nothing) return null
  if (kind === KEPT.text) return input.text()
  if (kind === KEPT.small) return BigInt(input.integer())
  return kind === KEPT.large ? BigInt(input.text()) : kind === KEPT.yes
}

function writeJournal(out: ByteWriter, journal: readonly LogPosition[]): void {
  out.integer(journal.length)
  let previous = 0
  for (const { lane, shard, position } of journal) {
    out.byte(LANES.indexOf(lane) | (shard << 2))
    out.integer(position - previous)
    previous = position
  }
}

function writeObjects(out: ByteWriter, { objects, first }: Fragment): void {
  out.integer(objects.size)
  for (const [type, ofType] of objects) {
    out.integer(type)
    out.integer(ofType.size)
    for (const [id, { presence, attributes, ...object }] of ofType) {
      out.text(id)
      out.integer(object.first - first)
      out.byte(presence.value === null ? 0 : 1)
      writeOrigin(out, presence, first)
      out.integer(attributes.size)
      for (const [attribute, told] of attributes) {
        out.integer(attribute)
        // Most of what is known of an object was told by the event that named it last.
        const isOfLast = told.at === presence.at && told.hash === presence.hash
        out.byte(isOfLast ? 1 : 0)
        if (!isOfLast) writeOrigin(out, told, first)
        out.text(JSON.stringify(told.value))
      }
    }
  }
}

function writeOrigin(out: ByteWriter, { at, hash, source }: Told, first: number): void {
  out.integer(at - first)
  out.hash(hash)
  out.integer(source)
}

/** Reads a stored document of this format or an older one; throws for a newer one. */
export function decodeDocument(bytes: Buffer): Document {
  const input = new ByteReader(bytes)
  const version = input.byte()
  if (version < 1 || version > FORMAT_VERSION) {
    throw new Error(
      `A profile document has format ${version}; this program reads up to ${FORMAT_VERSION}.`,
    )
  }
  const kind = KINDS[input.byte()] ?? 'person'
  const due = input.integer()
  const segments = new Map<number, number>()
  for (let left = input.integer(); left > 0; left -= 1)
    segments.set(input.integer(), input.integer())
  const fragments: Fragment[] = []
  for (let left = input.integer(); left > 0; left -= 1) {
    fragments.push(readFragment(input, version))
  }
  return { kind, fragments, segments, timerDue: due === -1 ? null : due }
}

function readFragment(input: ByteReader, version: number): Fragment {
  const owner = input.uuid()
  const marks = input.byte()
  const fragment = emptyFragment(owner, marks & 1 ? input.uuid() : null)
  fragment.journalCapped = (marks & 2) !== 0
  fragment.first = input.integer()
  fragment.last = fragment.first + input.integer()
  for (let left = input.integer(); left > 0; left -= 1) {
    const event = input.integer()
    const count = input.integer()
    const first = fragment.first + input.integer()
    fragment.events.set(event, { count, first, last: first + input.integer() })
  }
  for (let left = input.integer(); left > 0; left -= 1) {
    const trait = input.integer()
    const at = fragment.first + input.integer()
    const hash = input.hash()
    const source = input.integer()
    const event = input.integer()
    const value = JSON.parse(input.text()) as JsonValue
    fragment.traits.set(trait, { value, at, hash, source, event })
  }
  for (let left = input.integer(); left > 0; left -= 1) {
    fragment.streams.set(input.integer(), readEntries(input, fragment.last, version))
  }
  fragment.journal = readJournal(input)
  if (version > 2) readObjects(input, fragment)
  return fragment
}

function readObjects(input: ByteReader, { objects, first }: Fragment): void {
  for (let types = input.integer(); types > 0; types -= 1) {
    const ofType = new Map<string, HeldObject>()
    objects.set(input.integer(), ofType)
    for (let left = input.integer(); left > 0; left -= 1) {
      ofType.set(input.text(), readObject(input, first))
    }
  }
}

function readObject(input: ByteReader, first: number): HeldObject {
  const named = first + input.integer()
  const value = input.byte() === 1 ? true : null
  const origin = readOrigin(input, first)
  const attributes = new Map<number, Told>()
  for (let left = input.integer(); left > 0; left -= 1) {
    const attribute = input.integer()
    const own = input.byte() === 1 ? origin : readOrigin(input, first)
    attributes.set(attribute, { ...own, value: JSON.parse(input.text()) as JsonValue })
  }
  return { first: named, presence: { ...origin, value }, attributes }
}

function readOrigin(input: ByteReader, first: number): Omit<Told, 'value'> {
  return { at: first + input.integer(), hash: input.hash(), source: input.integer() }
}

function readEntries(input: ByteReader, last: number, version: number): StreamEntry[] {
  const length = input.integer()
  const bearsValues = version > 1 && input.byte() === 1
  let at = last
  return Array.from({ length }, () => {
    at -= input.integer()
    const hash = input.hash()
    if (!bearsValues) return { at, hash, item: 0, value: null }
    return { at, hash, item: input.integer(), value: readKept(input) }
  })
}

function readJournal(input: ByteReader): LogPosition[] {
  let position = 0
  return Array.from({ length: input.integer() }, () => {
    const place = input.byte()
    position += input.integer()
    return { lane: LANES[place & 3] ?? 'live', shard: place >> 2, position }
  })
}
