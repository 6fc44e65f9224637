import { describe, expect, it } from 'vitest'
import type { Rule } from '../rule.ts'
import { intoSlot, MAX_DEPTH, moveLine, outSlot, placeOf, staysThere, stepSlot } from './moves.ts'

const line = (trait: string): Rule => ({ trait, op: 'exists' })
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(line) as [Rule, Rule, Rule, Rule]
const rule: Rule = { all: [a, { any: [b, c] }, d] }

describe('moving a line', () => {
  it('goes into a group after it, whose place moves up by one', () => {
    expect(moveLine(rule, [0], { parent: [1], index: 1 })).toEqual({
      rule: { all: [{ any: [b, a, c] }, d] },
      path: [0, 1],
    })
  })

  it('goes out of a group and leaves the group where it is', () => {
    expect(moveLine(rule, [1, 0], { parent: [], index: 1 })).toEqual({
      rule: { all: [a, b, { any: [c] }, d] },
      path: [1],
    })
  })

  it('changes places within its group, whichever way it goes', () => {
    expect(moveLine(rule, [0], { parent: [], index: 3 })?.rule).toEqual({
      all: [{ any: [b, c] }, d, a],
    })
    expect(moveLine(rule, [2], { parent: [], index: 0 })?.rule).toEqual({
      all: [d, a, { any: [b, c] }],
    })
  })

  it('takes a whole group along, but never into itself', () => {
    const nested: Rule = { all: [{ any: [a, { all: [b] }] }, { any: [c] }] }
    expect(moveLine(nested, [0], { parent: [0, 1], index: 0 })).toBeNull()
    expect(moveLine(nested, [0, 1], { parent: [1], index: 0 })?.rule).toEqual({
      all: [{ any: [a] }, { any: [{ all: [b] }, c] }],
    })
  })

  it('keeps the exclusion of a line that is moved, and finds the group under an exclusion', () => {
    const excluding: Rule = { all: [{ not: a }, { not: { any: [b] } }] }
    expect(moveLine(excluding, [0], { parent: [1, 0], index: 0 })).toEqual({
      rule: { all: [{ not: { any: [{ not: a }, b] } }] },
      path: [0, 0, 0],
    })
  })

  it('does not nest deeper than the server takes', () => {
    const deep = Array.from({ length: MAX_DEPTH - 1 }).reduce<Rule>((inner) => ({ all: [inner] }), {
      all: [b],
    })
    const slot = {
      parent: Array.from({ length: MAX_DEPTH }, (_, n) => (n === 0 ? 1 : 0)),
      index: 0,
    }
    expect(moveLine({ all: [a, deep] }, [0], slot)).toBeNull()
  })

  it('knows a place that changes nothing', () => {
    expect(staysThere([1, 0], { parent: [1], index: 1 })).toBe(true)
    expect(staysThere([1, 0], { parent: [1], index: 2 })).toBe(false)
  })
})

describe('stepping with the arrows', () => {
  /** Where a line is after each press of one arrow, until it can go no further. */
  function walk(path: readonly number[], by: -1 | 1): string[] {
    const places: string[] = []
    let at = { rule, path }
    for (;;) {
      const slot = stepSlot(at.rule, at.path, by)
      const next = slot && moveLine(at.rule, at.path, slot)
      if (!next) return places
      at = next
      places.push(placeOf(at.rule, at.path).number)
    }
  }

  it('goes down through a group to the last place, and up again to the first', () => {
    expect(walk([0], 1)).toEqual(['1a', '1b', '1c', '2', '3'])
    expect(walk([2], -1)).toEqual(['2c', '2b', '2a', '2', '1'])
  })

  it('goes into the nearest group and out of it', () => {
    expect(intoSlot(rule, [2])).toEqual({ parent: [1], index: 2 })
    expect(intoSlot(rule, [0])).toEqual({ parent: [1], index: 0 })
    expect(outSlot(rule, [1, 1], 1)).toEqual({ parent: [], index: 2 })
    expect(outSlot(rule, [0], 1)).toBeNull()
  })

  it('says which of how many lines it is in which group', () => {
    expect(placeOf(rule, [1, 1])).toEqual({ number: '2b', place: 2, lines: 2, group: '2' })
  })
})
