import type { Definition } from './api.ts'

/** What the form asks for a computed trait that is made of one kind of event. */
export type TraitForm = {
  kind: Kind
  did: string
  /** Path of a property; '' = none is chosen. */
  property: string
  /** null: of all time. */
  days: number | null
}

type Made = { of: { did: string }; property: string; within: { days: number } | null }
type KindOf = { asksProperty: boolean; make: (made: Made) => Definition }

const measure = (name: string, asksProperty: boolean): KindOf => ({
  asksProperty,
  make: ({ of, property, within }) => ({
    measure: name,
    of,
    ...(asksProperty ? { property } : {}),
    within,
  }),
})
const ofEvents = (key: string, value: string): KindOf => ({
  asksProperty: false,
  make: ({ of, within }) => ({ [key]: value, of, within }),
})
const ofValues = (key: string): KindOf => ({
  asksProperty: true,
  make: ({ of, property, within }) => ({ [key]: property, of, within }),
})

/** The kinds that one event and one property make; docs/traits.md has them all. */
const KIND_OF = {
  sum: measure('sum', true),
  count: measure('count', false),
  average: measure('average', true),
  min: measure('min', true),
  max: measure('max', true),
  distinct: measure('distinct', true),
  first: measure('first', true),
  last: measure('last', true),
  mostFrequent: ofValues('mostFrequent'),
  uniqueList: ofValues('uniqueList'),
  daysSinceLast: ofEvents('daysSince', 'last'),
  daysSinceFirst: ofEvents('daysSince', 'first'),
  timeOfFirst: ofEvents('timeOf', 'first'),
  timeOfLast: ofEvents('timeOf', 'last'),
  usualHour: ofEvents('usualTime', 'hour'),
  usualWeekday: ofEvents('usualTime', 'weekday'),
  rfm: {
    asksProperty: true,
    make: ({ of, property, within }) => ({ rfm: of, monetary: property, within }),
  },
} satisfies Record<string, KindOf>

export type Kind = keyof typeof KIND_OF
export const KINDS = Object.keys(KIND_OF) as Kind[]

export const asksProperty = (kind: Kind) => KIND_OF[kind].asksProperty

/** What the form says, as the API takes it; null while something is missing. */
export function definitionOf({ kind, did, property, days }: TraitForm): Definition | null {
  if (!did || (asksProperty(kind) && !property)) return null
  return KIND_OF[kind].make({ of: { did }, property, within: days === null ? null : { days } })
}

/** Ready-made ones; the event and the property are those of the workspace. */
export const TEMPLATES = {
  revenue: { kind: 'sum', days: 365 },
  orders: { kind: 'count', days: 365 },
  lastOrder: { kind: 'daysSinceLast', days: null },
  favourite: { kind: 'mostFrequent', days: 365 },
  hour: { kind: 'usualHour', days: 90 },
  rfm: { kind: 'rfm', days: 730 },
} satisfies Record<string, { kind: Kind; days: number | null }>
export type TemplateKey = keyof typeof TEMPLATES

/** "Chiffre d’affaires" → "chiffre_d_affaires": letters, digits and underscores, a letter first. */
export function keyFrom(name: string): string {
  const plain = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
  return plain.slice(0, 60)
}
