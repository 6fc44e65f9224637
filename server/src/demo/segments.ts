import { STAFF_SIGNS } from './population.ts'

/** A name in each language of the screens. */
export type Names = { fr: string; en: string }

export type DemoSegment = {
  key: string
  name: Names
  description: Names
  /** The rule, in the segment language of the API. */
  tree: Record<string, unknown>
}

type Where = { property: string; op: string; value: unknown }

const did = (
  event: string,
  rule: { where?: Where[]; atLeast?: number; atMost?: number; days?: number },
): Record<string, unknown> => ({
  did: event,
  where: rule.where ?? [],
  times:
    rule.atMost === undefined
      ? { op: 'atLeast', count: rule.atLeast ?? 1 }
      : { op: 'atMost', count: rule.atMost },
  within: rule.days === undefined ? null : { days: rule.days },
})

const trait = (name: string, op: string, value?: unknown) =>
  value === undefined ? { trait: name, op } : { trait: name, op, value }

const channel = (value: string): Where => ({ property: 'channel', op: 'equals', value })

/** Who of the shop's people is staff, or a test; for the setting of the API. */
const demoStaff = {
  domains: [STAFF_SIGNS.domain],
  emails: [STAFF_SIGNS.part],
  trait: null,
  list: null,
}

/** The segments a shop like this one would begin with; to be created through the API. */
const demoSegments: readonly DemoSegment[] = [
  {
    key: 'abandoned_cart',
    name: { fr: 'Paniers abandonnés', en: 'Abandoned carts' },
    description: {
      fr: 'Ont ajouté un article ces 3 derniers jours sans commander.',
      en: 'Added a product in the last 3 days and did not order.',
    },
    tree: {
      all: [did('Product Added', { days: 3 }), did('Order Completed', { atMost: 0, days: 3 })],
    },
  },
  {
    key: 'big_baskets',
    name: { fr: 'Gros paniers', en: 'Big baskets' },
    description: {
      fr: 'Une commande de plus de 250 € ces 30 derniers jours.',
      en: 'An order above €250 in the last 30 days.',
    },
    tree: {
      all: [
        did('Order Completed', {
          where: [{ property: 'total', op: 'greater', value: 250 }],
          days: 30,
        }),
      ],
    },
  },
  {
    key: 'omnichannel',
    name: { fr: 'Clients omnicanaux', en: 'Omnichannel customers' },
    description: {
      fr: 'Ont acheté en boutique et en ligne en 60 jours.',
      en: 'Bought both in a shop and online within 60 days.',
    },
    tree: {
      all: [
        did('Order Completed', { where: [channel('store')], days: 60 }),
        {
          any: [
            did('Order Completed', { where: [channel('web')], days: 60 }),
            did('Order Completed', { where: [channel('app')], days: 60 }),
          ],
        },
      ],
    },
  },
  {
    key: 'silk_tier',
    name: { fr: 'Cercle Soie', en: 'Silk circle' },
    description: {
      fr: 'Les porteurs de carte du niveau le plus haut.',
      en: 'Card holders of the highest tier.',
    },
    tree: { all: [trait('loyalty_tier', 'equals', 'Soie')] },
  },
  {
    key: 'lyon_area',
    name: { fr: 'Autour de Lyon', en: 'Around Lyon' },
    description: {
      fr: 'Habitent Lyon ou ses environs ; à inviter à la soirée de la boutique.',
      en: 'Live in or near Lyon; to be invited to the shop’s evening.',
    },
    tree: {
      all: [trait('city', 'oneOf', ['Lyon', 'Villeurbanne', 'Caluire-et-Cuire'])],
    },
  },
  {
    key: 'bed_linen_interest',
    name: { fr: 'Intéressés par le linge de lit', en: 'Interested in bed linen' },
    description: {
      fr: 'Ont regardé au moins 2 articles de linge de lit en 14 jours, sans rien commander.',
      en: 'Looked at 2 or more bed-linen products in 14 days, and ordered nothing.',
    },
    tree: {
      all: [
        did('Product Viewed', {
          where: [{ property: 'category', op: 'equals', value: 'Linge de lit' }],
          atLeast: 2,
          days: 14,
        }),
        did('Order Completed', { atMost: 0, days: 14 }),
      ],
    },
  },
  {
    key: 'newsletter_readers',
    name: { fr: 'Lecteurs de la newsletter', en: 'Newsletter readers' },
    description: {
      fr: 'Ont ouvert au moins 2 e-mails en 30 jours et restent abonnés.',
      en: 'Opened 2 or more e-mails in 30 days and are still subscribed.',
    },
    tree: {
      all: [did('Email Opened', { atLeast: 2, days: 30 }), { not: trait('newsletter', 'isFalse') }],
    },
  },
  {
    key: 'unhappy',
    name: { fr: 'À rappeler', en: 'To call back' },
    description: {
      fr: 'Note de satisfaction de 6 ou moins, ou au moins 2 tickets en 30 jours.',
      en: 'A satisfaction score of 6 or less, or 2 or more tickets in 30 days.',
    },
    tree: {
      any: [
        did('NPS Answered', {
          where: [{ property: 'score', op: 'lessOrEqual', value: 6 }],
          days: 30,
        }),
        did('Ticket Opened', { atLeast: 2, days: 30 }),
      ],
    },
  },
  {
    key: 'late_tickets',
    name: { fr: 'Tickets en souffrance', en: 'Tickets that wait' },
    description: {
      fr: 'Un ticket est ouvert depuis plus de 48 heures.',
      en: 'A ticket has been open for more than 48 hours.',
    },
    tree: {
      all: [
        {
          object: 'ticket',
          where: [
            { property: 'status', op: 'equals', value: 'open' },
            { property: 'opened_at', op: 'olderThan', value: { hours: 48 } },
          ],
          times: { op: 'atLeast', count: 1 },
        },
      ],
    },
  },
  {
    key: 'ending_subscriptions',
    name: { fr: 'Abonnements à renouveler', en: 'Subscriptions to renew' },
    description: {
      fr: 'Un abonnement prend fin dans les 30 prochains jours.',
      en: 'A subscription ends within the next 30 days.',
    },
    tree: {
      all: [
        {
          object: 'subscription',
          where: [{ property: 'ends_at', op: 'withinNext', value: { days: 30 } }],
          times: { op: 'atLeast', count: 1 },
        },
      ],
    },
  },
  {
    key: 'win_back',
    name: { fr: 'À reconquérir', en: 'To win back' },
    description: {
      fr: 'Ont déjà commandé, mais pas ces 30 derniers jours.',
      en: 'Ordered before, but not in the last 30 days.',
    },
    tree: {
      all: [did('Order Completed', {}), did('Order Completed', { atMost: 0, days: 30 })],
    },
  },
]

export type DemoDestination = {
  name: Names
  kind: 'webhook'
  url: string
  /** The purpose a person must have agreed to. */
  purpose: string
  /** Keys of `demoSegments`; each entry and exit is sent. */
  segments: readonly string[]
}

/** The destinations of the demo; both send to the webhook at `url`. */
export function demoDestinations(url: string): readonly DemoDestination[] {
  return [
    {
      name: { fr: 'Relance de panier (webhook)', en: 'Cart reminder (webhook)' },
      kind: 'webhook',
      url,
      purpose: 'marketing',
      segments: ['abandoned_cart', 'big_baskets'],
    },
    {
      name: { fr: 'Rappel du service client (webhook)', en: 'Customer care call (webhook)' },
      kind: 'webhook',
      url,
      purpose: 'service',
      segments: ['unhappy'],
    },
  ]
}

/** What the shop sets up before anybody comes: its segments, and who of its people is staff. */
export const demoAudience = { segments: demoSegments, staff: demoStaff }
