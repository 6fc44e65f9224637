import type { Formats } from '../../i18n/format.ts'
import type { MessageId, Translate } from '../../i18n/i18n.ts'
import type { TimelineEntry } from './types.ts'

const NAMESPACES: Record<string, MessageId> = {
  email: 'person.namespace.email',
  phone: 'person.namespace.phone',
  user_id: 'person.namespace.user_id',
  anonymous_id: 'person.namespace.anonymous_id',
  loyalty_card: 'person.namespace.loyalty_card',
}

/** "E-mail", "Carte de fidélité": what a kind of identifier is called. */
export function namespaceName(namespace: string, t: Translate): string {
  const id = NAMESPACES[namespace]
  return id ? t(id) : namespace.replaceAll('_', ' ')
}

/** A value as people read it: numbers and dates by the language, booleans in words. */
export function valueText(value: unknown, t: Translate, format: Formats): string {
  if (value === null || value === undefined || value === '') return '—'
  if (typeof value === 'number') return format.number(value, { maximumFractionDigits: 6 })
  if (typeof value === 'boolean') return t(value ? 'person.yes' : 'person.no')
  if (Array.isArray(value)) return value.map((each) => valueText(each, t, format)).join(', ')
  if (typeof value === 'object') return JSON.stringify(value)
  const text = String(value)
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return format.date(`${text}T12:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text) ? format.dateTime(text) : text
}

/** One line about an event when the server sent none: an amount, a name, a path, a search. */
export function summaryText(entry: TimelineEntry, format: Formats): string {
  const properties = entry.properties ?? {}
  const { total, revenue, currency, name, title, path, query } = properties
  const amount = typeof total === 'number' ? total : revenue
  if (typeof amount === 'number') {
    return format.money(amount, typeof currency === 'string' ? currency : 'EUR')
  }
  const text = [name, title, path, query].find((each) => typeof each === 'string' && each)
  return typeof text === 'string' ? text : ''
}

const FIELD_WORDS: Record<string, MessageId> = {
  email: 'person.namespace.email',
  phone: 'person.namespace.phone',
  city: 'person.trait.city',
  firstName: 'person.trait.firstName',
  lastName: 'person.trait.lastName',
  name: 'person.trait.name',
  birthday: 'person.trait.birthday',
  language: 'person.trait.language',
  'address.street': 'person.trait.street',
  'address.postalCode': 'person.trait.postalCode',
  'address.city': 'person.trait.addressCity',
  'address.country': 'person.trait.country',
}

/**
 * The name of a trait: the workspace's label when there is one, else the usual word, else its key.
 */
export function traitName(key: string, label: string, t: Translate): string {
  if (label !== key) return label
  const id = FIELD_WORDS[key]
  return id ? t(id) : key
}

const FIRST_TRAITS = ['email', 'phone', 'firstName', 'lastName', 'name', 'city', 'birthday']

/**
 * The order in which people look for traits: who they are, then the rest, then parts of objects.
 */
export function traitRank(key: string): number {
  const place = FIRST_TRAITS.indexOf(key)
  if (place >= 0) return place
  return key.includes('.') ? FIRST_TRAITS.length + 1 : FIRST_TRAITS.length
}
