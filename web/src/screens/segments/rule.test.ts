import { describe, expect, it } from 'vitest'
import { issuesOf } from './issues.ts'
import { opsFor, valueFor } from './ops.ts'
import { parseRule } from './parse.ts'
import {
  conditionCount,
  groupAt,
  insertAt,
  lineNumber,
  moveBy,
  nodeAt,
  type Rule,
  removeAt,
  replaceAt,
  setKind,
  toggleNot,
  ungroupAt,
} from './rule.ts'
import { lineWords, sentence, sentenceParts } from './sentence.ts'

const lyon: Rule = { trait: 'city', op: 'equals', value: 'Lyon' }
const bought: Rule = {
  did: 'Order Completed',
  times: { op: 'atLeast', count: 2 },
  within: { days: 365 },
  where: [{ property: 'department', op: 'equals', value: 'Maison' }],
}
const quiet: Rule = {
  did: 'Order Completed',
  times: { op: 'atMost', count: 0 },
  within: { days: 30 },
}
const basket: Rule = {
  did: 'Cart Viewed',
  times: { op: 'atLeast', count: 1 },
  within: { days: 7 },
}
const seen: Rule = { did: 'Product Viewed', times: { op: 'atLeast', count: 3 }, within: null }
const rule: Rule = { all: [lyon, bought, { any: [basket, seen] }, { not: quiet }] }

const FRENCH: Record<string, string> = {
  city: 'Ville',
  department: 'Rayon',
  'Order Completed': 'Commande validée',
  'Cart Viewed': 'Panier consulté',
  'Product Viewed': 'Produit consulté',
}
const same = (key: string) => key
const french = (key: string) => FRENCH[key] ?? key
const inFrench = {
  event: french,
  trait: french,
  property: french,
  of: (_: string, id: string) => id,
}
const inEnglish = { event: same, trait: same, property: same, of: (_: string, id: string) => id }

describe('editing a rule', () => {
  it('reads and replaces a node deep in the tree without touching the original', () => {
    const changed = replaceAt(rule, [2, 1], lyon)
    expect(nodeAt(changed, [2, 1])).toEqual(lyon)
    expect(nodeAt(rule, [2, 1])).toEqual(seen)
  })
  it('removes an exclusion together with its only condition', () => {
    expect(removeAt(rule, [3, 0])).toEqual({ all: [lyon, bought, { any: [basket, seen] }] })
  })
  it('inserts at the end of a group by default, or where it is told', () => {
    expect(nodeAt(insertAt(rule, [2], lyon), [2, 2])).toEqual(lyon)
    expect(nodeAt(insertAt(rule, [2], lyon, 0), [2, 0])).toEqual(lyon)
  })
  it('moves a line past its neighbour and stays put at the ends', () => {
    expect(nodeAt(moveBy(rule, [0], 1), [0])).toEqual(bought)
    expect(moveBy(rule, [0], -1)).toEqual(rule)
  })
  it('groups a line, then takes the group apart again', () => {
    const grouped = groupAt(rule, [1], 'any')
    expect(nodeAt(grouped, [1])).toEqual({ any: [bought] })
    expect(ungroupAt(grouped, [1])).toEqual(rule)
  })
  it('turns all into any and a line into its exclusion and back', () => {
    expect(nodeAt(setKind(rule, [2], 'all'), [2])).toEqual({ all: [basket, seen] })
    expect(toggleNot(toggleNot(rule, [0]), [0])).toEqual(rule)
  })
  it('numbers lines as people say them and counts the conditions', () => {
    expect([[0], [2, 1], [2, 1, 0]].map(lineNumber)).toEqual(['1', '3b', '3ba'])
    expect(conditionCount(rule)).toBe(5)
  })
})

describe('checking a rule', () => {
  it('names each line that cannot be counted yet', () => {
    const broken: Rule = {
      all: [
        { trait: 'city', op: 'equals' },
        { did: '' },
        { any: [] },
        { trait: 'age', op: 'between', value: [1] },
      ],
    }
    expect(issuesOf(broken)).toEqual([
      { path: [0], missing: 'value' },
      { path: [1], missing: 'field' },
      { path: [2], missing: 'condition' },
      { path: [3], missing: 'number' },
    ])
    expect(issuesOf(rule)).toEqual([])
  })
  it('keeps what it can of the value when the operator changes', () => {
    expect(valueFor('oneOf', 'Lyon')).toEqual(['Lyon'])
    expect(valueFor('equals', ['Lyon', 'Lille'])).toBe('Lyon')
    expect(valueFor('exists', 'Lyon')).toBeUndefined()
    expect(valueFor('withinLast', '2026-01-01')).toEqual({ days: 30 })
  })
  it('offers only operators that make sense for the kind of value', () => {
    expect(opsFor('boolean')).not.toContain('greater')
    expect(opsFor('date')).toContain('withinNext')
  })
})

describe('the JSON view', () => {
  it('reads back what it wrote', () => {
    expect(parseRule(JSON.stringify(rule))).toEqual({ rule, error: null })
  })
  it('says how often and over how long where the JSON does not', () => {
    expect(parseRule('{"did":"x"}').rule).toEqual({
      did: 'x',
      times: { op: 'atLeast', count: 1 },
      within: null,
    })
  })
  it.each([
    { text: '{', at: '', problem: 'json' },
    { text: '[]', at: '', problem: 'shape' },
    { text: '{"all":[{"trait":"a","op":"roughly"}]}', at: '/all/0/op', problem: 'operator' },
    { text: '{"did":"x","within":{"weeks":1}}', at: '/within', problem: 'shape' },
    {
      text: `${'{"not":'.repeat(12)}{"did":"x"}${'}'.repeat(12)}`,
      at: '/not'.repeat(9),
      problem: 'deep',
    },
  ])('says where $text is wrong', ({ text, at, problem }) => {
    expect(parseRule(text)).toEqual({ rule: null, error: { at, problem } })
  })
})

describe('the sentence', () => {
  it('says the rule in French', () => {
    expect(sentence(rule, inFrench, 'fr').replaceAll('\u00a0', ' ')).toBe(
      'Les personnes dont Ville est Lyon, et qui ont fait Commande validée au moins 2 fois ' +
        'sur 365 jours où Rayon est Maison, et qui ont fait Panier consulté sur 7 jours, ' +
        'ou Produit consulté au moins 3 fois, sauf celles qui n’ont pas fait ' +
        'Commande validée depuis 30 jours.',
    )
  })
  it('says the rule in English', () => {
    expect(sentence(rule, inEnglish, 'en').replaceAll('\u00a0', ' ')).toBe(
      'People whose city is Lyon, and who did Order Completed at least twice ' +
        'in the last 365 days where department is Maison, and who did Cart Viewed in the ' +
        'last 7 days, or Product Viewed at least 3 times, except those who have not ' +
        'done Order Completed in the last 30 days.',
    )
  })
  it('keeps the whole clause where the lines of a group are of different sorts', () => {
    const mixed: Rule = { all: [{ any: [lyon, quiet] }] }
    expect(sentence(mixed, inEnglish, 'en')).toContain(
      'People either whose city is Lyon, or who have not done Order Completed',
    )
  })
  it('says that an empty rule takes everyone', () => {
    expect(sentence({ all: [] }, inFrench, 'fr')).toBe('Toutes les personnes, sans condition.')
  })
  it('knows the line that each part comes from', () => {
    const parts = sentenceParts(rule, inFrench, 'fr')
    expect(parts.find((part) => part.text === 'Panier consulté')).toEqual({
      text: 'Panier consulté',
      strong: true,
      path: [2, 0],
    })
  })
  it('writes numbers with no-break spaces, dates by the calendar and lists with or', () => {
    expect(lineWords({ trait: 'a', op: 'greater', value: 12345 }, inFrench, 'fr')).toBe(
      'A est plus de 12\u00a0345',
    )
    expect(lineWords({ trait: 'a', op: 'before', value: '2026-03-09' }, inFrench, 'fr')).toBe(
      'A est avant le 09/03/2026',
    )
    expect(lineWords({ trait: 'a', op: 'oneOf', value: ['x', 'y'] }, inEnglish, 'en')).toBe(
      'A is one of x or y',
    )
  })
})
