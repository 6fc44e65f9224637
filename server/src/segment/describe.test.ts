/** The sentences that say a rule in words, in both languages. */
import { describe, expect, it } from 'vitest'
import type { Names } from './answer.ts'
import { tree } from './kinds/index.ts'
import { parseRule } from './parse.ts'

const labels: Record<string, { fr: string; en: string }> = {
  'Order Completed': { fr: 'Commande', en: 'Order' },
  city: { fr: 'Ville', en: 'City' },
  total: { fr: 'Montant', en: 'Amount' },
}
const names: Names = { of: (_kind, name) => labels[name] ?? { fr: name, en: name } }

const table: { rule: object; fr: string; en: string }[] = [
  {
    rule: { trait: 'city', op: 'equals', value: 'Lyon' },
    fr: 'Ville est « Lyon »',
    en: 'City is “Lyon”',
  },
  {
    rule: { segment: '5a3f0b6e-2f0e-4d55-9d3a-0c6f4e1d9b10' },
    fr: 'est dans le segment « 5a3f0b6e-2f0e-4d55-9d3a-0c6f4e1d9b10 »',
    en: 'is in the segment “5a3f0b6e-2f0e-4d55-9d3a-0c6f4e1d9b10”',
  },
  {
    rule: {
      object: 'contract',
      where: [{ property: 'ends_at', op: 'withinNext', value: { days: 30 } }],
      times: { op: 'atLeast', count: 1 },
    },
    fr: 'a au moins 1 « contract » où ends_at tombe d’ici 30 jours',
    en: 'has at least 1 “contract” where ends_at is within the next 30 days',
  },
  {
    rule: {
      object: 'ticket',
      where: [
        { property: 'state', op: 'equals', value: 'open' },
        { property: 'opened_at', op: 'olderThan', value: { hours: 48 } },
      ],
      times: { op: 'atMost', count: 0 },
    },
    fr: 'n’a pas de « ticket » où state est « open » et opened_at date de plus de 48 heures',
    en: 'has no “ticket” where state is “open” and opened_at is more than 48 hours ago',
  },
  {
    rule: { object: 'contract', measure: 'sum', property: 'total', op: 'greater', value: 1000 },
    fr: 'total de Montant de ses « contract » est supérieur à 1\u00a0000',
    en: 'total of Amount of their “contract” is above 1,000',
  },
  { rule: { trait: 'city', op: 'exists' }, fr: 'Ville est renseigné', en: 'City has a value' },
  {
    rule: { trait: 'city', op: 'notExists' },
    fr: 'Ville n’est pas renseigné',
    en: 'City has no value',
  },
  {
    rule: { trait: 'city', op: 'oneOf', value: ['Lyon', 3.5, true] },
    fr: 'Ville est l’un de « Lyon », 3,5, vrai',
    en: 'City is one of “Lyon”, 3.5, true',
  },
  {
    rule: { trait: 'points', op: 'greaterOrEqual', value: 12500 },
    fr: 'points vaut au moins 12\u00a0500',
    en: 'points is at least 12,500',
  },
  {
    rule: { trait: 'renewal', op: 'withinNext', value: { days: 1 } },
    fr: 'renewal tombe d’ici 1 jour',
    en: 'renewal is within the next 1 day',
  },
  {
    rule: { trait: 'renewal', op: 'withinLast', value: { hours: 12 } },
    fr: 'renewal date de moins de 12 heures',
    en: 'renewal is less than 12 hours ago',
  },
  {
    rule: { did: 'Order Completed', times: { op: 'atLeast', count: 1 }, within: null },
    fr: 'a fait « Commande » au moins 1 fois',
    en: 'did “Order” at least 1 time',
  },
  {
    rule: {
      did: 'Order Completed',
      where: [
        { property: 'total', op: 'greater', value: 50 },
        { property: 'coupon', op: 'notExists' },
      ],
      times: { op: 'exactly', count: 2 },
      within: { days: 30 },
    },
    fr: 'a fait « Commande » où Montant est supérieur à 50 et coupon manque exactement 2 fois sur 30 jours',
    en: 'did “Order” where Amount is above 50 and coupon is missing exactly 2 times within 30 days',
  },
  {
    rule: {
      did: 'Order Completed',
      where: [{ property: 'total', op: 'greater', value: 50 }],
      when: { day: 'holiday', hours: { from: 18, to: 24 } },
      times: { op: 'atLeast', count: 1 },
      within: null,
    },
    fr: 'a fait « Commande » (un jour férié, entre 18 h et 24 h) où Montant est supérieur à 50 au moins 1 fois',
    en: 'did “Order” (on a French public holiday, between 18:00 and 24:00) where Amount is above 50 at least 1 time',
  },
  {
    rule: { did: 'Order Completed', times: { op: 'atMost', count: 0 }, within: { minutes: 1 } },
    fr: 'n’a pas fait « Commande » sur 1 minute',
    en: 'did not do “Order” within 1 minute',
  },
  {
    rule: { trait: 'city', op: 'equals', value: 'Lyon', party: ['first', 'second'] },
    fr: 'Ville (données propres ou données d’un partenaire) est « Lyon »',
    en: 'City (first-party data or second-party data) is “Lyon”',
  },
  {
    rule: {
      did: 'Order Completed',
      where: [{ property: 'total', op: 'greater', value: 50 }],
      party: ['third'],
      times: { op: 'atMost', count: 0 },
      within: null,
    },
    fr: 'n’a pas fait « Commande » (données achetées ou agrégées) où Montant est supérieur à 50',
    en: 'did not do “Order” (third-party data) where Amount is above 50',
  },
  { rule: { all: [] }, fr: 'tout le monde', en: 'everyone' },
  { rule: { any: [] }, fr: 'personne', en: 'nobody' },
  // What a text holds is shown as it stands.
  {
    rule: { trait: 'code', op: 'contains', value: '$& … $1' },
    fr: 'code contient « $& … $1 »',
    en: 'code contains “$& … $1”',
  },
]

describe('a rule in words', () => {
  it.each(table)('says “$en”', ({ rule, fr, en }) => {
    expect(tree.describe(parseRule(rule), names)).toEqual({ fr, en })
  })

  it.each(table)('says the same within groups: “$en”', ({ rule, fr, en }) => {
    const said = tree.describe(parseRule({ any: [{ all: [rule, rule] }, rule] }), names)
    expect(said.fr).toBe(`(${fr} et ${fr}) ou ${fr}`)
    expect(said.en).toBe(`(${en} and ${en}) or ${en}`)
  })

  it('says a negation', () => {
    const { fr, en } = tree.describe(parseRule({ not: table[0]?.rule }), names)
    expect([fr, en]).toEqual(['sauf si Ville est « Lyon »', 'unless City is “Lyon”'])
  })
})
