import { expect, it } from 'vitest'
import { isTriggered } from './destination.ts'

const ref = (id: string) => ({ id, name: id })
const move = { change: 'moved', segment: ref('b'), from: ref('a'), segmentation: ref('s') } as const

it.each([
  { segment: 'a', on: ['left'], told: true },
  { segment: 'a', on: ['entered', 'moved'], told: false },
  { segment: 'b', on: ['entered'], told: true },
  { segment: 'b', on: ['left'], told: false },
  { segment: 's', on: ['moved'], told: true },
  { segment: 's', on: ['entered', 'left'], told: false },
  { segment: 'c', on: ['entered', 'left', 'moved'], told: false },
] as const)(
  'a move from a to b in s, a trigger on $segment $on: $told',
  ({ segment, on, told }) => {
    expect(isTriggered({ triggers: [{ segment, on: [...on] }] }, move)).toBe(told)
  },
)

it('who enters a class for the first time has entered its segmentation', () => {
  const entry = { change: 'entered', segment: ref('b'), segmentation: ref('s') } as const
  expect(isTriggered({ triggers: [{ segment: 's', on: ['entered'] }] }, entry)).toBe(true)
  expect(isTriggered({ triggers: [{ segment: 's', on: ['moved'] }] }, entry)).toBe(false)
})
