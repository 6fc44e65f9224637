import { expect, test } from 'vitest'
import { definitionOf, keyFrom } from './form.ts'

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
