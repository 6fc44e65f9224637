import { DAY_MS } from '../platform/durations.ts'
import { asciiName, familyName, firstNamesOf, type Gender } from './names.ts'
import { SHOPS, type Shop, STREETS, type Town } from './places.ts'
import { hash32, type Random, randomOf } from './random.ts'

/** How a person lives with the shop. Visits are per day, for an ordinary day. */
export type Persona = {
  name: 'loyal' | 'regular' | 'occasional' | 'visitor'
  share: number
  webVisits: number
  tillVisits: number
  appShare: number
  cardShare: number
}

const VISITOR: Persona = {
  name: 'visitor',
  share: 14,
  webVisits: 0.031,
  tillVisits: 0,
  appShare: 0,
  cardShare: 0,
}
const LOYAL: Persona = {
  name: 'loyal',
  share: 13,
  webVisits: 0.069,
  tillVisits: 0.055,
  appShare: 0.55,
  cardShare: 0.92,
}
const PERSONAS: readonly Persona[] = [
  LOYAL,
  {
    name: 'regular',
    share: 34,
    webVisits: 0.027,
    tillVisits: 0.023,
    appShare: 0.2,
    cardShare: 0.62,
  },
  {
    name: 'occasional',
    share: 35,
    webVisits: 0.0195,
    tillVisits: 0.009,
    appShare: 0.04,
    cardShare: 0.35,
  },
  VISITOR,
]

export type Device = {
  key: string
  kind: 'computer' | 'phone' | 'tablet'
  userAgent: string
  ip: string
  /** True where the browser forgets a cookie that was not seen for a week. */
  forgetful: boolean
}

/** A true person, as they are: the sources each see a part of it. */
export type Person = {
  index: number
  gender: Gender
  firstName: string
  lastName: string
  birthday: string
  shop: Shop
  town: Town
  street: string
  email: string
  /** The same address, once typed wrongly. */
  emailTypo: string | null
  /** Ten digits; of the numbers kept for fiction, which reach nobody. */
  phone: string | null
  /** The customer number of the CRM and of the web account. */
  userId: string
  /** A second customer number, made by mistake. */
  duplicateUserId: string | null
  loyaltyCard: string | null
  persona: Persona
  devices: Device[]
  /** Logged out after each visit: the computer is used by others too. */
  sharedComputer: boolean
  appDevice: Device | null
  /** The day of the demo on which they become a customer; negative = before it began. */
  customerFrom: number
  openRate: number
  newsletter: boolean
  analytics: boolean
  marketing: boolean
  sms: boolean
  /** Gives a placeholder instead of an address or a number when asked at the till. */
  placeholder: 'email' | 'phone' | null
  favourite: number
}

export type PopulationOptions = { seed: number; people: number; days: number; now: number }

/** Makes the people of the demo: households first, since they share addresses and devices. */
export function makePopulation(options: PopulationOptions): Person[] {
  const taken = new Set<string>()
  const people: Person[] = []
  for (let index = 0; index < options.people; index += 1) {
    const person = makePerson(options, index, taken)
    const partner = index % 2 === 1 ? people[index - 1] : undefined
    if (partner) joinHousehold(person, partner, householdKind(options, index))
    people.push(person)
  }
  return people
}

/** The first two pairs are always there, so that even the smallest demo has the hard cases. */
function householdKind(options: PopulationOptions, index: number): 'family' | 'couple' | null {
  const pair = (index - 1) / 2
  if (pair === 0) return 'family'
  if (pair === 1) return 'couple'
  const roll = randomOf(options.seed, 'household', pair).next()
  if (roll < 0.035) return 'family'
  return roll < 0.055 ? 'couple' : null
}

function joinHousehold(person: Person, partner: Person, kind: 'family' | 'couple' | null): void {
  if (kind === null) return
  for (const member of [person, partner]) {
    if (member.persona === VISITOR || member.index < 4) member.persona = LOYAL
    member.customerFrom = -1
    member.analytics = true
  }
  person.lastName = partner.lastName
  person.town = partner.town
  person.shop = partner.shop
  person.street = partner.street
  if (kind === 'couple') {
    person.email = partner.email
    person.emailTypo = null
    person.newsletter = false
    return
  }
  const computer = partner.devices[0]
  if (!computer) return
  partner.devices = [computer]
  person.devices = [computer]
  person.sharedComputer = true
  partner.sharedComputer = true
}

function makePerson(options: PopulationOptions, index: number, taken: Set<string>): Person {
  const random = randomOf(options.seed, 'person', index)
  const gender: Gender = random.chance(0.68) ? 'f' : 'm'
  const age = Math.floor(19 + 62 * ((random.next() + random.next() + random.next()) / 3))
  const born = options.now - Math.floor((age + random.next()) * 365.25) * DAY_MS
  const birthday = new Date(born).toISOString().slice(0, 10)
  const names = firstNamesOf(Number(birthday.slice(0, 4)), gender)
  const firstName = names[Math.floor(random.next() ** 1.4 * names.length)] ?? 'Camille'
  const lastName = familyName(random.next())
  const persona = random.weighted(PERSONAS.map((one) => [one, one.share] as const))
  const shop = random.weighted(SHOPS.map((one) => [one, one.weight] as const))
  const own = makeEmail(random, { firstName, lastName, year: birthday.slice(2, 4) }, taken)
  const email = internalEmail(own, index)
  const known = random.chance(0.8)
  const consent = random.next()
  return {
    index,
    gender,
    firstName,
    lastName,
    birthday,
    shop,
    town: random.pick(shop.towns),
    street: `${random.int(1, 148)} ${random.pick(STREETS)}`,
    email,
    emailTypo: random.chance(0.06) ? withTypo(email, random) : null,
    phone: random.chance(0.82) ? fictionalPhone(index) : null,
    userId: `LOR${String(100_000 + index)}`,
    duplicateUserId: random.chance(0.015) ? `LOR${String(900_000 + index)}` : null,
    loyaltyCard: random.chance(persona.cardShare) ? cardNumber(options.seed, index) : null,
    persona,
    devices: makeDevices(random, index),
    sharedComputer: false,
    appDevice: random.chance(persona.appShare) ? makeDevice(random, `app-${index}`, 'phone') : null,
    customerFrom: known ? -random.int(1, 1_400) : random.int(0, options.days - 1),
    openRate: 0.12 + 0.6 * random.next() * random.next(),
    newsletter: persona !== VISITOR && consent < 0.62,
    // A mere visitor who refuses to be measured is nobody we could know of.
    analytics: persona === VISITOR || random.chance(0.92),
    marketing: consent < 0.7,
    sms: consent < 0.25,
    placeholder: random.chance(0.06) ? random.pick(['email', 'phone'] as const) : null,
    favourite: random.int(0, 8),
  }
}

// Reserved for documentation (RFC 2606): nobody can own these, so no message reaches a stranger.
const MAIL_HOSTS: readonly (readonly [string, number])[] = [
  ['courriel.example', 34],
  ['boitealettres.example', 22],
  ['messagerie.example', 18],
  ['fibre-maison.example', 14],
  ['postier.example', 12],
]

function makeEmail(
  random: Random,
  name: { firstName: string; lastName: string; year: string },
  taken: Set<string>,
): string {
  const [first, last] = [asciiName(name.firstName), asciiName(name.lastName)]
  const local = random.weighted([
    [`${first}.${last}`, 46],
    [`${first.slice(0, 1)}.${last}`, 12],
    [`${first}${last}`, 12],
    [`${first}.${last}${name.year}`, 16],
    [`${last}.${first}`, 8],
    [`${first}${name.year}`, 6],
  ])
  const host = random.weighted(MAIL_HOSTS)
  let email = `${local}@${host}`
  for (let n = 2; taken.has(email); n += 1) email = `${local}${n}@${host}`
  taken.add(email)
  return email
}

/** The shop's own domain, and what its testers put into their addresses. */
export const STAFF_SIGNS = { domain: 'maison-lorival.example', part: '+test@' }
/** Of so many people one works for the shop, and the next one is a test. */
const INTERNAL_EVERY = 400
const FIRST_INTERNAL = 40

function internalEmail(email: string, index: number): string {
  const place = (index - FIRST_INTERNAL) % INTERNAL_EVERY
  if (place === 0) return email.replace(/@.*/, `@${STAFF_SIGNS.domain}`)
  return place === 1 ? email.replace('@', STAFF_SIGNS.part) : email
}

/** The slips of a hurried hand: two letters swapped, one lost, one doubled. */
export function withTypo(email: string, random: Random): string {
  const at = email.indexOf('@')
  const inHost = random.chance(0.5)
  const [from, to] = inHost ? [at + 1, at + 7] : [0, at - 2]
  const i = random.int(from, Math.max(from, to))
  const [a = '', b = ''] = [email[i], email[i + 1]]
  const swapped = email.slice(0, i) + b + a + email.slice(i + 2)
  const lost = email.slice(0, i) + email.slice(i + 1)
  const doubled = email.slice(0, i) + a + email.slice(i)
  const separators = ['@', '.']
  if (a === b || separators.includes(a) || separators.includes(b)) return `x${email}`
  return random.pick([swapped, lost, doubled])
}

// The prefixes that the French regulator keeps for films and books.
const FICTION_PREFIXES = ['063998', '019900', '026191', '035301', '046571', '053649']

function fictionalPhone(index: number): string | null {
  const prefix = FICTION_PREFIXES[Math.floor(index / 10_000)]
  if (prefix === undefined) return null
  // 7919 shares no factor with 10,000: a permutation, hence no number twice.
  return prefix + String((index * 7_919 + 1_234) % 10_000).padStart(4, '0')
}

/** 13 digits, the last one a check digit, as printed on the cards. */
function cardNumber(seed: number, index: number): string {
  const filler = hash32(`card|${seed}|${index}`) % 1_000
  const body = `2970${String(index).padStart(5, '0')}${String(filler).padStart(3, '0')}`
  const sum = [...body].reduce((total, digit, i) => total + Number(digit) * (i % 2 ? 3 : 1), 0)
  return body + String((10 - (sum % 10)) % 10)
}

const WINDOWS = 'Windows NT 10.0; Win64; x64'
const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const APPLE_WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const APPLE_MOBILE = 'Mobile/15E148 Safari/604.1'
const MAC = 'Macintosh; Intel Mac OS X 10_15_7'
const IPHONE = 'iPhone; CPU iPhone OS 18_5 like Mac OS X'
const IPAD = 'iPad; CPU OS 17_7 like Mac OS X'

const BROWSERS = {
  computer: [
    `Mozilla/5.0 (${WINDOWS}) ${WEBKIT} Chrome/141.0.0.0 Safari/537.36`,
    `Mozilla/5.0 (${MAC}) ${APPLE_WEBKIT} Version/18.5 Safari/605.1.15`,
    `Mozilla/5.0 (${WINDOWS}; rv:143.0) Gecko/20100101 Firefox/143.0`,
  ],
  phone: [
    `Mozilla/5.0 (${IPHONE}) ${APPLE_WEBKIT} Version/18.5 ${APPLE_MOBILE}`,
    `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} Chrome/141.0.0.0 Mobile Safari/537.36`,
  ],
  tablet: [`Mozilla/5.0 (${IPAD}) ${APPLE_WEBKIT} Version/17.6 ${APPLE_MOBILE}`],
}

function makeDevices(random: Random, index: number): Device[] {
  const kinds = random.weighted<Device['kind'][]>([
    [['computer'], 24],
    [['phone'], 34],
    [['computer', 'phone'], 32],
    [['computer', 'phone', 'tablet'], 10],
  ])
  return kinds.map((kind) => makeDevice(random, `web-${index}-${kind}`, kind))
}

// Address blocks kept for documentation (RFC 5737).
const NETWORKS = ['192.0.2', '198.51.100', '203.0.113']

function makeDevice(random: Random, key: string, kind: Device['kind']): Device {
  const userAgent = random.pick(BROWSERS[kind])
  const ip = `${random.pick(NETWORKS)}.${random.int(1, 254)}`
  const apple = userAgent.includes('Version/')
  return { key, kind, userAgent, ip, forgetful: apple && random.chance(0.35) }
}
