import { expect, test } from 'vitest'
import { labelRows } from './label-rows.ts'

const labels = [
  {
    kind: 'event' as const,
    name: 'Order Completed',
    fr: 'Commande validée',
    en: 'Order completed',
  },
]
const events = [
  { name: 'Order Completed', type: 'track', count: 3, properties: [{ path: 'total' }] },
  { name: 'Product Viewed', type: 'track', count: 9, properties: [{ path: 'total' }] },
]

const objects = [{ type: 'contract', attributes: [{ path: 'ends_at' }, { path: 'total' }] }]

test('names without a label are listed, each once, and a label keeps its words', () => {
  const rows = labelRows({ labels, events, traits: ['city'], objects, kind: undefined, text: '' })
  expect(rows.map((row) => `${row.kind} ${row.name}`)).toEqual([
    'event Order Completed',
    'event Product Viewed',
    'object contract',
    'property ends_at',
    'property total',
    'trait city',
  ])
  expect(rows[0]?.fr).toBe('Commande validée')
})

test('the search reads the technical name and both languages', () => {
  const rows = labelRows({ labels, events, traits: [], objects, kind: undefined, text: 'validée' })
  expect(rows.map((row) => row.name)).toEqual(['Order Completed'])
})
