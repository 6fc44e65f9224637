import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  COMPONENT_MAX,
  EVIDENCE_KINDS,
  type EvidenceItem,
  partition,
  type Vertex,
} from './components.ts'

const vertex = (text: string, limit = 5): Vertex => ({
  id: text,
  namespace: text.slice(0, text.indexOf(':')),
  text,
  limit,
})

const link = (a: string, b: string, rest: Partial<EvidenceItem> = {}): EvidenceItem => ({
  ...{ a: a < b ? a : b, b: a < b ? b : a },
  ...{ kind: EVIDENCE_KINDS.event, priority: 2, at: 0, hash: 0, former: null },
  ...rest,
})

const users = ['user:1', 'user:2', 'user:3'].map((text) => vertex(text, 1))
const mails = ['mail:a', 'mail:b', 'mail:c'].map((text) => vertex(text))
const vertices = [...users, ...mails]
const names = fc.constantFrom(...vertices.map((one) => one.id))
const evidence = fc
  .array(fc.record({ a: names, b: names, at: fc.nat(3), hash: fc.nat(3) }), { maxLength: 12 })
  .map((list) => {
    const one = new Map(list.map(({ a, b, ...rest }) => [`${a}|${b}`, link(a, b, rest)]))
    return [...one.values()].filter(({ a, b }) => a !== b)
  })

describe('a partition by evidence', () => {
  it('does not depend on the order in which evidence and identifiers are given', () => {
    fc.assert(
      fc.property(evidence, (items) => {
        const straight = partition(vertices, items, [])
        const turned = partition([...vertices].reverse(), [...items].reverse(), [])
        expect(turned.profileOf).toEqual(straight.profileOf)
        expect([...turned.refusals].reverse()).toEqual(straight.refusals)
      }),
    )
  })

  it('never gives a profile more than its limits', () => {
    fc.assert(
      fc.property(evidence, (items) => {
        const { profileOf } = partition(vertices, items, [])
        const owners = users.map((one) => profileOf.get(one.id))
        expect(new Set(owners).size).toBe(users.length)
      }),
    )
  })

  it('lets the earliest evidence count first, and refuses the later with the reason', () => {
    const [late, early] = [link('user:1', 'mail:a', { at: 9 }), link('user:2', 'mail:a', { at: 1 })]
    const { refusals, profileOf } = partition(vertices, [late, early], [])
    expect(refusals).toEqual([{ code: 'limit', namespace: 'user' }, null])
    expect(profileOf.get('mail:a')).toBe('mail:a')
    expect(profileOf.get('user:2')).toBe('mail:a')
  })

  it('keeps two identifiers apart that people said are not one, also by a detour', () => {
    const items = [link('mail:a', 'user:1', { at: 1 }), link('mail:b', 'user:1', { at: 2 })]
    const apart = [{ a: 'mail:a', b: 'mail:b', verdict: 'cannot_link' as const }]
    expect(partition(vertices, items, apart).refusals).toEqual([null, { code: 'cannot_link' }])
  })

  it('counts an older name of the same person in no limit', () => {
    const alias = link('user:1', 'user:2', { kind: EVIDENCE_KINDS.alias, former: 'user:1' })
    expect(partition(vertices, [alias], []).refusals).toEqual([null])
    expect(partition(vertices, [{ ...alias, former: null }], []).refusals).toEqual([
      { code: 'limit', namespace: 'user' },
    ])
  })

  it('stops at the most identifiers a profile may have, whatever the limits', () => {
    const many = Array.from({ length: COMPONENT_MAX + 5 }, (_, index) =>
      vertex(`tag:${index}`, 1e9),
    )
    const chain = many.slice(1).map((one, index) => link(many[0]?.id ?? '', one.id, { at: index }))
    const { refusals, profileOf } = partition(many, chain, [])
    expect(refusals.filter((one) => one?.code === 'too_large')).toHaveLength(5)
    const sizes = Map.groupBy(profileOf.values(), (profile) => profile)
    expect(Math.max(...[...sizes.values()].map((list) => list.length))).toBe(COMPONENT_MAX)
  })
})
