import { describe, expect, it } from 'vitest'
import { foldersOf, isInFolder } from './folders.ts'

describe('folders', () => {
  it('stand under the folder they are in, which counts what it holds', () => {
    const counted = [
      { name: 'Fidélité/Noël', count: 2 },
      { name: 'Fidélité', count: 3 },
      { name: 'Achats', count: 1 },
      { name: 'Fidélité 2', count: 4 },
    ]
    expect(foldersOf(counted, 'fr').map(({ path, depth, count }) => [path, depth, count])).toEqual([
      ['Achats', 0, 1],
      ['Fidélité', 0, 5],
      ['Fidélité/Noël', 1, 2],
      ['Fidélité 2', 0, 4],
    ])
  })

  it('hold what is deeper, and nothing that only begins alike', () => {
    expect(isInFolder('Fidélité', 'Fidélité/Noël')).toBe(true)
    expect(isInFolder('Fidélité', 'Fidélité 2')).toBe(false)
    expect(isInFolder('', '')).toBe(true)
    expect(isInFolder('', 'Achats')).toBe(false)
  })
})
