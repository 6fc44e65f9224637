import { expect, test } from 'vitest'
import { draftFrom } from './draft.ts'
import { definitionOf, formFrom, KINDS, keyFrom } from './form.ts'

const form = { kind: 'sum', did: 'Order Completed', property: 'total', days: 365 } as const

test('a form becomes the definition that the API takes', () => {
  const of = { did: 'Order Completed' }
  const within = { days: 365 }
  expect(definitionOf(form)).toEqual({ measure: 'sum', of, property: 'total', within })
  expect(definitionOf({ ...form, kind: 'rfm' })).toEqual({ rfm: of, monetary: 'total', within })
  expect(definitionOf({ ...form, kind: 'daysSinceLast', property: '', days: null })).toEqual({
    ...{ daysSince: 'last', of, within: null },
  })
})

test('nothing is asked of the server while an event or a property is missing', () => {
  expect(definitionOf({ ...form, property: '' })).toBeNull()
  expect(definitionOf({ ...form, did: '' })).toBeNull()
})

test('a key is made of a name in any language', () => {
  expect(keyFrom('Chiffre d’affaires, été 2026')).toBe('chiffre_d_affaires_ete_2026')
  expect(keyFrom('12 mois')).toBe('mois')
})

test('a definition of every kind of the form comes back as the same form', () => {
  for (const kind of KINDS) {
    const made = definitionOf({ ...form, kind })
    expect(definitionOf(formFrom(made ?? {}) ?? form), kind).toEqual(made)
  }
  const where = [{ property: 'shop', op: 'exists' }]
  const filtered = { measure: 'count', of: { did: 'Order Completed', where }, within: null }
  expect(formFrom(filtered)).toBeNull()
  expect(draftFrom({ formula: '1' })).toEqual({ way: 'formula', formula: '1' })
})
