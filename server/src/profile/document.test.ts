import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../collect/index.ts'
import { decodeDocument, encodeDocument } from './codec.ts'
import {
  addTally,
  type Document,
  emptyFragment,
  type Fragment,
  JOURNAL_MAX,
  type LogPosition,
  mergeEntries,
  mergeFragment,
  putTrait,
  type StreamEntry,
} from './document.ts'

const NEWEST = 4
const keepOf = () => ({ newest: NEWEST, ms: null })

const at = fc.integer({ min: 0, max: 20 })
const hash48 = fc.integer({ min: 0, max: 2 ** 48 - 1 })
/** What an entry bears follows from its event, so that equal ones are equal in all. */
const entry = fc
  .record({ at, hash: fc.integer({ min: 0, max: 3 }), item: fc.integer({ min: 0, max: 1 }) })
  .map((one): StreamEntry => {
    return { ...one, value: one.hash === 0 ? null : BigInt(one.hash * 10 + one.item) }
  })

/** What one event may leave in a fragment. */
const moment = fc.record({
  at,
  event: fc.integer({ min: 1, max: 2 }),
  trait: fc.integer({ min: 1, max: 3 }),
  value: fc.constantFrom('a', 'b', null),
})

/** A fragment as folding makes it: of one value for one (time, hash), entries newest first. */
const fragment = fc
  .tuple(fc.array(moment, { maxLength: 5 }), fc.array(entry, { maxLength: 6 }))
  .map(([moments, entries]): Fragment => {
    const made = emptyFragment('owner', null)
    for (const one of moments) {
      made.first = Math.min(made.first, one.at)
      made.last = Math.max(made.last, one.at)
      addTally(made, one.event, { count: 1, first: one.at, last: one.at })
      // The hash is of the message, so equal hashes come with equal values.
      const hash = one.value === null ? 0 : one.value.charCodeAt(0)
      putTrait(made, one.trait, { value: one.value, at: one.at, hash, source: 1, event: 1 })
    }
    const sorted = entries.reduce<typeof entries>(
      (held, one) => mergeEntries(held, [one], NEWEST),
      [],
    )
    if (sorted.length > 0) made.streams.set(1, sorted)
    return made
  })

function merged(...parts: Fragment[]): Fragment {
  const into = emptyFragment('owner', null)
  for (const part of parts) mergeFragment(into, part, keepOf)
  return into
}

/** Maps hold the order in which they were filled, which says nothing. */
const plain = (one: Fragment) => ({
  ...one,
  events: Object.fromEntries(one.events),
  traits: Object.fromEntries(one.traits),
  streams: Object.fromEntries(one.streams),
})

describe('values of fragments', () => {
  it('merge the same in any order', () => {
    fc.assert(
      fc.property(fragment, fragment, (x, y) => {
        expect(plain(merged(x, y))).toEqual(plain(merged(y, x)))
      }),
    )
  })

  it('merge the same in any grouping', () => {
    fc.assert(
      fc.property(fragment, fragment, fragment, (x, y, z) => {
        expect(plain(merged(merged(x, y), z))).toEqual(plain(merged(x, merged(y, z))))
      }),
    )
  })

  it('traits and entries that are merged twice count once', () => {
    fc.assert(
      fc.property(fragment, (x) => {
        const { traits, streams, first, last } = plain(merged(x))
        expect(plain(merged(x, x))).toMatchObject({ traits, streams, first, last })
      }),
    )
  })

  it('the newest entries stay, each one once', () => {
    fc.assert(
      fc.property(fc.array(entry), fc.array(entry), (left, right) => {
        const sort = (list: typeof left) =>
          list.reduce<typeof left>((held, one) => mergeEntries(held, [one], 100), [])
        const all = [
          ...new Map(
            [...left, ...right].map((one) => [`${one.at}|${one.hash}|${one.item}`, one]),
          ).values(),
        ]
        const newest = all
          .sort((x, y) => y.at - x.at || y.hash - x.hash || x.item - y.item)
          .slice(0, NEWEST)
        expect(mergeEntries(sort(left), sort(right), NEWEST)).toEqual(newest)
      }),
    )
  })

  it('a journal beyond its cap keeps its newest positions and says so', () => {
    const place = (position: number): LogPosition => ({ lane: 'live', shard: 0, position })
    const half = emptyFragment('owner', 'device')
    half.journal = Array.from({ length: JOURNAL_MAX - 1 }, (_, index) => place(index))
    const rest = { ...emptyFragment('owner', 'device'), journal: [place(9_000), place(9_001)] }
    mergeFragment(half, rest, keepOf)
    expect(half.journal).toHaveLength(JOURNAL_MAX)
    expect(half.journal.at(-1)).toEqual(place(9_001))
    expect(half.journalCapped).toBe(true)
  })
})

const instant = fc.integer({ min: 0, max: 4_102_444_800_000 })
const span = fc
  .tuple(instant, fc.nat(10 ** 9))
  .map(([first, more]) => ({ first, last: first + more }))
const uuid = fc.uuid({ version: 7 })
const lane = fc.constantFrom('live' as const, 'bulk' as const, 'inner' as const)
const position = fc.record({ lane, shard: fc.nat(63), position: fc.nat(2 ** 40) })

const kept = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'grapheme' }),
  fc.boolean(),
  fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }),
  fc.maxSafeInteger().map(BigInt),
)

const stored: fc.Arbitrary<Fragment> = fc
  .record({
    span,
    owner: uuid,
    via: fc.option(uuid),
    journal: fc.array(position, { maxLength: 5 }),
    journalCapped: fc.boolean(),
    events: fc.array(fc.tuple(fc.nat(10_000), fc.nat(10 ** 6), fc.nat(1_000), fc.nat(1_000))),
    traits: fc.array(
      fc.record({
        id: fc.nat(10_000),
        value: fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<JsonValue>,
        after: fc.nat(10 ** 9),
        hash: hash48,
        source: fc.nat(1_000),
        event: fc.nat(10_000),
      }),
    ),
    entries: fc.array(
      fc.record({ before: fc.nat(10 ** 9), hash: hash48, item: fc.nat(100), value: kept }),
      { maxLength: 5 },
    ),
  })
  .map(({ span: { first, last }, events, traits, entries, ...rest }) => ({
    ...rest,
    first,
    last,
    events: new Map(
      events.map(([id, count, after, more]) => [
        id,
        { count, first: first + after, last: first + after + more },
      ]),
    ),
    traits: new Map(
      traits.map(({ id, after, value, ...held }) => [
        id,
        // JSON has no minus nought.
        { ...held, at: first + after, value: JSON.parse(JSON.stringify(value)) as JsonValue },
      ]),
    ),
    streams: new Map([
      [
        7,
        entries
          .map(({ before, ...one }) => ({ ...one, at: last - before }))
          .sort((x, y) => y.at - x.at),
      ],
    ]),
  }))

const document: fc.Arbitrary<Document> = fc.record({
  kind: fc.constantFrom('person' as const, 'account' as const),
  fragments: fc.array(stored, { maxLength: 4 }),
  segments: fc.array(fc.tuple(fc.nat(100_000), instant)).map((pairs) => new Map(pairs)),
  timerDue: fc.option(instant),
})

describe('the stored form', () => {
  it('gives back any document as it was', () => {
    fc.assert(
      fc.property(document, (one) => {
        expect(decodeDocument(encodeDocument(one))).toEqual(one)
      }),
    )
  })

  it('of a newer program is refused', () => {
    const bytes = encodeDocument({
      kind: 'person',
      fragments: [],
      segments: new Map(),
      timerDue: null,
    })
    bytes[0] = 200
    expect(() => decodeDocument(bytes)).toThrow('format 200')
  })
})
