import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lineSentences } from './counts.ts'
import { COMPUTED, newComputed, placesOf, propertiesOf } from './fields.ts'
import { issuesOf } from './issues.ts'
import { filterOpsFor, numberTyped, operandOf, opsFor, valueFor, valuesTyped } from './ops.ts'
import { parseRule } from './parse.ts'
import { askedOf, asksParty } from './party.ts'
import {
  asRootGroup,
  type Condition,
  childrenOf,
  insertAt,
  OPS,
  type Rule,
  type SequenceCondition,
  setAtLeast,
  setKind,
  type Within,
} from './rule.ts'
import { lineWords, sentence } from './sentence.ts'
import { addStep, partsOf, removeStep, setLast, setSame, setWithout } from './sequence.ts'
import { eventsAt, toggled, withDays } from './when.ts'
import { type Language, valueWords, withinWords } from './words.ts'
import { knowsCalendar, withOtherZone } from './zone.ts'

const same = (key: string) => key
const names = { event: same, trait: same, property: same, of: (_: string, id: string) => id }
const say = (rule: Rule, language: Language) =>
  sentence(rule, names, language).replaceAll('\u00a0', ' ')

const bought = { did: 'Order' }
const spent: Rule = {
  measure: 'sum',
  of: bought,
  property: 'total',
  less: { of: { did: 'Refund' }, property: 'total' },
  within: { this: 'year' },
  op: 'greater',
  value: 500,
}
const grown: Rule = {
  measure: 'sum',
  of: bought,
  property: 'total',
  within: { this: 'quarter' },
  op: 'greater',
  than: { measure: 'sum', of: bought, property: 'total', within: { previous: 'quarter' } },
}
const basket: SequenceCondition = {
  sequence: [{ did: 'Cart' }, bought],
  within: { hours: 4 },
  missing: true,
  begun: { days: 2 },
}
const regular: Rule = {
  active: { did: null },
  unit: 'day',
  times: { op: 'atLeast', count: 3 },
  last: 30,
}
const nearby: Rule = { near: 'address', latitude: 45.76, longitude: 4.84, km: 30 }

/** The rules that docs/segments.md shows. */
function documented(): Rule[] {
  const page = readFileSync(new URL('../../../../docs/segments.md', import.meta.url), 'utf8')
  const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
  return blocks.map((text) => JSON.parse(text) as Rule)
}

describe('reading the whole language', () => {
  it('takes every rule of the documentation and gives it back unchanged', () => {
    const rules = documented()
    expect(rules.length).toBeGreaterThan(12)
    for (const rule of rules) expect(parseRule(JSON.stringify(rule))).toEqual({ rule, error: null })
  })
  it('finds every rule of the documentation whole, and says it in both languages', () => {
    for (const rule of documented()) {
      expect(issuesOf(asRootGroup(rule))).toEqual([])
      for (const language of ['fr', 'en'] as const) {
        expect(say(asRootGroup(rule), language)).not.toContain('…')
        expect(lineWords(rule, names, language)).not.toContain('undefined')
      }
    }
  })
  it.each(OPS)('reads the operator %s', (op) => {
    const rule: Rule = { trait: 'a', op, value: valueFor(op, '2026-01-01') }
    expect(parseRule(JSON.stringify(rule)).error).toBeNull()
  })
  it('keeps what is not filled in yet, so that a draft is not lost', () => {
    for (const kind of COMPUTED) {
      const rule = newComputed(
        { traits: [], events: [], objects: [], segments: [], lists: [], purposes: [] },
        kind,
      )
      expect(parseRule(JSON.stringify(rule))).toEqual({ rule, error: null })
    }
  })
  it.each([
    { text: '{"atLeast":"2","of":[]}', at: '/atLeast' },
    { text: '{"none":{}}', at: '/none' },
    { text: '{"measure":"median","of":{"did":null},"op":"less"}', at: '/measure' },
    { text: '{"sequence":[{"did":"x"},{}],"within":{"days":1}}', at: '/sequence/1/did' },
    { text: '{"did":"x","within":{"this":"decade"}}', at: '/within/this' },
    { text: '{"near":"address","km":"far"}', at: '/km' },
    { text: '{"trait":"a","op":"exists","party":["own"]}', at: '/party/0' },
    { text: '{"active":{"did":null,"party":[]},"unit":"day"}', at: '/active/party' },
  ])('says where $text is wrong', ({ text, at }) => {
    expect(parseRule(text).error).toEqual({ at, problem: 'shape' })
  })
})

describe('groups of all sorts', () => {
  const lines: Rule[] = [nearby, regular]
  it('change from one sort to another and keep their lines', () => {
    const rule: Rule = { all: [{ any: lines }] }
    const some = setKind(rule, [0], 'atLeast')
    expect(some).toEqual({ all: [{ atLeast: 2, of: lines }] })
    expect(setAtLeast(some, [0], 1)).toEqual({ all: [{ atLeast: 1, of: lines }] })
    expect(setKind(some, [0], 'none')).toEqual({ all: [{ none: lines }] })
  })
  it('keep their number when a line is added', () => {
    const added = insertAt({ atLeast: 3, of: lines }, [], spent)
    expect(added).toEqual({ atLeast: 3, of: [...lines, spent] })
  })
  it('that leave people out stand as a line of the rule', () => {
    expect(asRootGroup({ none: lines })).toEqual({ all: [{ none: lines }] })
    expect(asRootGroup({ atLeast: 1, of: lines })).toEqual({ atLeast: 1, of: lines })
  })
  it('say whom an alternative leaves out', () => {
    const lyon: Rule = { trait: 'city', op: 'equals', value: 'Lyon' }
    expect(say({ all: [{ any: [lyon, { not: { did: 'Order' } }] }] }, 'fr')).toBe(
      'Les personnes soit dont city est Lyon, soit toutes sauf celles qui ont fait Order.',
    )
  })
  it('say by whose clock a condition is asked', () => {
    const today: Rule = { did: 'Order', within: { this: 'day' } }
    const own = withOtherZone(today)
    expect(say({ all: [own] }, 'fr')).toContain('(à leur heure)')
    expect(say({ all: [own] }, 'en')).toContain('(in their own time zone)')
    expect(withOtherZone(own)).toEqual(today)
    expect([today, { did: 'Order', within: { days: 3 } }].map(knowsCalendar)).toEqual([true, false])
  })
  it('say at which moment events took place, by whose clock may be chosen', () => {
    const at = (when: object) =>
      parseRule(JSON.stringify({ measure: 'count', of: { did: 'Order', when }, op: 'greater' }))
        .rule
    const rule = at({ day: 'workday', weekdays: [6, 1], hours: { from: 9, to: 18 } }) as Condition
    expect(say(rule, 'fr')).toContain(
      'Order (un jour ouvré, le samedi ou le lundi, entre 9 h et 18 h)',
    )
    expect(say(rule, 'en')).toContain(
      'Order (on a working day, on Saturday or Monday, between 9:00 and 18:00)',
    )
    expect([knowsCalendar(rule), knowsCalendar({ did: 'Order' })]).toEqual([true, false])
    expect(at({ day: 'sunday' })).toBeNull()
    expect(at({ hours: { from: '9', to: 18 } })).toBeNull()
  })
  it('ask for a day of the week where days are to be chosen', () => {
    const when = { weekdays: [6] }
    expect(issuesOf({ all: [{ did: 'Order', when }] })).toEqual([])
    expect(toggled(toggled(when, 2), 6)).toEqual({ weekdays: [2] })
    const none = toggled(when, 6)
    expect(issuesOf({ all: [{ did: 'Order', when: none }] })).toMatchObject([{ path: [0] }])
    expect(withDays(none, 'holiday')).toEqual({ day: 'holiday' })
    expect(eventsAt({ did: 'Order', when }, undefined)).toEqual({ did: 'Order' })
  })
  it('say whose data they ask for, in each of their parts, and can ask for all again', () => {
    for (const line of [bought, spent, grown, basket, regular] as Condition[]) {
      const own = askedOf(line, ['first', 'third'])
      expect(own && asksParty(own)).toBe(true)
      expect(own && askedOf(own, null)).toEqual(line)
      expect(asksParty(line)).toBe(false)
    }
    expect(askedOf(nearby as Condition, ['first'])).toBeNull()
    const lyon: Rule = { trait: 'city', op: 'equals', value: 'Lyon', party: ['first', 'third'] }
    expect(say({ all: [lyon] }, 'fr')).toBe(
      'Les personnes dont city est Lyon (données propres ou données achetées ou agrégées).',
    )
    const told: Rule = { did: 'Order', party: ['second'], within: { days: 3 } }
    expect(say({ all: [told] }, 'en')).toBe(
      'People who did Order (second-party data) in the last 3 days.',
    )
  })
  it('say what they ask for', () => {
    const lyon: Rule = { trait: 'city', op: 'equals', value: 'Lyon' }
    const staff: Rule = { trait: 'staff', op: 'isTrue' }
    expect(say({ all: [lyon, { none: [staff, { trait: 'test', op: 'isTrue' }] }] }, 'en')).toBe(
      'People whose city is Lyon, except those whose staff is true, or whose test is true.',
    )
    expect(say({ atLeast: 1, of: [lyon, staff] }, 'fr')).toBe(
      'Les personnes qui remplissent au moins 1 de ces conditions : ' +
        'dont city est Lyon ; dont staff est vrai.',
    )
  })
})

describe('the sentence of computed conditions', () => {
  it.each([
    [
      spent,
      'dont le total de total sur Order moins Refund cette année est plus de 500',
      'whose total of total over Order less Refund this year is more than 500',
    ],
    [
      grown,
      'dont le total de total sur Order ce trimestre dépasse le total de total sur Order ' +
        'le trimestre dernier',
      'whose total of total over Order this quarter is more than the total of total over Order ' +
        'last quarter',
    ],
    [
      basket,
      'qui ont fait Cart sur 2 jours et n’ont pas fait Order en moins de 4 heures',
      'who did Cart in the last 2 days and did not do Order within 4 hours',
    ],
    [
      regular,
      'qui ont fait un événement au moins 3 jours différents sur les 30 derniers jours',
      'who did any event on at least 3 different days of the last 30 days',
    ],
    [
      nearby,
      'dont address est à moins de 30 km de (45,76 ; 4,84)',
      'whose address is within 30 km of (45.76 ; 4.84)',
    ],
  ])('%#', (rule, french, english) => {
    expect(say({ all: [rule] }, 'fr')).toBe(`Les personnes ${french}.`)
    expect(say({ all: [rule] }, 'en')).toBe(`People ${english}.`)
  })
  it.each<[Within, string, string]>([
    [null, 'depuis toujours', 'ever'],
    [{ hours: 24 }, 'sur 24 heures', 'in the last 24 hours'],
    [{ this: 'month' }, 'ce mois-ci', 'this month'],
    [{ previous: 'day' }, 'hier', 'yesterday'],
    [
      { previous: 'month', count: 3 },
      'sur les 3 mois complets précédents',
      'in the last 3 complete months',
    ],
    [
      { from: '2026-01-01', to: '2026-07-01' },
      'depuis le 01/01/2026 et avant le 01/07/2026',
      'since 01/01/2026 and before 01/07/2026',
    ],
    [{ to: '2026-07-01' }, 'avant le 01/07/2026', 'before 01/07/2026'],
  ])('says the period %o', (period, french, english) => {
    expect(withinWords(period, 'fr').replaceAll('\u00a0', ' ')).toBe(french)
    expect(withinWords(period, 'en').replaceAll('\u00a0', ' ')).toBe(english)
  })
  it('says the days around an anniversary', () => {
    expect(valueWords({ before: 0, after: 0 }, 'fr')).toBe('aujourd’hui')
    expect(valueWords({ before: 2, after: 3 }, 'en').replaceAll('\u00a0', ' ')).toBe(
      'from 2 days ago to 3 days ahead',
    )
  })
})

describe('editing a sequence', () => {
  const chained = setSame(basket, ['cart', 'cart'])
  it('puts a new step before the last, which may be missing', () => {
    const longer = addStep(chained)
    expect(longer.sequence.map(({ did }) => did)).toEqual(['Cart', '', 'Order'])
    expect(longer.same).toEqual(['cart', '', 'cart'])
    expect(removeStep(longer, 1)).toEqual(chained)
  })
  it('keeps one property for each event, what may not come in between last', () => {
    const without = setWithout(chained, { did: 'Help' })
    expect(without.same).toEqual(['cart', 'cart', ''])
    expect(partsOf(without)).toHaveLength(3)
    expect(setWithout(setSame(without, ['a', 'b', 'c']), { did: 'Chat' }).same?.[2]).toBe('c')
    expect(setWithout(without, null)).toEqual(chained)
  })
  it('says nothing of a last event that follows', () => {
    expect(setLast(basket, 'then')).not.toHaveProperty('missing')
    expect(setLast(setLast(basket, 'then'), 'missing')).toEqual(basket)
    expect(setSame(chained, null)).toEqual(basket)
  })
})

describe('what computed lines still lack', () => {
  const { latitude: _, ...somewhere } = nearby
  const lacking: [Rule, string][] = [
    [{ measure: 'sum', of: bought, property: '', op: 'less', value: 1 }, 'field'],
    [{ measure: 'count', of: bought, op: 'less' }, 'number'],
    [{ ...basket, sequence: [bought, { did: '' }] }, 'field'],
    [{ ...basket, same: ['a', ''] }, 'field'],
    [{ ...basket, begun: { from: '' } }, 'date'],
    [{ ...basket, begun: { previous: 'week', count: 0 } }, 'number'],
    [{ ...(regular as object), last: 0 } as Rule, 'number'],
    [somewhere as Rule, 'number'],
    [{ atLeast: 0, of: [nearby] }, 'number'],
    [{ trait: 'birthday', op: 'anniversary', value: { before: -1, after: 3 } }, 'number'],
  ]
  it.each(lacking)('%o', (rule, missing) => {
    expect(issuesOf({ all: [rule] })).toEqual([{ path: [0], missing }])
  })
  it('counts any length of time as whole', () => {
    expect(issuesOf({ trait: 'a', op: 'withinLast', value: { hours: 3 } })).toEqual([])
  })
})

describe('values and fields', () => {
  it('gives every operator an operand, and filters none that depends on now', () => {
    for (const kind of ['string', 'number', 'boolean', 'date', 'list'] as const) {
      for (const op of opsFor(kind)) expect(operandOf(op)).toBeDefined()
      expect(filterOpsFor(kind)).not.toContain('withinLast')
      expect(filterOpsFor(kind)).not.toContain('anniversary')
    }
  })
  it('reads a number while it is typed', () => {
    expect(['', '-', '-4', '45.', '0.50', 7].map(numberTyped)).toEqual([
      ...[undefined, undefined, -4, 45, 0.5, 7],
    ])
  })
  it('leaves the values of a list their type when one is added', () => {
    expect(valuesTyped(['1', 'true', '2'], [1, true], 'string')).toEqual([1, true, '2'])
    expect(valuesTyped(['1', '2', 'x'], [1], 'number')).toEqual([1, 2, 'x'])
  })
  it('knows the traits that say a place, and the properties of any event', () => {
    const known = { displayName: null, types: ['number'] }
    const trait = { ...known, completeness: 1, distinct: 1, samples: [] }
    const traits = ['address.latitude', 'address.longitude'].map((key) => ({ ...trait, key }))
    const property = (path: string) => ({ ...known, path, sampleValues: [] })
    const event = (name: string, paths: string[]) => ({
      ...{ name, type: 'track', displayName: null, count: 1, firstAt: null, lastAt: null },
      properties: paths.map(property),
    })
    const events = [event('A', ['x', 'y']), event('B', ['y'])]
    const fields = { traits, events, objects: [], segments: [], lists: [], purposes: [] }
    expect(placesOf(fields)).toEqual(['address'])
    expect(propertiesOf(fields, { event: null }).map(({ path }) => path)).toEqual(['x', 'y'])
  })
  it('says, reads and asks for membership of another segment', () => {
    const member = { segment: 'best' }
    const called = { ...names, of: () => 'Meilleurs clients' }
    expect(sentence({ all: [member] }, called, 'fr')).toBe(
      'Les personnes qui sont dans le segment «\u00a0Meilleurs clients\u00a0».',
    )
    expect(sentence({ all: [{ not: member }] }, called, 'en')).toBe(
      'People except those who are in the segment “Meilleurs clients”.',
    )
    expect(parseRule(JSON.stringify(member)).rule).toEqual(member)
    expect(parseRule('{"segment":1}').error).toEqual({ at: '/segment', problem: 'shape' })
    expect(issuesOf({ all: [{ segment: '' }] })).toEqual([{ path: [0], missing: 'field' }])
  })
  it.each([
    [{ list: 'fair' }, 'sont dans la liste «\u00a0fair\u00a0»', 'are on the list “fair”'],
    [
      { consent: { purpose: 'news', channel: 'post' }, is: 'refused' },
      'ont refusé «\u00a0news\u00a0» par courrier',
      'refused “news” by post',
    ],
    [
      { consent: { purpose: 'news' }, is: 'unknown' },
      'n’ont rien dit de «\u00a0news\u00a0»',
      'said nothing about “news”',
    ],
    [{ reachable: 'sms' }, 'sont joignables par SMS', 'can be reached by SMS'],
    [{ identifier: 'email' }, 'ont un identifiant email', 'have an identifier email'],
  ] as [Condition, string, string][])('says and reads %j', (condition, french, english) => {
    const rule = { all: [condition] }
    expect(sentence(rule, names, 'fr')).toBe(`Les personnes qui ${french}.`)
    expect(sentence(rule, names, 'en')).toBe(`People who ${english}.`)
    expect(parseRule(JSON.stringify(rule)).rule).toEqual(rule)
    expect(issuesOf(rule)).toEqual([])
  })
  it.each([
    ['{"consent":{"purpose":1},"is":"granted"}', '/consent/purpose'],
    ['{"consent":{"purpose":"a"},"is":"maybe"}', '/is'],
    ['{"reachable":"fax"}', '/reachable'],
    ['{"list":null}', '/list'],
    ['{"identifier":{}}', '/identifier'],
  ])('refuses %s where it is wrong', (text, at) => {
    expect(parseRule(text).error).toEqual({ at, problem: 'shape' })
  })
  it('tells on its line what is more than the server takes', () => {
    const many = { all: Array.from({ length: 101 }, () => ({ trait: 'a', op: 'exists' as const })) }
    expect(issuesOf(many)).toEqual([{ path: [100], missing: 'many' }])
    const value = Array.from({ length: 1_001 }, (_, n) => n)
    expect(issuesOf({ all: [{ trait: 'a', op: 'oneOf', value }] })).toEqual([
      { path: [0], missing: 'list' },
    ])
    const long = { trait: 'a', op: 'equals' as const, value: 'x'.repeat(513) }
    expect(issuesOf({ any: [long] })).toEqual([{ path: [0], missing: 'long' }])
    const deep = Array.from({ length: 9 }).reduce<Rule>((inner) => ({ any: [inner] }), long)
    expect(issuesOf(deep)).toEqual([{ path: Array(9).fill(0), missing: 'deep' }])
  })
  it('finds what the server says of each line', () => {
    const words = { fr: 'deux', en: 'two' }
    const lines = childrenOf({ all: [nearby, regular] }).length
    const said = [{ path: '/all/1', sentence: words }]
    expect(lineSentences(said, lines)).toEqual([null, words])
  })
})
