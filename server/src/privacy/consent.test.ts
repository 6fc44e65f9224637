import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answersInForce, consentKey, consentsOfEvent, decide, foldConsents } from './consent.ts'
import type { ConsentAnswer, ConsentRow } from './schema.ts'

const event = (consent: unknown) => ({
  context: { consent } as Record<string, unknown>,
  time: 1_000,
  source: 7,
  messageId: 'm1',
})

const said = (purpose: string, channel: string, granted: boolean, at: number): ConsentAnswer => ({
  ...{ purpose, channel, granted, at },
  source: '1',
})

describe('what an event says about consent', () => {
  it('reads category preferences, for all channels or for single ones', () => {
    const facts = consentsOfEvent(
      event({ categoryPreferences: { Marketing: false, analytics: { email: true, sms: false } } }),
    )
    expect(facts.map(({ purpose, channel, granted }) => [purpose, channel, granted])).toEqual([
      ['marketing', '*', false],
      ['analytics', 'email', true],
      ['analytics', 'sms', false],
    ])
    expect(facts[0]).toMatchObject({ at: 1_000, source: '7', event: 'm1', proof: null })
  })

  it.each([
    { description: 'no consent at all', consent: undefined },
    { description: 'a text instead of an object', consent: 'yes' },
    { description: 'a list of categories', consent: { categoryPreferences: ['marketing'] } },
    {
      description: 'an answer that is no boolean',
      consent: { categoryPreferences: { ads: 'no' } },
    },
    { description: 'a purpose that is no word', consent: { categoryPreferences: { 'a b': true } } },
    { description: 'all purposes at once', consent: { categoryPreferences: { '*': true } } },
    {
      description: 'an inherited name',
      consent: Object.create({ categoryPreferences: { a: true } }),
    },
  ])('finds no fact in $description', ({ consent }) => {
    expect(consentsOfEvent(event(consent))).toEqual([])
  })

  it('reads at most 50 facts from one event', () => {
    const many = Object.fromEntries(Array.from({ length: 80 }, (_, n) => [`p${n}`, true]))
    expect(consentsOfEvent(event({ categoryPreferences: many }))).toHaveLength(50)
  })
})

describe('the decision', () => {
  it.each([
    {
      description: 'no answer where consent is needed',
      basis: 'consent',
      answers: [],
      reason: 'consent_missing',
    },
    {
      description: 'no answer where it is not',
      basis: 'legitimate_interest',
      answers: [],
      reason: null,
    },
    { description: 'a yes', basis: 'consent', answers: [said('p', '*', true, 1)], reason: null },
    {
      description: 'a yes for the channel',
      basis: 'consent',
      answers: [said('p', 'email', true, 1)],
      reason: null,
    },
    {
      description: 'a yes for another channel',
      basis: 'consent',
      answers: [said('p', 'sms', true, 1)],
      reason: 'consent_missing',
    },
    {
      description: 'a yes for another purpose',
      basis: 'consent',
      answers: [said('q', '*', true, 1)],
      reason: 'consent_missing',
    },
    {
      description: 'a no for all channels beside a yes for this one',
      basis: 'consent',
      answers: [said('p', '*', false, 1), said('p', 'email', true, 2)],
      reason: 'consent_refused',
    },
    {
      description: 'a no for this channel beside a yes for all',
      basis: 'consent',
      answers: [said('p', '*', true, 2), said('p', 'email', false, 1)],
      reason: 'consent_refused',
    },
    {
      description: 'a no without need of consent',
      basis: 'legitimate_interest',
      answers: [said('p', '*', false, 1)],
      reason: 'consent_refused',
    },
    {
      description: 'a later yes after a no',
      basis: 'consent',
      answers: [said('p', '*', false, 1), said('p', '*', true, 2)],
      reason: null,
    },
    {
      description: 'a no and a yes of the same instant',
      basis: 'consent',
      answers: [said('p', '*', true, 2), said('p', '*', false, 2)],
      reason: 'consent_refused',
    },
  ] as const)('after $description is $reason', ({ basis, answers, reason }) => {
    const decision = decide(basis, { purpose: 'p', channel: 'email' }, answers)
    expect(decision.reason).toBe(reason)
    expect(decision.allowed).toBe(reason === null)
  })

  it('heeds only what was said for all channels when the destination has none', () => {
    const question = { purpose: 'p', channel: null }
    expect(decide('consent', question, [said('p', 'email', true, 1)]).reason).toBe(
      'consent_missing',
    )
    expect(decide('consent', question, [said('p', '*', true, 1)]).allowed).toBe(true)
  })
})

const row = fc.record({
  workspace: fc.constant(1),
  identifier: fc.constantFrom('email:a', 'email:b'),
  purpose: fc.constantFrom('p', 'q'),
  channel: fc.constantFrom('*', 'sms'),
  granted: fc.boolean(),
  at: fc.integer({ min: 0, max: 5 }),
  source: fc.constant('1'),
  event: fc.constantFrom('m1', 'm2', 'm3'),
  proof: fc.constant(null),
})

/** Folds batch after batch, as the flow does, and returns the answers in force. */
function foldAll(batches: readonly ConsentRow[][]) {
  const current = new Map<string, ConsentRow>()
  for (const batch of batches) {
    for (const next of foldConsents(batch, current).state) current.set(consentKey(next), next)
  }
  return answersInForce([...current.values()]).map(({ purpose, channel, granted, at }) => ({
    ...{ purpose, channel, granted, at },
  }))
}

describe('I3: the answers in force', () => {
  it('are the same whatever the order of the facts and the bounds of the batches', () => {
    fc.assert(
      fc.property(
        fc
          .array(row, { maxLength: 12 })
          .chain((rows) =>
            fc.tuple(
              fc.constant(rows),
              fc.shuffledSubarray(rows, { minLength: rows.length }),
              fc.integer({ min: 1, max: 4 }),
            ),
          ),
        ([rows, shuffled, size]) => {
          const batches = Array.from({ length: Math.ceil(shuffled.length / size) }, (_, n) =>
            shuffled.slice(n * size, (n + 1) * size),
          )
          expect(foldAll(batches)).toEqual(foldAll([rows]))
        },
      ),
    )
  })
})

describe('the ledger', () => {
  const fact = (granted: boolean, at: number): ConsentRow => ({
    ...{ workspace: 1, identifier: 'email:a', purpose: 'p', channel: '*', granted, at },
    ...{ source: '1', event: `m${at}`, proof: null },
  })

  it('keeps the changes of an answer and drops its repetitions', () => {
    const rows = [fact(true, 1), fact(true, 2), fact(false, 3), fact(false, 4), fact(true, 5)]
    const { ledger, state } = foldConsents(rows, new Map())
    expect(ledger.map(({ at }) => at)).toEqual([1, 3, 5])
    expect(state.map(({ at, granted }) => [at, granted])).toEqual([[5, true]])
  })

  it('keeps a late answer that changes nothing today', () => {
    const current = new Map([[consentKey(fact(true, 9)), { at: 9, granted: true }]])
    const { ledger, state } = foldConsents([fact(false, 3)], current)
    expect(ledger).toHaveLength(1)
    expect(state).toHaveLength(0)
  })
})
