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
  daysBetween: ofEvents('daysBetween', 'mean'),
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

/** The form that gives a definition; null where none does. */
export function formFrom(definition: Definition): TraitForm | null {
  const { of, rfm, within, ...own } = definition as {
    of?: { did?: unknown }
    rfm?: { did?: unknown }
    within?: { days?: unknown } | null
  }
  const did = (of ?? rfm)?.did
  const { property, mostFrequent, uniqueList, monetary } = own as Record<string, unknown>
  const path = property ?? mostFrequent ?? uniqueList ?? monetary ?? ''
  if (typeof did !== 'string' || typeof path !== 'string') return null
  const days = typeof within?.days === 'number' ? within.days : null
  const forms = KINDS.map((kind) => ({ kind, did, property: path, days }))
  return forms.find((form) => isSame(definitionOf(form), definition)) ?? null
}

const isSame = (one: unknown, other: unknown): boolean => {
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return one === other
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) =>
      isSame((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]),
    )
  )
}

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
