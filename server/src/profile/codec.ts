import type { JsonValue } from '../collect/index.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { type Document, emptyFragment, type Fragment, type LogPosition } from './document.ts'

const FORMAT_VERSION = 1
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
    out.integer(entries.length)
    let previous = fragment.last
    for (const entry of entries) {
      // Newest first, so the differences are small.
      out.integer(previous - entry.at)
      out.hash(entry.hash)
      previous = entry.at
    }
  }
  writeJournal(out, fragment.journal)
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

/** Reads a stored document of this format or an older one; throws for a newer one. */
export function decodeDocument(bytes: Buffer): Document {
  const input = new ByteReader(bytes)
  const version = input.byte()
  if (version !== FORMAT_VERSION) {
    throw new Error(`A profile document has format ${version}; this program reads up to 1.`)
  }
  const kind = KINDS[input.byte()] ?? 'person'
  const due = input.integer()
  const segments = new Map<number, number>()
  for (let left = input.integer(); left > 0; left -= 1)
    segments.set(input.integer(), input.integer())
  const fragments: Fragment[] = []
  for (let left = input.integer(); left > 0; left -= 1) fragments.push(readFragment(input))
  return { kind, fragments, segments, timerDue: due === -1 ? null : due }
}

function readFragment(input: ByteReader): Fragment {
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
    const stream = input.integer()
    let at = fragment.last
    const entries = Array.from({ length: input.integer() }, () => {
      at -= input.integer()
      return { at, hash: input.hash() }
    })
    fragment.streams.set(stream, entries)
  }
  fragment.journal = readJournal(input)
  return fragment
}

function readJournal(input: ByteReader): LogPosition[] {
  let position = 0
  return Array.from({ length: input.integer() }, () => {
    const place = input.byte()
    position += input.integer()
    return { lane: LANES[place & 3] ?? 'live', shard: place >> 2, position }
  })
}
