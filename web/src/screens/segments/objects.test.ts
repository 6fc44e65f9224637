import { describe, expect, it } from 'vitest'
import { newObject, propertiesOf } from './fields.ts'
import { issuesOf } from './issues.ts'
import { lineFrom } from './newLine.ts'
import { parseRule } from './parse.ts'
import type { Condition, Rule } from './rule.ts'
import { lineWords, sentence } from './sentence.ts'

const called: Record<string, string> = { contract: 'Contrat', ends_at: 'Fin', amount: 'Montant' }
const name = (key: string) => called[key] ?? key
const names = { event: name, trait: name, property: name, of: (_: string, id: string) => name(id) }
const plainly = (text: string) => text.replaceAll('\u00a0', ' ')

const attribute = (path: string, type: string) => {
  return { path, types: [type], displayName: null, sampleValues: [] }
}
const fields = {
  ...{ traits: [], events: [], segments: [], lists: [], purposes: [] },
  objects: [
    {
      ...{ type: 'contract', displayName: null, objects: 3 },
      attributes: [attribute('ends_at', 'date'), attribute('amount', 'number')],
    },
  ],
}

const ending: Condition = {
  object: 'contract',
  where: [{ property: 'ends_at', op: 'withinNext', value: { days: 30 } }],
  times: { op: 'atLeast', count: 1 },
}
const old: Condition = {
  object: 'contract',
  where: [{ property: 'ends_at', op: 'olderThan', value: { hours: 48 } }],
  times: { op: 'atMost', count: 0 },
}
const worth: Condition = {
  object: 'contract',
  where: [{ property: 'state', op: 'equals', value: 'active' }],
  measure: 'sum',
  property: 'amount',
  op: 'greaterOrEqual',
  value: 1000,
}

describe('objects of people', () => {
  it.each([
    [
      ending,
      'qui ont au moins 1 Contrat où Fin tombe d’ici 30 jours',
      'who have at least 1 Contrat where Fin is within the next 30 days',
    ],
    [
      old,
      'qui n’ont pas de Contrat où Fin date de plus de 48 heures',
      'who have no Contrat where Fin is longer ago than 48 hours',
    ],
    [
      worth,
      'dont le total de Montant de leurs Contrat où state est active est au moins 1 000',
      'whose total of Montant of their Contrat where state is active is at least 1,000',
    ],
  ])('are said and read: %j', (condition, french, english) => {
    const rule: Rule = { all: [condition] }
    expect(plainly(sentence(rule, names, 'fr'))).toBe(`Les personnes ${french}.`)
    expect(plainly(sentence(rule, names, 'en'))).toBe(`People ${english}.`)
    expect(parseRule(JSON.stringify(rule)).rule).toEqual(rule)
    expect(issuesOf(rule)).toEqual([])
  })

  it('say which one they are on a short label', () => {
    expect(plainly(lineWords(old, names, 'en'))).toBe(
      'Have no Contrat where Fin is longer ago than 48 hours',
    )
  })

  it('ask for what is not chosen yet', () => {
    const lacking = (rule: Condition) => issuesOf({ all: [rule] }).map(({ missing }) => missing)
    expect(lacking({ object: '' })).toEqual(['field'])
    expect(lacking({ ...ending, where: [{ property: 'ends_at', op: 'withinNext' }] })).toEqual([
      'number',
    ])
    expect(lacking({ ...worth, property: '' })).toEqual(['field'])
  })

  it.each([
    ['{"object":1}', '/object'],
    ['{"object":"contract","times":{"op":"often","count":1}}', '/times/op'],
    ['{"object":"contract","measure":"first","property":"a","op":"exists"}', '/measure'],
  ])('are refused where they are wrong: %s', (text, at) => {
    expect(parseRule(text).error?.at).toBe(at)
  })

  it('begin as a line from a type, or from one of its attributes', () => {
    expect(lineFrom(fields, 'object:contract')).toEqual(newObject(fields, 'contract'))
    expect(lineFrom(fields, 'attribute:{"type":"contract","path":"amount"}')).toEqual({
      object: 'contract',
      where: [{ property: 'amount', op: 'equals' }],
      times: { op: 'atLeast', count: 1 },
    })
    const known = propertiesOf(fields, { object: 'contract' })
    expect(known.map(({ path }) => path)).toEqual(['ends_at', 'amount'])
  })
})
