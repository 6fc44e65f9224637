import { HOUR_MS } from '../platform/durations.ts'
import {
  basketCents,
  CAMPAIGNS,
  CATEGORIES,
  euros,
  type Line,
  lineProperties,
  type Product,
  SEARCHES,
} from './catalogue.ts'
import {
  type Cookie,
  consentOf,
  cookieOf,
  type DayContext,
  type Draft,
  writtenPhone,
} from './life.ts'
import { addToCart, aftermath, bookOrder, chooseProduct } from './orders.ts'
import type { Device } from './population.ts'

const HOST = 'https://www.maison-lorival.example'
const NEWSLETTER_FORM_SHARE = 0.03

/** Where a visit came from. */
export type Arrival = {
  referrer: string
  campaign?: { source: string; medium: string; name: string }
}

/** One visit while it is told; `at` moves forward with each event. */
export type Visit = DayContext & {
  device: Device
  cookie: Cookie
  at: number
  page: { path: string; title: string }
  arrival: Arrival | null
  drafts: Draft[]
}

/** Local hours of a day and how many visits begin in each: lunch, then the evening. */
export const WEB_HOURS: readonly (readonly [number, number])[] = [
  ...[0, 7, 8, 9, 10, 11, 14, 15, 16, 17].map((hour) => [hour, hour === 0 ? 1 : 4] as const),
  [12, 8],
  [13, 7],
  [18, 6],
  [19, 7],
  [20, 11],
  [21, 12],
  [22, 8],
  [23, 3],
]

// Sunday first: the evening of the day off is when people choose curtains.
const WEEKDAY_FACTOR = [1.45, 1.05, 0.9, 0.95, 0.95, 0.8, 0.95]

/** How much busier a day is than the ordinary one. */
export const webFactor = (weekday: number) => WEEKDAY_FACTOR[weekday] ?? 1

/** The web visits of one day. */
export function webDay(context: DayContext): Draft[] {
  const { life, day, random } = context
  const rate = life.person.persona.webVisits * webFactor(day.weekday)
  const visits = Number(random.chance(rate)) + Number(random.chance(rate * 0.4))
  const drafts: Draft[] = []
  for (let visit = 0; visit < visits; visit += 1) {
    const hour = random.weighted(WEB_HOURS)
    const at = day.start + hour * HOUR_MS + random.int(0, HOUR_MS - 1)
    drafts.push(...webVisit(context, at, arrivalOf(context)))
  }
  return drafts
}

/** One visit from its landing page to its end. */
export function webVisit(context: DayContext, at: number, arrival: Arrival): Draft[] {
  const { life, random } = context
  const visit = openVisit(context, at, arrival)
  const { cookie } = visit
  if (life.account && random.chance(life.person.sharedComputer ? 0.75 : 0.68)) signIn(visit)
  browse(visit)
  if (random.chance(NEWSLETTER_FORM_SHARE)) joinNewsletter(visit)
  if (life.cart.length > 0 && random.chance(0.62)) checkOut(visit)
  if (life.person.sharedComputer) cookie.userId = null
  return life.person.analytics ? visit.drafts : withoutTracking(visit.drafts)
}

/** Lands on the home page, on one of the person's devices. */
export function openVisit(context: DayContext, at: number, arrival: Arrival): Visit {
  const { person } = context.life
  const device = context.random.pick(person.devices)
  const cookie = cookieOf(context, device)
  const page = { path: '/', title: 'Maison Lorival, le beau linge' }
  const visit: Visit = { ...context, device, cookie, at, page, arrival, drafts: [] }
  if (person.sharedComputer) cookie.userId = null
  showPage(visit, page.path, page.title)
  return visit
}

/** Who refused to be measured is only seen by what a contract needs, and by no device id. */
function withoutTracking(drafts: readonly Draft[]): Draft[] {
  return drafts
    .filter(({ message }) => message.userId !== undefined && message.type !== 'page')
    .filter(({ message }) => message.type === 'identify' || message.event === 'Order Completed')
    .map((draft) => {
      const { anonymousId: _, ...message } = draft.message
      return { ...draft, message }
    })
}

/** How a visitor found the shop. */
export function arrivalOf({ day, random }: DayContext): Arrival {
  const name = CAMPAIGNS[day.month - 1] ?? 'Maison Lorival'
  return random.weighted<Arrival>([
    [{ referrer: '' }, 38],
    [{ referrer: 'https://www.google.com/' }, 30],
    [
      {
        referrer: 'https://www.google.com/',
        campaign: { source: 'google', medium: 'cpc', name },
      },
      14,
    ],
    [
      {
        referrer: 'https://l.instagram.com/',
        campaign: { source: 'instagram', medium: 'paid_social', name },
      },
      9,
    ],
    [{ referrer: 'https://www.pinterest.fr/' }, 5],
    [
      {
        referrer: 'https://blog-deco.example/',
        campaign: { source: 'blog-deco', medium: 'affiliate', name: 'Sélection du mois' },
      },
      4,
    ],
  ])
}

function browse(visit: Visit): void {
  const { life, random } = visit
  if (random.chance(0.14)) search(visit)
  const shelves = random.int(0, 1)
  for (let shelf = 0; shelf <= shelves; shelf += 1) {
    const first = chooseProduct(life, random)
    showPage(visit, first.categoryPath, first.category)
    track(visit, 'Product List Viewed', {
      list_id: first.categoryPath.slice(1),
      category: first.category,
    })
    lookAt(visit, first)
    for (let more = random.int(0, 1); more > 0; more -= 1)
      lookAt(visit, chooseProduct(life, random))
  }
}

function search(visit: Visit): void {
  const query = visit.random.pick(SEARCHES)
  showPage(visit, '/recherche', `Recherche : ${query}`)
  track(visit, 'Products Searched', { query, results: visit.random.int(0, 24) })
}

/** Opens a product's page; sometimes it goes into the cart. */
export function lookAt(visit: Visit, product: Product): void {
  const { random } = visit
  visit.page = { path: product.path, title: product.name }
  const line = { product, variant: random.pick(product.variants), quantity: 1 }
  const url = `${HOST}${product.path}`
  const { quantity: _, ...viewed } = lineProperties(line)
  track(visit, 'Product Viewed', { ...viewed, currency: 'EUR', url })
  if (random.chance(0.05)) track(visit, 'Product Added to Wishlist', viewed)
  if (random.chance(0.21)) putInCart(visit, line)
}

export function putInCart(visit: Visit, line: Line): void {
  addToCart(visit.life, line)
  const url = `${HOST}${line.product.path}`
  track(visit, 'Product Added', { ...lineProperties(line), currency: 'EUR', url })
}

function joinNewsletter(visit: Visit): void {
  const { life } = visit
  const { person } = life
  // Somebody who gave their customer number is known already; the form is for the others.
  if (life.newsletter || visit.cookie.userId !== null || person.persona.name === 'occasional')
    return
  const email = life.typoLeft && person.emailTypo ? person.emailTypo : person.email
  life.typoLeft = false
  life.newsletter = true
  life.marketing = true
  say(visit, { type: 'identify', traits: { email, newsletter: true } })
  track(visit, 'Newsletter Form Submitted', { form: 'footer', offer: 'BIENVENUE10' })
}

/** Signs in, or opens an account where there is none. The device belongs to them from here on. */
export function signIn(visit: Visit): void {
  const { life, cookie, random } = visit
  const { person } = life
  if (cookie.userId === person.userId) return
  cookie.userId = person.userId
  const isNew = !life.account
  const email = isNew && life.typoLeft && person.emailTypo ? person.emailTypo : person.email
  if (isNew) {
    life.account = true
    life.customer = true
    life.typoLeft = false
    life.changed = true
    life.marketing = person.marketing
    life.newsletter = life.newsletter || person.newsletter
  }
  const phone =
    person.phone && random.chance(0.6) ? { phone: writtenPhone(person.phone, random) } : {}
  say(visit, {
    type: 'identify',
    traits: { email, firstName: person.firstName, lastName: person.lastName, ...phone },
  })
  track(visit, isNew ? 'Signed Up' : 'Signed In', { method: 'password' })
}

function checkOut(visit: Visit): void {
  const { life, random } = visit
  const { person } = life
  const products = life.cart.map(lineProperties)
  const cart = { value: euros(basketCents(life.cart)), currency: 'EUR', products }
  showPage(visit, '/panier', 'Mon panier')
  track(visit, 'Cart Viewed', cart)
  const mayBuy = person.persona.name !== 'visitor' && visit.day.index >= person.customerFrom
  if (!mayBuy || random.chance(0.35)) return
  signIn(visit)
  visit.page = { path: '/commande', title: 'Ma commande' }
  track(visit, 'Checkout Started', cart)
  if (random.chance(0.28)) return
  pay(visit)
}

/** Pays for what is in the cart. */
export function pay(visit: Visit): void {
  const { life, random } = visit
  const { person } = life
  track(visit, 'Payment Info Entered', { payment_method: 'card' })
  const number = `${String(person.index).padStart(5, '0')}-${life.orders + 1}`
  const order = { id: `W${number}`, at: visit.at, lines: life.cart, channel: 'web' as const }
  track(visit, 'Order Completed', bookOrder(life, order, random))
  visit.drafts.push(...aftermath(life, order, random))
  life.cart = []
}

function showPage(visit: Visit, path: string, title: string): void {
  visit.page = { path, title }
  const referrer = visit.arrival?.referrer
  say(visit, {
    type: 'page',
    name: title,
    properties: {
      path,
      title,
      url: `${HOST}${path}`,
      ...(referrer ? { referrer } : {}),
    },
  })
  visit.arrival = null
}

function track(visit: Visit, event: string, properties: Record<string, unknown>): void {
  say(visit, { type: 'track', event, properties })
}

function say(visit: Visit, message: Omit<Draft['message'], 'context'>): void {
  const { life, device, cookie, page, arrival, random } = visit
  const search = arrival?.campaign
    ? `?utm_source=${arrival.campaign.source}&utm_medium=${arrival.campaign.medium}`
    : ''
  visit.drafts.push({
    at: visit.at,
    source: 'web',
    owner: life.person.index,
    message: {
      ...message,
      anonymousId: cookie.anonymousId,
      ...(cookie.userId ? { userId: cookie.userId } : {}),
      context: {
        ip: device.ip,
        userAgent: device.userAgent,
        locale: 'fr-FR',
        timezone: 'Europe/Paris',
        library: { name: 'clientele-tag', version: '1.0.0' },
        page: { ...page, url: `${HOST}${page.path}${search}`, search },
        ...(arrival?.campaign ? { campaign: arrival.campaign } : {}),
        consent: cookie.userId
          ? consentOf(life)
          : { categoryPreferences: { analytics: life.person.analytics } },
      },
    },
  })
  visit.at += random.int(2_500, 70_000)
}

const ROBOTS = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
]

/** Now and then a robot reads the shelves. */
export function robotDay(context: Pick<DayContext, 'day' | 'random'>): Draft[] {
  const { day, random } = context
  if (!random.chance(0.3)) return []
  const userAgent = random.pick(ROBOTS)
  const anonymousId = random.uuid()
  const start = day.start + random.int(0, 20 * HOUR_MS)
  return CATEGORIES.slice(0, random.int(2, 6)).map((category, i) => ({
    at: start + i * 1_500,
    source: 'web',
    owner: null,
    message: {
      type: 'page',
      name: category.name,
      anonymousId,
      properties: {
        path: category.path,
        title: category.name,
        url: `${HOST}${category.path}`,
      },
      context: {
        ip: '192.0.2.255',
        userAgent,
        library: { name: 'clientele-tag', version: '1.0.0' },
      },
    },
  }))
}
