import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Event } from '../collect/index.ts'
import { identifiersOf, identifierText, normalise, parseIdentifier } from './identifiers.ts'
import { namespacesFrom } from './namespaces.ts'

const namespaces = namespacesFrom([])
const said: Event = {
  workspace: 1,
  source: 1,
  index: 0,
  type: 'track',
  messageId: 'm1',
  clientDay: null,
  time: 0,
  receivedAt: 0,
  event: 'Viewed',
  userId: null,
  anonymousId: null,
  previousId: null,
  groupId: null,
  properties: {},
  objects: [],
  traits: {},
  context: {},
  flags: [],
}
const read = (part: Partial<Event>) => identifiersOf({ ...said, ...part }, namespaces)

describe('a value', () => {
  it.each([
    ['email', ' Léa@Example.FR ', 'léa@example.fr'],
    ['email', 'mailto:a@x.fr', 'a@x.fr'],
    ['email', 'a@x', null],
    ['email', 'a b@x.fr', null],
    ['phone', '06 12 34 56 78', '+33612345678'],
    ['phone', '0033 6 12 34 56 78', '+33612345678'],
    ['phone', '+1 (415) 555-2671', '+14155552671'],
    ['phone', 'Dupont', null],
    ['phone', '000000', null],
    ['user_id', '  42 ', '42'],
    ['user_id', 'x'.repeat(257), null],
    ['user_id', '', null],
  ])('of %s, %j, is compared as %j', (namespace, raw, expected) => {
    expect(normalise(namespace, raw)).toBe(expected)
  })

  it('in its normal form is in its normal form', () => {
    const namespace = fc.constantFrom('email', 'phone', 'user_id', 'card')
    const raw = fc.oneof(fc.string(), fc.emailAddress(), fc.stringMatching(/^\+?[0-9 .]{0,16}$/))
    fc.assert(
      fc.property(namespace, raw, (name, text) => {
        const value = normalise(name, text)
        if (value === null) return
        expect(normalise(name, value)).toBe(value)
        expect(parseIdentifier(`${name}:${value}`)).toEqual({ namespace: name, value })
      }),
    )
  })
})

describe('the identifiers of an event', () => {
  it('are read wherever SDKs put them, the strongest first', () => {
    const found = read({
      userId: 'u1',
      anonymousId: 'd1',
      context: {
        traits: { email: 'A@x.fr', phone: '0612345678' },
        externalIds: [{ id: 'K1', type: 'Card', collection: 'users' }],
        device: { type: 'ios', id: 'I1', advertisingId: 'X', adTrackingEnabled: true },
      },
    })
    expect(found.persons.map(identifierText)).toEqual([
      'user_id:u1',
      'email:a@x.fr',
      'phone:+33612345678',
      'card:K1',
    ])
    expect(found.devices.map(identifierText)).toEqual([
      'anonymous_id:d1',
      'ios.id:I1',
      'ios.idfa:X',
    ])
  })

  it('leave out values that name nobody, and say in which namespace', () => {
    const found = read({ userId: 'null', anonymousId: '0', groupId: 'N/A' })
    expect(found).toMatchObject({ persons: [], devices: [], account: null })
    expect(found.blocked.sort()).toEqual(['anonymous_id', 'group_id', 'user_id'])
  })

  it('leave out a former id that names nobody', () => {
    expect(read({ type: 'alias', userId: 'u1', previousId: 'undefined' }).previous).toBeNull()
    expect(read({ type: 'alias', userId: 'u1', previousId: 'u0' }).previous).toEqual({
      namespace: 'user_id',
      value: 'u0',
    })
  })

  it('are never traits of a company', () => {
    expect(read({ type: 'group', groupId: 'g1', traits: { email: 'info@x.fr' } }).persons).toEqual(
      [],
    )
  })

  it('take no more than a handful of external ids, whatever is sent', () => {
    const externalIds = Array.from({ length: 1_000 }, (_, id) => ({ id: id + 1, type: 'card' }))
    expect(read({ context: { externalIds } }).persons).toHaveLength(20)
  })

  it('never fail, whatever the context holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (traits, externalIds, device) => {
        const context = { traits, externalIds, device } as Event['context']
        expect(() => read({ context, userId: 'u1' })).not.toThrow()
      }),
    )
  })
})
