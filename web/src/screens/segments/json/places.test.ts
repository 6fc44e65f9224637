import { describe, expect, it } from 'vitest'
import { brokenAt, placeOf } from './places.ts'

const text = '{\n  "all": [\n    { "trait": "city" },\n    { "did": "A", "x": [1, 2] }\n  ]\n}'

describe('places in a JSON text', () => {
  it('finds the value of a pointer, and of a missing one what should hold it', () => {
    expect(placeOf(text, '/all/1/did')).toMatchObject({ line: 4, column: 14 })
    expect(placeOf(text, '/all/0/op')).toMatchObject({ line: 3, column: 5 })
    expect(placeOf(text, '')).toMatchObject({ line: 1, column: 1 })
  })

  it.each([
    ['{"a": 1,}', 9],
    ['{"a" 1}', 6],
    ['[1 2]', 4],
    ['{"a": tru}', 7],
    ['[1] 2', 5],
    ['', 1],
    ['"\\x"', 1],
  ])('says where %s stops being JSON', (broken, column) => {
    expect(brokenAt(broken)).toMatchObject({ line: 1, column })
  })

  it.each([text, '[]', '{}', ' "\\u00e9\\n" ', '-1.5e3', '[[],{"":{}}]'])(
    'takes what is JSON: %s',
    (whole) => {
      JSON.parse(whole)
      expect(brokenAt(whole)).toBeNull()
    },
  )

  it('gives up on a text nested thousands deep, without failing', () => {
    const deep = '['.repeat(50_000)
    expect(brokenAt(deep)?.column).toBe(202)
    expect(placeOf(deep, '/0/0').column).toBe(3)
  })
})
