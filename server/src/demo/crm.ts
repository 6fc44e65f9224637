import { DAY_MS, HOUR_MS } from '../platform/durations.ts'
import { CATEGORIES, euros } from './catalogue.ts'
import { cardId, consentOf, type DayContext, type Draft, type Life, tierOf } from './life.ts'
import { asciiName } from './names.ts'
import { parisDate } from './parisTime.ts'

/** Before the night's export; the customers of old come with the first one. */
const EXPORT_HOUR = 2

/** The CRM's nightly export: every customer record that changed the day before. */
export function crmDay(context: DayContext): Draft[] {
  const { life, day, random } = context
  const { person } = life
  if (!life.changed || !life.customer) return []
  life.changed = false
  const at = day.start + EXPORT_HOUR * HOUR_MS + (person.index % 3_600) * 1_000
  const traits = customerTraits(context)
  const drafts = [record(life, at, { userId: person.userId, traits })]
  if (day.index === 0 && person.duplicateUserId) {
    const lastName = asciiName(person.lastName).toUpperCase()
    const firstName = asciiName(person.firstName)
    const copy = { ...traits, firstName, lastName, loyalty_tier: 'Coton', loyalty_points: 0 }
    const { email: _, ...known } = copy as Record<string, unknown>
    drafts.push(record(life, at + 500, { userId: person.duplicateUserId, traits: known }))
  }
  const tier = tierOf(life)
  if (day.index > 0 && tier !== 'Coton' && random.chance(0.12)) {
    const properties = { tier, points: Math.floor(life.spentCents / 100) }
    drafts.push({
      ...record(life, at + 900, { userId: person.userId }),
      message: {
        ...head(life, person.userId),
        type: 'track',
        event: 'Loyalty Tier Confirmed',
        properties,
      },
    })
  }
  return drafts
}

function customerTraits({ life, day }: DayContext): Record<string, unknown> {
  const { person } = life
  const since = parisDate(day.start + Math.min(person.customerFrom - day.index, 0) * DAY_MS)
  return {
    title: person.gender === 'f' ? 'Mme' : 'M.',
    firstName: person.firstName,
    lastName: person.lastName,
    email: person.email,
    ...(person.phone ? { phone: person.phone } : {}),
    birthday: person.birthday,
    address: {
      street: person.street,
      city: person.town.city,
      postalCode: person.town.postalCode,
      country: 'FR',
    },
    city: person.town.city,
    preferred_shop: person.shop.name,
    favourite_category: CATEGORIES[person.favourite]?.name ?? 'Linge de lit',
    customer_since: since,
    loyalty_tier: tierOf(life),
    loyalty_points: Math.floor(life.spentCents / 100),
    orders_count: life.orders,
    total_spent: euros(life.spentCents),
    newsletter: life.newsletter,
    sms_optin: person.sms && life.marketing,
  }
}

function record(
  life: Life,
  at: number,
  identity: { userId: string; traits?: Record<string, unknown> },
): Draft {
  const { userId, traits = {} } = identity
  return {
    at,
    source: 'crm',
    owner: life.person.index,
    message: { ...head(life, userId), type: 'identify', traits },
  }
}

function head(life: Life, userId: string): Pick<Draft['message'], 'userId' | 'context'> {
  const card = userId === life.person.userId ? life.person.loyaltyCard : null
  return {
    userId,
    context: {
      library: { name: 'lorival-crm', version: '7.2' },
      ...(card ? { externalIds: [cardId(card)] } : {}),
      consent: consentOf(life),
    },
  }
}
