import { describe, expect, it } from 'vitest'
import type { Rule } from '../rule.ts'
import { classesLack, emptyClasses, inputOf, newClass, reorder, rulesOf } from './classes.ts'

const rule: Rule = { all: [{ trait: 'tier', op: 'equals', value: 'gold' }] }

describe('the classes of a segmentation', () => {
  it('change places, and stay as they are when there is no such place', () => {
    expect(reorder(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a'])
    expect(reorder(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b'])
    expect(reorder(['a', 'b'], 0, 5)).toEqual(['a', 'b'])
    expect(reorder(['a', 'b'], 4, 0)).toEqual(['a', 'b'])
  })

  it('get keys of their own, whichever were taken away', () => {
    const [first] = emptyClasses().classes
    const second = newClass(first ? [first] : [])
    expect(newClass([second]).key).not.toBe(second.key)
  })

  it('can be published once each has a rule and a name', () => {
    const draft = emptyClasses()
    expect(classesLack(draft)).toBe('rule')
    expect(rulesOf(draft)).toBeNull()
    const ruled = { ...draft, classes: draft.classes.map((each) => ({ ...each, rule })) }
    expect(classesLack(ruled)).toBe('name')
    const named = { ...ruled, name: { fr: 'Valeur', en: '' } }
    expect(classesLack(named)).toBeNull()
    expect(inputOf(named)).toEqual({
      name: { fr: 'Valeur', en: 'Valeur' },
      classes: [{ name: { fr: 'Classe 1', en: 'Class 1' }, rule }],
      otherwise: { name: { fr: 'Tous les autres', en: 'Everybody else' } },
      includesStaff: false,
    })
  })
})
