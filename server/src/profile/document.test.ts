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
import { ATTRIBUTES_MAX, addObject, type HeldObject, OBJECTS_MAX } from './objects.ts'

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
  object: fc.constantFrom('1', '2'),
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
      const told = { value: one.value, at: one.at, hash, source: 1 }
      putTrait(made, one.trait, { ...told, event: 1 })
      const presence = { ...told, value: one.value === null ? null : true }
      const attributes = new Map([[one.trait, told]])
      const object = { first: one.at, presence, attributes }
      addObject(made.objects, { type: one.event, id: one.object }, object)
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
  objects: Object.fromEntries(
    [...one.objects].flatMap(([type, ofType]) =>
      [...ofType].map(([id, { attributes, ...object }]) => [
        `${type} ${id}`,
        { ...object, attributes: Object.fromEntries(attributes) },
      ]),
    ),
  ),
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
        const { events: _, ...once } = plain(merged(x))
        expect(plain(merged(x, x))).toMatchObject(once)
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

  it('of more objects, or attributes, than are kept those that were told last stay', () => {
    const told = (at: number) => ({ value: true, at, hash: 0, source: 1 })
    const objectAt = (at: number, attribute: number): HeldObject => {
      return { first: at, presence: told(at), attributes: new Map([[attribute, told(at)]]) }
    }
    const one = emptyFragment('owner', null)
    for (let at = OBJECTS_MAX; at >= 0; at -= 1) {
      addObject(one.objects, { type: 1, id: `o${at}` }, objectAt(at, 1))
    }
    expect(one.objects.get(1)?.size).toBe(OBJECTS_MAX)
    expect(one.objects.get(1)?.has('o0')).toBe(false)
    for (let at = 0; at <= ATTRIBUTES_MAX; at += 1) {
      addObject(one.objects, { type: 2, id: 'o' }, objectAt(at, at))
    }
    const attributes = one.objects.get(2)?.get('o')?.attributes
    expect(attributes?.size).toBe(ATTRIBUTES_MAX)
    expect(attributes?.has(0)).toBe(false)
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
    objects: fc.array(
      fc.record({
        type: fc.nat(100),
        id: fc.string({ minLength: 1, unit: 'grapheme' }),
        isThere: fc.boolean(),
        attributes: fc.array(
          fc.record({ id: fc.nat(1_000), isOfLast: fc.boolean(), hash: hash48 }),
        ),
        hash: hash48,
        after: fc.nat(10 ** 9),
      }),
      { maxLength: 4 },
    ),
  })
  .map(({ span: { first, last }, events, traits, entries, objects, ...rest }) => ({
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
    objects: new Map(
      objects.map(({ type, id, isThere, attributes, hash, after }) => {
        const origin = { at: first + after, hash, source: 3 }
        const told = attributes.map((one) => {
          const own = one.isOfLast ? origin : { at: first, hash: one.hash, source: 7 }
          return [one.id, { ...own, value: String(one.hash) }] as const
        })
        const presence = { ...origin, value: isThere || null }
        const object = { first, presence, attributes: new Map(told) }
        return [type, new Map([[id, object]])] as const
      }),
    ),
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
