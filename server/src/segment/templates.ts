import type { LocalText } from './answer.ts'
import type { Rule } from './rule.ts'
import { type KnownNames, type Say, type Word, wordsIn } from './vocabulary.ts'

/** A rule to begin with, in the words of the workspace's own data. */
export type Template = {
  key: string
  name: LocalText
  description: LocalText
  /** What the workspace's data lacks for it; the rule then holds the usual name instead. */
  missing: LocalText[]
} & ({ rule: Rule } | { classes: { name: LocalText; rule: Rule }[]; otherwise: LocalText })

/** The templates, each with the names of events and traits that the workspace has. */
export function templatesFor(known: KnownNames): Template[] {
  const words = wordsIn(known)
  return DRAWN.map(({ uses, draw, ...template }) => {
    return { ...template, missing: words.missing(uses), ...draw(words.say) }
  })
}

/** The property in which an order says what it cost, as the `Order Completed` of Segment has it. */
const AMOUNT = 'total'

type Drawn = { rule: Rule } | { classes: { name: LocalText; rule: Rule }[]; otherwise: LocalText }
type Drawing = Pick<Template, 'key' | 'name' | 'description'> & {
  uses: readonly Word[]
  draw(say: Say): Drawn
}

const atLeast = (did: string, count: number, days: number): Rule => {
  return { did, times: { op: 'atLeast', count }, within: { days } }
}
const never = (did: string, days: number): Rule => {
  return { did, times: { op: 'atMost', count: 0 }, within: { days } }
}
const spent = (did: string, value: number, days: number): Rule => {
  const within = { days }
  return { measure: 'sum', of: { did }, property: AMOUNT, within, op: 'greaterOrEqual', value }
}

const DRAWN: readonly Drawing[] = [
  {
    key: 'best_customers',
    name: { fr: 'Meilleurs clients', en: 'Best customers' },
    description: {
      fr: 'Au moins 3 achats et 500 de chiffre d’affaires en un an.',
      en: 'At least 3 purchases and 500 of revenue within a year.',
    },
    uses: ['order'],
    draw: (say) => {
      return { rule: { all: [atLeast(say('order'), 3, 365), spent(say('order'), 500, 365)] } }
    },
  },
  {
    key: 'at_risk',
    name: { fr: 'Clients à risque', en: 'Customers at risk' },
    description: {
      fr: 'Au moins 2 achats en un an, mais aucun depuis 90 jours.',
      en: 'At least 2 purchases within a year, but none for 90 days.',
    },
    uses: ['order'],
    draw: (say) => {
      return { rule: { all: [atLeast(say('order'), 2, 365), never(say('order'), 90)] } }
    },
  },
  {
    key: 'abandoned_cart',
    name: { fr: 'Paniers abandonnés', en: 'Abandoned carts' },
    description: {
      fr: 'Un ajout au panier ces 2 derniers jours, sans achat dans les 4 heures.',
      en: 'An addition to the cart in the last 2 days, without a purchase within 4 hours.',
    },
    uses: ['cart', 'order'],
    draw: (say) => ({
      rule: {
        sequence: [{ did: say('cart') }, { did: say('order') }],
        within: { hours: 4 },
        missing: true,
        begun: { days: 2 },
      },
    }),
  },
  {
    key: 'birthday_week',
    name: { fr: 'Anniversaire dans la semaine', en: 'Birthday this week' },
    description: {
      fr: 'Leur anniversaire est aujourd’hui ou dans les 7 prochains jours.',
      en: 'Their birthday is today or within the next 7 days.',
    },
    uses: ['birthday'],
    draw: (say) => {
      return { rule: { trait: say('birthday'), op: 'anniversary', value: { before: 0, after: 7 } } }
    },
  },
  {
    key: 'contract_ending',
    name: { fr: 'Contrat bientôt terminé', en: 'Contract ending soon' },
    description: {
      fr: 'Un contrat ou un abonnement prend fin dans les 30 prochains jours.',
      en: 'A contract or a subscription ends within the next 30 days.',
    },
    uses: ['contract', 'contractEnd'],
    draw: (say) => ({
      rule: {
        object: say('contract'),
        where: [{ property: say('contractEnd'), op: 'withinNext', value: { days: 30 } }],
        times: { op: 'atLeast', count: 1 },
      },
    }),
  },
  {
    key: 'newsletter_inactive',
    name: { fr: 'Abonnés inactifs', en: 'Inactive subscribers' },
    description: {
      fr: 'Abonnés à la newsletter qui n’ont ouvert aucun e-mail depuis 90 jours.',
      en: 'Newsletter subscribers who have opened no e-mail for 90 days.',
    },
    uses: ['newsletter', 'opened'],
    draw: (say) => ({
      rule: { all: [{ trait: say('newsletter'), op: 'isTrue' }, never(say('opened'), 90)] },
    }),
  },
  {
    key: 'rfm_groups',
    name: { fr: 'Groupes RFM', en: 'RFM groups' },
    description: {
      fr: 'Récence, fréquence et montant des achats : chacun est dans un groupe et un seul.',
      en: 'Recency, frequency and amount of purchases: everyone is in one group and one only.',
    },
    uses: ['order'],
    draw: (say) => ({
      classes: [
        {
          name: { fr: 'Champions', en: 'Champions' },
          rule: {
            all: [
              atLeast(say('order'), 1, 30),
              atLeast(say('order'), 4, 365),
              spent(say('order'), 500, 365),
            ],
          },
        },
        {
          name: { fr: 'Fidèles', en: 'Loyal' },
          rule: { all: [atLeast(say('order'), 1, 90), atLeast(say('order'), 3, 365)] },
        },
        { name: { fr: 'Prometteurs', en: 'Promising' }, rule: atLeast(say('order'), 1, 90) },
        { name: { fr: 'À risque', en: 'At risk' }, rule: atLeast(say('order'), 2, 365) },
        { name: { fr: 'Endormis', en: 'Asleep' }, rule: atLeast(say('order'), 1, 730) },
      ],
      otherwise: { fr: 'Sans achat', en: 'Without a purchase' },
    }),
  },
]
