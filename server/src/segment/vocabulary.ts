import type { LocalText } from './answer.ts'

/** What templates speak of, in the names that a workspace's data has for it. */

/**
 * Names that the workspace's data has, the most frequent first. `properties`: paths of properties,
 * where they are looked at, as are types of `objects` and paths of their `attributes`.
 */
export type KnownNames = {
  events: readonly string[]
  traits: readonly string[]
  properties?: readonly string[]
  objects?: readonly string[]
  attributes?: readonly string[]
}

/** A thing that templates speak of, and what it is called here and there; the usual name first. */
const VOCABULARY = {
  order: {
    kind: 'events',
    names: ['Order Completed', 'Purchase', 'Order Placed', 'Checkout Completed', 'Commande'],
    called: { fr: 'un événement d’achat', en: 'an event for purchases' },
  },
  cart: {
    kind: 'events',
    names: ['Product Added', 'Add To Cart', 'Product Added To Cart', 'Cart Updated'],
    called: { fr: 'un événement d’ajout au panier', en: 'an event for additions to the cart' },
  },
  visit: {
    kind: 'events',
    names: ['Session Started', 'Page Viewed', 'Page View', 'Screen Viewed', 'Product Viewed'],
    called: { fr: 'un événement de visite', en: 'an event for visits' },
  },
  opened: {
    kind: 'events',
    names: ['Email Opened', 'Email Open', 'Newsletter Opened', 'Email Clicked'],
    called: { fr: 'un événement d’ouverture d’e-mail', en: 'an event for opened e-mails' },
  },
  birthday: {
    kind: 'traits',
    names: ['birthday', 'birthdate', 'birth_date', 'date_of_birth', 'dateOfBirth', 'birthDate'],
    called: { fr: 'une date de naissance', en: 'a date of birth' },
  },
  newsletter: {
    kind: 'traits',
    names: ['newsletter', 'newsletter_subscribed', 'newsletterOptIn', 'email_optin'],
    called: { fr: 'un abonnement à la newsletter', en: 'a newsletter subscription' },
  },
  amount: {
    kind: 'properties',
    names: ['total', 'revenue', 'amount', 'value', 'order_total', 'subtotal', 'price'],
    called: { fr: 'le montant de l’achat', en: 'the amount of a purchase' },
  },
  range: {
    kind: 'properties',
    names: ['products[].category', 'category', 'products[].range', 'range', 'department'],
    called: { fr: 'le rayon des produits achetés', en: 'the range of the products bought' },
  },
  channel: {
    kind: 'properties',
    names: ['channel', 'sales_channel', 'order_channel', 'canal'],
    called: { fr: 'le canal de l’achat', en: 'the channel of a purchase' },
  },
  shop: {
    kind: 'properties',
    names: ['shop', 'store', 'shop_name', 'store_name', 'magasin', 'affiliation'],
    called: { fr: 'la boutique de l’achat', en: 'the shop of a purchase' },
  },
  contract: {
    kind: 'objects',
    names: ['contract', 'subscription', 'policy', 'membership', 'contrat', 'abonnement'],
    called: { fr: 'des contrats ou abonnements', en: 'contracts or subscriptions' },
  },
  contractEnd: {
    kind: 'attributes',
    names: ['ends_at', 'end_date', 'ends_on', 'expires_at', 'expiry_date', 'valid_until'],
    called: { fr: 'une date de fin de contrat', en: 'a date at which contracts end' },
  },
} as const satisfies Record<
  string,
  { kind: keyof KnownNames; names: readonly [string, ...string[]]; called: LocalText }
>

export type Word = keyof typeof VOCABULARY

/** What a word is called in this workspace, or usually. */
export type Say = (word: Word) => string

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9[\]]/g, '')

/** The words of a workspace: what each is called, and which of them its data lacks. */
export function wordsIn(known: KnownNames): {
  say: Say
  missing(uses: readonly Word[]): LocalText[]
} {
  const nameOf = (word: Word): string | undefined => {
    const { kind, names } = VOCABULARY[word]
    const wanted: string[] = names.map(plain)
    const found = (known[kind] ?? []).filter((name) => wanted.includes(plain(name)))
    return found.sort((x, y) => wanted.indexOf(plain(x)) - wanted.indexOf(plain(y)))[0]
  }
  return {
    say: (word) => nameOf(word) ?? VOCABULARY[word].names[0],
    missing: (uses) =>
      uses.flatMap((word) => (nameOf(word) === undefined ? [VOCABULARY[word].called] : [])),
  }
}
