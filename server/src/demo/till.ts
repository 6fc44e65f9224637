import { HOUR_MS } from '../platform/durations.ts'
import { cardId, type DayContext, type Draft, writtenPhone } from './life.ts'
import { aftermath, bookOrder, chooseLine } from './orders.ts'

/** The shop whose till tablet never clears its cookie between customers. */
const CARELESS_SHOP = 'TLS'
export const CARELESS_COOKIE = 'till-TLS-tablet-2'

export const PLACEHOLDER_EMAIL = 'test@test.com'
export const PLACEHOLDER_PHONE = '0000000000'

// Sunday first. Closed on Sunday, and Saturday makes a third of the week.
const WEEKDAY_FACTOR = [0, 0.6, 0.8, 1, 0.9, 1.2, 2.5]

const TILL_HOURS: readonly (readonly [number, number])[] = [
  [10, 5],
  [11, 9],
  [12, 10],
  [13, 8],
  [14, 9],
  [15, 11],
  [16, 13],
  [17, 14],
  [18, 11],
]

/** A visit to the shop that ends at the till: the card is shown, sometimes more is asked. */
export function tillDay(context: DayContext): Draft[] {
  const { life, day, random } = context
  const { person } = life
  const rate = person.persona.tillVisits * (WEEKDAY_FACTOR[day.weekday] ?? 1)
  if (!random.chance(rate) || day.index < person.customerFrom) return []
  const at = day.start + random.weighted(TILL_HOURS) * HOUR_MS + random.int(0, HOUR_MS - 1)
  const number = `${person.shop.code}-${String(person.index).padStart(5, '0')}-${life.orders + 1}`
  const order = {
    id: `T-${number}`,
    at,
    lines: Array.from({ length: random.int(1, 4) }, () => chooseLine(life, random)),
    channel: 'store' as const,
  }
  const enrols = !life.customer && person.loyaltyCard !== null
  if (enrols) {
    life.customer = true
    life.marketing = person.marketing
  }
  const card = enrols || random.chance(0.9) ? person.loyaltyCard : null
  // Most receipts without a card belong to nobody we could name: they stay in the till.
  if (card === null && random.chance(0.88)) return []
  const careless = person.shop.code === CARELESS_SHOP && random.chance(0.6)
  const anonymousId = careless ? CARELESS_COOKIE : `receipt-${number}`
  const say = (message: Omit<Draft['message'], 'context'>, offsetMs: number): Draft => ({
    at: at + offsetMs,
    source: 'pos',
    owner: person.index,
    message: { ...message, anonymousId, context: tillContext(context, card) },
  })
  const properties = { ...bookOrder(life, order, random), shop: person.shop.name }
  const drafts = [say({ type: 'track', event: 'Order Completed', properties }, 20_000)]
  if (card !== null) {
    const traits = askedAtTill(context, enrols)
    drafts.unshift(say({ type: 'identify', traits }, 0))
    if (enrols)
      drafts.push(
        say(
          { type: 'track', event: 'Loyalty Card Issued', properties: { shop: person.shop.name } },
          25_000,
        ),
      )
  }
  return [...drafts, ...aftermath(life, order, random)]
}

/** What the till learns: a new holder fills a form, others confirm an address now and then. */
function askedAtTill({ life, random }: DayContext, enrols: boolean): Record<string, unknown> {
  const { person } = life
  const name = { firstName: person.firstName, lastName: person.lastName.toUpperCase() }
  const traits: Record<string, unknown> = { loyalty_card: person.loyaltyCard, ...name }
  if (enrols || random.chance(0.25)) {
    const typo = life.typoLeft && person.emailTypo !== null
    traits.email = typo ? person.emailTypo : person.email
    if (typo) life.typoLeft = false
    if (person.placeholder === 'email') traits.email = PLACEHOLDER_EMAIL
  }
  if (person.phone && (enrols || random.chance(0.2))) {
    traits.phone = writtenPhone(person.phone, random)
    if (person.placeholder === 'phone') traits.phone = PLACEHOLDER_PHONE
  }
  return traits
}

function tillContext({ life }: DayContext, card: string | null): Record<string, unknown> {
  const { shop } = life.person
  return {
    library: { name: 'lorival-till', version: '2.8' },
    shop: { code: shop.code, name: shop.name },
    ...(card ? { externalIds: [cardId(card)] } : {}),
  }
}
