import { DAY_MS, HOUR_MS } from '../platform/durations.ts'
import {
  basketCents,
  euros,
  type Line,
  lineProperties,
  PRODUCTS,
  type Product,
} from './catalogue.ts'
import { cardId, consentOf, type Draft, emailId, type Life } from './life.ts'
import type { Random } from './random.ts'

const FREE_SHIPPING_CENTS = 7_900
const SHIPPING_CENTS = 590
const CART_LINES_MAX = 6

export type Channel = 'web' | 'app' | 'store'
export type Order = { id: string; at: number; lines: readonly Line[]; channel: Channel }

/** A product somebody would look at; everyone has a favourite shelf. */
export function chooseProduct(life: Life, random: Random): Product {
  const shelf = `ML${life.person.favourite + 1}`
  const fond = random.chance(0.45)
  const candidates = fond ? PRODUCTS.filter((product) => product.id.startsWith(shelf)) : PRODUCTS
  return random.weighted(candidates.map((product) => [product, product.appeal] as const))
}

export function chooseLine(life: Life, random: Random): Line {
  const product = chooseProduct(life, random)
  const quantity = random.weighted([
    [1, 78],
    [2, 17],
    [4, 5],
  ])
  return { product, variant: random.pick(product.variants), quantity }
}

/** A cart that nobody empties keeps its newest lines only. */
export function addToCart(life: Life, line: Line): void {
  life.cart = [...life.cart, line].slice(-CART_LINES_MAX)
}

/** Books an order in the person's story and gives its properties. */
export function bookOrder(life: Life, order: Order, random: Random): Record<string, unknown> {
  const subtotal = basketCents(order.lines)
  const coupon = order.channel !== 'store' && random.chance(0.14) ? 'BIENVENUE10' : null
  const discount = coupon ? Math.round(subtotal / 10) : 0
  const delivered = order.channel !== 'store' && subtotal < FREE_SHIPPING_CENTS
  const shipping = delivered ? SHIPPING_CENTS : 0
  const total = subtotal - discount + shipping
  life.orders += 1
  life.spentCents += total
  life.lastOrderAt = order.at
  life.changed = life.customer
  return {
    order_id: order.id,
    channel: order.channel,
    affiliation: order.channel === 'store' ? life.person.shop.name : 'maison-lorival.example',
    subtotal: euros(subtotal),
    discount: euros(discount),
    shipping: euros(shipping),
    tax: euros(total - Math.round(total / 1.2)),
    total: euros(total),
    revenue: euros(subtotal - discount),
    currency: 'EUR',
    ...(coupon ? { coupon } : {}),
    payment_method: random.weighted([
      ['card', 78],
      ['paypal', order.channel === 'store' ? 0 : 15],
      ['cash', order.channel === 'store' ? 9 : 0],
      ['gift_card', 6],
    ]),
    item_count: order.lines.reduce((sum, line) => sum + line.quantity, 0),
    products: order.lines.map(lineProperties),
  }
}

/**
 * What may follow an order: a subscription and a refund told by the CRM, a ticket, a satisfaction
 * survey.
 */
export function aftermath(life: Life, order: Order, random: Random): Draft[] {
  const drafts: Draft[] = []
  const unhappy = random.chance(0.1)
  if (life.customer && random.chance(unhappy ? 0.35 : 0.03))
    drafts.push(refund(life, order, random))
  if (life.customer && order.channel !== 'store' && life.orders % 3 === 0) {
    drafts.push(subscription(life, order))
  }
  if (unhappy && life.customer) {
    const openedAt = order.at + random.int(1, 8) * DAY_MS + random.int(0, 5 * HOUR_MS)
    drafts.push(...ticket(life, order, { openedAt, random }))
  } else if (life.marketing && random.chance(0.16)) {
    const score = random.weighted([
      [10, 34],
      [9, 30],
      [8, 18],
      [7, 9],
      [5, 6],
      [2, 3],
    ])
    drafts.push(survey(life, order.at + random.int(4, 9) * DAY_MS, score))
  }
  return drafts
}

const PLANS = [
  { plan: 'mensuel', months: 1, price: 12 },
  { plan: 'trimestriel', months: 3, price: 29 },
  { plan: 'semestriel', months: 6, price: 52 },
] as const

/** Every third order online begins a subscription: linen is changed until it ends. */
function subscription(life: Life, order: Order): Draft {
  const { plan, months, price } = PLANS[life.person.index % PLANS.length] ?? PLANS[0]
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  const object = {
    ...{ type: 'subscription', id: `ABO-${order.id}`, plan, price, status: 'active' },
    starts_at: day(order.at),
    ends_at: day(order.at + months * 30 * DAY_MS),
  }
  return {
    at: order.at + HOUR_MS,
    source: 'crm',
    owner: life.person.index,
    message: {
      type: 'track',
      event: 'Subscription Started',
      userId: life.person.userId,
      properties: { order_id: order.id, object },
      context: { library: { name: 'lorival-crm', version: '7.2' } },
    },
  }
}

function refund(life: Life, order: Order, random: Random): Draft {
  const lines = order.lines.slice(0, random.int(1, order.lines.length))
  return {
    at: order.at + random.int(3, 14) * DAY_MS + random.int(0, 6 * HOUR_MS),
    source: 'crm',
    owner: life.person.index,
    message: {
      type: 'track',
      event: 'Order Refunded',
      userId: life.person.userId,
      properties: {
        order_id: order.id,
        channel: order.channel,
        total: euros(basketCents(lines)),
        currency: 'EUR',
        reason: random.pick(['size', 'colour', 'damaged', 'changed_mind', 'late']),
        products: lines.map(lineProperties),
      },
      context: {
        library: { name: 'lorival-crm', version: '7.2' },
        ...(life.person.loyaltyCard ? { externalIds: [cardId(life.person.loyaltyCard)] } : {}),
      },
    },
  }
}

const SUBJECTS: readonly (readonly [string, string])[] = [
  ['Colis en retard', 'delivery'],
  ['Article abîmé à la réception', 'quality'],
  ['La couleur ne correspond pas', 'quality'],
  ['Retour et remboursement', 'refund'],
  ['Il manque un article', 'delivery'],
  ['Points de fidélité absents', 'loyalty'],
  ['Facture à mon nom', 'invoice'],
]

/** A ticket about an order some days later, how it ends, and what the survey after it says. */
export function ticket(
  life: Life,
  order: Order,
  { openedAt, random }: { openedAt: number; random: Random },
): Draft[] {
  const [subject, category] = random.pick(SUBJECTS)
  const hours = random.int(2, 80)
  const ticketId = `SAV-${order.id}`
  const channel = random.pick(['email', 'phone', 'chat'])
  const priority = random.pick(['low', 'normal', 'normal', 'high'])
  const object = { type: 'ticket', id: ticketId }
  const opened = supportMessage(life, 'Ticket Opened', {
    ...{ ticket_id: ticketId, subject, category, channel, priority, order_id: order.id },
    object: {
      ...{ ...object, subject, priority, status: 'open' },
      opened_at: new Date(openedAt).toISOString(),
    },
  })
  const drafts = [draft(life, openedAt, opened)]
  if (random.chance(0.9)) {
    const resolvedAt = openedAt + hours * HOUR_MS
    const resolved_at = new Date(resolvedAt).toISOString()
    const resolved = supportMessage(life, 'Ticket Resolved', {
      ...{ ticket_id: ticketId, category, resolution_hours: hours, order_id: order.id },
      object: { ...object, status: 'resolved', resolved_at },
    })
    drafts.push(draft(life, resolvedAt, resolved))
    if (random.chance(0.45)) {
      const score = hours > 40 ? random.int(0, 6) : random.int(4, 10)
      drafts.push(survey(life, resolvedAt + random.int(1, 3) * DAY_MS, score))
    }
  }
  return drafts
}

export function survey(life: Life, at: number, score: number): Draft {
  return draft(life, at, supportMessage(life, 'NPS Answered', { score, survey: 'after_order' }))
}

function draft(life: Life, at: number, message: Draft['message']): Draft {
  return { at, source: 'support', owner: life.person.index, message }
}

/** The help desk knows the address of the sender, and the customer number of most. */
function supportMessage(
  life: Life,
  event: string,
  properties: Record<string, unknown>,
): Draft['message'] {
  const { person } = life
  const known = life.account
    ? { userId: person.userId }
    : { anonymousId: `contact-${String(person.index).padStart(6, '0')}` }
  return {
    type: 'track',
    event,
    ...known,
    properties,
    context: {
      library: { name: 'lorival-support', version: '3.0' },
      traits: { email: person.email },
      externalIds: [emailId(person.email)],
      consent: consentOf(life),
    },
  }
}
