import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Event } from '../collect/index.ts'
import { standings } from '../privacy/index.ts'
import {
  type Document,
  emptyDocument,
  emptyFragment,
  factsOf,
  foldEvent,
  mergeFragment,
  type Registry,
} from '../profile/index.ts'
import { calendarOf } from './calendar.ts'
import { ConcernIndex, type Indexed, type Touched } from './concern.ts'
import { preparer, tree } from './kinds/index.ts'
import type { Evaluate } from './kinds/kind.ts'
import { type Parties, withSources } from './party.ts'
import type { Party, Rule } from './rule.ts'
import { StreamIndex, streamFrom } from './streams.ts'

// The index must never leave out a segment whose answer has changed: on random rules and random
// lives, asking only those it finds gives the members that asking all of them gives.

const TRAITS = ['city', 'visits', 'plan']
const TYPES = ['card', 'ticket']
const ATTRIBUTES = ['state', 'points']
const EVENTS = ['Order Completed', 'Product Viewed']
const VALUES = ['Lyon', 'lyon', 'Paris', 3, 7, true]
const NOW = Date.UTC(2026, 0, 31)
const DAY = 86_400_000

const NAMES = { trait: TRAITS, event: EVENTS, object: TYPES, attribute: ATTRIBUTES }

const registry: Registry = {
  idOf: (kind, name) => NAMES[kind].indexOf(name),
  nameOf: (kind, id) => NAMES[kind][id] ?? '',
  names: () => [],
}

const value = fc.constantFrom(...VALUES)
const traitRule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({ trait: fc.constantFrom(...TRAITS), op: fc.constant('equals' as const), value }),
  fc.record({ trait: fc.constantFrom(...TRAITS), op: fc.constant('notEquals' as const), value }),
  fc.record({
    trait: fc.constantFrom(...TRAITS),
    op: fc.constant('oneOf' as const),
    value: fc.array(value, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ trait: fc.constantFrom(...TRAITS), op: fc.constantFrom('exists', 'notExists') }),
  fc.record({
    trait: fc.constantFrom(...TRAITS),
    op: fc.constantFrom('greater' as const, 'lessOrEqual' as const),
    value: fc.constantFrom(3, 7),
  }),
) as fc.Arbitrary<Rule>

const didRule: fc.Arbitrary<Rule> = fc.record({
  did: fc.constantFrom(...EVENTS),
  where: fc.array(
    fc.record({
      property: fc.constantFrom('sku', 'total'),
      op: fc.constantFrom('equals' as const, 'notEquals' as const),
      value,
    }),
    { maxLength: 2 },
  ),
  times: fc.record({
    op: fc.constantFrom('atLeast' as const, 'atMost' as const, 'exactly' as const),
    count: fc.integer({ min: 0, max: 2 }),
  }),
  within: fc.constantFrom({ days: 7 }, null),
})

const objectRule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({
    object: fc.constantFrom(...TYPES),
    where: fc.array(
      fc.record({
        property: fc.constantFrom(...ATTRIBUTES),
        op: fc.constantFrom('equals' as const, 'notEquals' as const),
        value,
      }),
      { maxLength: 2 },
    ),
    times: fc.record({
      op: fc.constantFrom('atLeast' as const, 'atMost' as const, 'exactly' as const),
      count: fc.integer({ min: 0, max: 2 }),
    }),
  }),
  fc.record({
    object: fc.constantFrom(...TYPES),
    measure: fc.constantFrom('sum' as const, 'min' as const),
    property: fc.constantFrom(...ATTRIBUTES),
    op: fc.constantFrom('greater' as const, 'lessOrEqual' as const),
    value: fc.constantFrom(0, 3, 7),
  }),
)

const party = fc.constantFrom<Party[]>(['first'], ['third'])
/** Some ask for what sources of one party told. */
const ofParty = (leaves: fc.Arbitrary<Rule>): fc.Arbitrary<Rule> =>
  fc.oneof(
    leaves,
    fc.tuple(leaves, party).map(([leaf, asked]) => ({ ...leaf, party: asked }) as Rule),
  )
/** The second of two sources brings what was bought. */
const PARTIES: Parties = new Map([[2, 'third']])

const { rule } = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    ofParty(traitRule),
    ofParty(didRule),
    objectRule,
    fc.record({ all: fc.array(tie('rule'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('rule'), { maxLength: 3 }) }),
    fc.record({ not: tie('rule') }),
  ),
}))

/** What happens to a person: something said or done, or another fragment taken in. */
const step = fc.record({
  kind: fc.constantFrom('identify', 'track', 'merge' as const),
  name: fc.constantFrom(...EVENTS),
  bag: fc.dictionary(fc.constantFrom(...TRAITS, 'sku', 'total'), fc.option(value), { maxKeys: 3 }),
  objects: fc.array(
    fc.record({
      type: fc.constantFrom(...TYPES),
      id: fc.constantFrom('1', '2'),
      removed: fc.boolean(),
      attributes: fc.dictionary(fc.constantFrom(...ATTRIBUTES), fc.option(value), { maxKeys: 2 }),
    }),
    { maxLength: 2 },
  ),
  daysAgo: fc.integer({ min: 0, max: 20 }),
  source: fc.constantFrom(1, 2),
})

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

function eventOf({ kind, name, bag, objects, daysAgo, source }: Step, index: number): Event {
  const type = kind === 'track' ? 'track' : 'identify'
  const said =
    type === 'identify' ? { traits: bag, properties: {} } : { traits: {}, properties: bag }
  return {
    ...{ workspace: 1, source, index, type, messageId: `m-${index}`, clientDay: null },
    ...{ time: NOW - daysAgo * DAY, receivedAt: NOW, event: type === 'track' ? name : 'Identify' },
    ...{ userId: 'u', anonymousId: null, previousId: null, groupId: null, context: {}, flags: [] },
    ...said,
    objects: type === 'track' ? objects : [],
  }
}

type Segment = Indexed & { evaluate: Evaluate }

function world(asked: readonly Rule[]) {
  const rules = asked.map((one) => withSources(one, PARTIES))
  const needs = rules.flatMap((one) => tree.needs(one).streams)
  const keys = [...new Set(needs.map((need) => need.key))]
  const streams = keys.map((definition, id) =>
    streamFrom({ id, definition, keep_newest: 5, keep_ms: null }, calendarOf('UTC')),
  )
  const streamOf = (key: string) => keys.indexOf(key)
  const prepare = preparer({ streamOf, calendar: calendarOf('UTC') })
  const nothing = {
    facts: factsOf(emptyDocument('person'), () => undefined),
    registry,
    around: standings.NONE,
    now: NOW,
  }
  const segments = rules.map((one, id): Segment => {
    const { traits, streams: read, objects = [], around = false } = tree.needs(one)
    const evaluate = prepare(one)
    const ofNobody = evaluate({ ...nothing })
    return {
      id,
      group: null,
      traits,
      around,
      objects,
      streams: read.map(({ key }) => streamOf(key)),
      evaluate,
      ofNobody,
    }
  })
  return { segments, index: new ConcernIndex(segments), streams: new StreamIndex(streams) }
}

/** Folds one step into the document and says what it touched. */
function live(document: Document, { one, at }: { one: Step; at: number }, streams: StreamIndex) {
  const owner = one.kind === 'merge' ? `other-${at}` : 'u'
  const held = document.fragments.find((fragment) => fragment.owner === owner)
  const fragment = held ?? emptyFragment(owner, null)
  if (!held) document.fragments.push(fragment)
  const arrival = {
    event: eventOf(one, at),
    hash: at,
    place: { lane: 'live' as const, shard: 0, position: at },
  }
  const entered: StreamIndex['entered'] = (event, read) => streams.entered(event, read)
  const result = foldEvent(fragment, arrival, { registry, entered, now: NOW })
  if (one.kind === 'merge') {
    mergeFragment(fragment, emptyFragment(owner, null), () => undefined)
    return 'everything' as const
  }
  return {
    traits: new Set(result.traits),
    streams: new Set(result.streams.map(({ id }) => id)),
    objects: new Set(result.objects),
  }
}

it('asks every segment whose answer has changed, on random rules and lives', () => {
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 6 }),
      fc.array(step, { minLength: 1, maxLength: 8 }),
      (rules, steps) => {
        const { segments, index, streams } = world(rules)
        const document = emptyDocument('person')
        const memberOf = new Map<number, number>()
        steps.forEach((one, at) => {
          const touched: Touched = live(document, { one, at }, streams)
          const facts = factsOf(document, () => undefined)
          const question = { facts, registry, memberOf, touched, isNew: at === 0 }
          const context = { facts, registry, around: standings.NONE, now: NOW }
          for (const { id, evaluate } of index.concernedBy(question)) {
            if (evaluate(context).holds) memberOf.set(id, 0)
            else memberOf.delete(id)
          }
          const all = segments.filter(({ evaluate }) => evaluate({ ...context }).holds)
          expect([...memberOf.keys()].sort()).toEqual(all.map(({ id }) => id).sort())
        })
      },
    ),
    { numRuns: 3_000 },
  )
})
