import { expect, test } from 'vitest'
import { checklistSteps } from './use-cases.ts'

const items = [
  { key: 'source', done: true, at: '2026-11-04T08:12:00Z' },
  { key: 'people', done: false },
  { key: 'segment', done: false },
  { key: 'something_new', done: false },
]

test('the use case orders the steps', () => {
  expect(checklistSteps(items, 'carts').map((step) => step.key)).toEqual([
    'source',
    'people',
    'segment',
  ])
  expect(checklistSteps(items, 'single')[0]?.key).toBe('people')
})

test('a step this version does not know is left out instead of shown without words', () => {
  expect(checklistSteps(items, 'carts').some((step) => step.key === 'something_new')).toBe(false)
})
