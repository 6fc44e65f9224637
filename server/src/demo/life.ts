import type { Line } from './catalogue.ts'
import type { ShopDay } from './parisTime.ts'
import type { Device, Person } from './population.ts'
import type { Random } from './random.ts'

/** The systems of the shop; each sends under a write key of its own. */
export const DEMO_SOURCES = ['web', 'pos', 'crm', 'newsletter', 'support', 'app'] as const
export type DemoSource = (typeof DEMO_SOURCES)[number]

/** One event as the intake takes it. */
export type DemoMessage = {
  type: 'identify' | 'track' | 'page' | 'screen'
  messageId: string
  /** ISO 8601, UTC. */
  timestamp: string
  userId?: string
  anonymousId?: string
  event?: string
  name?: string
  properties?: Record<string, unknown>
  traits?: Record<string, unknown>
  context: Record<string, unknown>
}

/** An event before it is given its place in time order, with the true person behind it. */
export type Draft = {
  /** Epoch ms. */
  at: number
  source: DemoSource
  /** The true person's index; null for a robot. */
  owner: number | null
  message: Omit<DemoMessage, 'messageId' | 'timestamp'>
}

/** What a browser remembers between two visits. */
export type Cookie = { anonymousId: string; lastDay: number; userId: string | null }

/** Cookies by device, shared by the people who share the device. */
export type CookieJar = Map<string, Cookie>

/** A person's story with the shop so far; the days of the demo write it on. */
export type Life = {
  person: Person
  jar: CookieJar
  /** Known to the CRM. */
  customer: boolean
  /** Has a password on the web shop. */
  account: boolean
  appSignedIn: boolean
  newsletter: boolean
  marketing: boolean
  /** True until the wrongly typed address has been used. */
  typoLeft: boolean
  orders: number
  spentCents: number
  lastOrderAt: number | null
  cart: Line[]
  /** Something changed that the CRM's nightly export has to tell. */
  changed: boolean
}

/** What a day of somebody's life is told with. */
export type DayContext = { life: Life; day: ShopDay; random: Random }

/** A life as it stands on the eve of the demo's first day. */
export function beginLife(person: Person, jar: CookieJar, random: Random): Life {
  const customer = person.customerFrom < 0 && person.persona.name !== 'visitor'
  const account =
    customer && (person.loyaltyCard === null || person.sharedComputer || random.chance(0.9))
  const orders = customer ? random.int(1, person.persona.name === 'loyal' ? 14 : 5) : 0
  return {
    person,
    jar,
    customer,
    account,
    appSignedIn: false,
    newsletter: person.newsletter && customer,
    marketing: person.marketing && customer,
    typoLeft: person.emailTypo !== null,
    orders,
    spentCents: orders * random.int(2_500, 11_000),
    lastOrderAt: null,
    cart: [],
    changed: customer,
  }
}

/** The cookie of a device today: a forgetful browser has a new one after a week's absence. */
export function cookieOf(context: DayContext, device: Device): Cookie {
  const { life, day, random } = context
  const old = life.jar.get(device.key)
  const forgotten = old !== undefined && device.forgetful && day.index - old.lastDay > 7
  const cookie = old && !forgotten ? old : { anonymousId: random.uuid(), lastDay: 0, userId: null }
  cookie.lastDay = day.index
  life.jar.set(device.key, cookie)
  return cookie
}

/** The loyalty tier, named after cloths: each costs more than the one before. */
export function tierOf(life: Life): 'Coton' | 'Lin' | 'Soie' {
  if (life.spentCents >= 80_000) return 'Soie'
  return life.spentCents >= 30_000 ? 'Lin' : 'Coton'
}

/** What the person agreed to, in the form the intake reads. */
export function consentOf(life: Life): Record<string, unknown> {
  return { categoryPreferences: { analytics: life.person.analytics, marketing: life.marketing } }
}

/** The ways a French number gets written down. */
export function writtenPhone(phone: string, random: Random): string {
  const pairs = phone.match(/../g) ?? [phone]
  return random.pick([phone, pairs.join(' '), pairs.join('.'), `+33${phone.slice(1)}`])
}

export const cardId = (card: string) => ({
  id: card,
  type: 'loyalty_card',
  collection: 'users',
  encoding: 'none',
})

export const emailId = (email: string) => ({
  id: email,
  type: 'email',
  collection: 'users',
  encoding: 'none',
})
