import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import type { Event, JsonObject, JsonValue } from '../collect/index.ts'
import type { Namespaces } from './namespaces.ts'

/** A namespace and a normalised value. */
export type Identifier = { namespace: string; value: string }

/** What one event says about who it is. */
export type Identified = {
  /** Person identifiers, strongest first. The first is the event's anchor. */
  persons: Identifier[]
  /** Device identifiers, the one the event belongs to first. */
  devices: Identifier[]
  account: Identifier | null
  /** A former identifier of the person, from an alias call. */
  previous: Identifier | null
  /** Namespaces whose value names nobody and was ignored. */
  blocked: string[]
}

const VALUE_CHARACTERS_MAX = 256
const NAMESPACE_PATTERN = /^[a-z][a-z0-9_.-]{0,63}$/
const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** One event names a handful of identifiers; a thousand of them is an attack or a mistake. */
const EXTERNAL_IDS_MAX = 20

/** Brings a value into the one form in which it is compared; `null` when it can't be that. */
export function normalise(namespace: string, value: JsonValue | undefined): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const text = String(value).normalize('NFC').trim()
  if (text === '' || text.length > VALUE_CHARACTERS_MAX) return null
  if (namespace === 'email') return normaliseEmail(text)
  if (namespace === 'phone') return normalisePhone(text)
  return text
}

function normaliseEmail(text: string): string | null {
  const email = text.toLowerCase().replace(/^mailto:/, '')
  return /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>.]{2,}$/.test(email) ? email : null
}

/** E.164. A number without a country is read as French, as most of the numbers here are. */
function normalisePhone(text: string): string | null {
  if (/^0+$/.test(text.replace(/\D/g, ''))) return null
  const parsed = parsePhoneNumberFromString(text, 'FR')
  return parsed?.isPossible() ? parsed.number : null
}

/** Reads all identifiers of an event: a function of the event and the namespaces alone. */
export function identifiersOf(event: Event, namespaces: Namespaces): Identified {
  const found = new Map<string, Identifier>()
  const blocked = new Set<string>()
  const read = (namespace: string, raw: JsonValue | null | undefined): Identifier | null => {
    if (raw === undefined || raw === null || raw === '') return null
    const value = normalise(namespace, raw)
    if (value === null || namespaces(namespace).blocked.some((pattern) => pattern.test(value))) {
      blocked.add(namespace)
      return null
    }
    return { namespace, value }
  }
  const add = (namespace: string, raw: JsonValue | undefined | null) => {
    const one = read(namespace, raw)
    if (one) found.set(identifierText(one), one)
  }
  add('user_id', event.userId)
  add('anonymous_id', event.anonymousId)
  for (const traits of [event.type === 'group' ? {} : event.traits, event.context.traits]) {
    if (!isObject(traits)) continue
    add('email', traits.email)
    add('phone', traits.phone)
  }
  for (const [namespace, value] of externalIds(event.context)) add(namespace, value)
  for (const [namespace, value] of mobileIds(event.context)) add(namespace, value)
  const byScope = (scope: string) =>
    [...found.values()]
      .filter(({ namespace }) => namespaces(namespace).scope === scope)
      .sort((x, y) => compareIdentifiers(x, y, namespaces))
  return {
    persons: byScope('person'),
    devices: byScope('device'),
    account: read('group_id', event.groupId),
    previous: read(previousNamespace(event), event.previousId),
    blocked: [...blocked],
  }
}

function compareIdentifiers(x: Identifier, y: Identifier, namespaces: Namespaces): number {
  const order = namespaces(x.namespace).priority - namespaces(y.namespace).priority
  if (order !== 0) return order
  return identifierText(x) < identifierText(y) ? -1 : 1
}

/**
 * What the former id of an alias call names. SDKs send their anonymous id (a UUID) when none is
 * named: that is a device. Whether it is known already must not matter, or the order of arrival
 * would.
 */
function previousNamespace({ previousId, anonymousId }: Event): string {
  if (previousId === null) return 'user_id'
  if (previousId === anonymousId || UUID_PATTERN.test(previousId)) return 'anonymous_id'
  return previousId.includes('@') ? 'email' : 'user_id'
}

function externalIds(context: JsonObject): [string, JsonValue][] {
  const list = context.externalIds
  if (!Array.isArray(list)) return []
  return list.slice(0, EXTERNAL_IDS_MAX).flatMap((item): [string, JsonValue][] => {
    if (!isObject(item) || typeof item.type !== 'string') return []
    const namespace = item.type.toLowerCase()
    const of = item.collection ?? 'users'
    if (of !== 'users' || !NAMESPACE_PATTERN.test(namespace) || item.id === undefined) return []
    return [[namespace, item.id]]
  })
}

/** Where mobile SDKs put the ids of the telephone. */
function mobileIds(context: JsonObject): [string, JsonValue][] {
  const device = context.device
  if (!isObject(device) || typeof device.type !== 'string') return []
  const kind = device.type.toLowerCase()
  if (kind !== 'ios' && kind !== 'android') return []
  const ids: [string, JsonValue][] = []
  if (device.id !== undefined) ids.push([`${kind}.id`, device.id])
  if (device.adTrackingEnabled === true && device.advertisingId !== undefined) {
    ids.push([`${kind}.idfa`, device.advertisingId])
  }
  return ids
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const identifierText = ({ namespace, value }: Identifier): string => `${namespace}:${value}`

/** Parses `namespace:value`; the value may hold colons of its own. */
export function parseIdentifier(text: string): Identifier | null {
  const colon = text.indexOf(':')
  if (colon < 1) return null
  const namespace = text.slice(0, colon)
  const value = normalise(namespace, text.slice(colon + 1))
  return value === null || !NAMESPACE_PATTERN.test(namespace) ? null : { namespace, value }
}
