import type { LocalText } from './answer.ts'
import type { Spec } from './rule.ts'
import { type KnownNames, type Say, type Word, wordsIn } from './vocabulary.ts'

/** Computed traits to begin with, in the words of the workspace's own data. */

export type TraitTemplate = {
  /** What the trait would be called by rules, where that key is free. */
  key: string
  name: LocalText
  description: LocalText
  /** What the workspace's data lacks for it; the definition then holds the usual name instead. */
  missing: LocalText[]
  definition: Spec
}

/** The templates; which events and properties are meant is looked up in what was seen. */
export function traitTemplatesFor(known: KnownNames): TraitTemplate[] {
  const words = wordsIn(known)
  return DRAWN.map(({ uses, draw, ...template }) => {
    return { ...template, missing: words.missing(uses), definition: draw(words.say) }
  })
}

type Drawing = Omit<TraitTemplate, 'missing' | 'definition'> & {
  uses: readonly Word[]
  draw(say: Say): Spec
}

const YEAR = { days: 365 }
const MONTH = { days: 30 }

/** A purchase, or a visit, within a period. */
const ofWord = (say: Say, word: Word, within: { days: number } | null) => {
  return { of: { did: say(word) }, within }
}

const DRAWN: readonly Drawing[] = [
  {
    key: 'revenue',
    name: { fr: 'Chiffre d’affaires', en: 'Revenue' },
    description: { fr: 'Total des achats sur un an.', en: 'Total of the purchases of a year.' },
    uses: ['order', 'amount'],
    draw: (say) => ({ measure: 'sum', property: say('amount'), ...ofWord(say, 'order', YEAR) }),
  },
  {
    key: 'orders',
    name: { fr: 'Nombre d’achats', en: 'Number of purchases' },
    description: { fr: 'Combien d’achats en un an.', en: 'How many purchases within a year.' },
    uses: ['order'],
    draw: (say) => ({ measure: 'count', ...ofWord(say, 'order', YEAR) }),
  },
  {
    key: 'orders_monthly',
    name: { fr: 'Fréquence d’achat', en: 'Purchase frequency' },
    description: {
      fr: 'Combien d’achats ces 30 derniers jours.',
      en: 'How many purchases in the last 30 days.',
    },
    uses: ['order'],
    draw: (say) => ({ measure: 'count', ...ofWord(say, 'order', MONTH) }),
  },
  {
    key: 'order_interval',
    name: { fr: 'Intervalle entre achats', en: 'Purchase interval' },
    description: {
      fr: 'Nombre moyen de jours d’un achat au suivant, dès le deuxième.',
      en: 'Mean number of days from one purchase to the next, from the second on.',
    },
    uses: ['order'],
    draw: (say) => ({ daysBetween: 'mean', ...ofWord(say, 'order', null) }),
  },
  {
    key: 'visits',
    name: { fr: 'Nombre de visites', en: 'Number of visits' },
    description: { fr: 'Combien de visites en un an.', en: 'How many visits within a year.' },
    uses: ['visit'],
    draw: (say) => ({ measure: 'count', ...ofWord(say, 'visit', YEAR) }),
  },
  {
    key: 'visits_monthly',
    name: { fr: 'Fréquence de visite', en: 'Visit frequency' },
    description: {
      fr: 'Combien de visites ces 30 derniers jours.',
      en: 'How many visits in the last 30 days.',
    },
    uses: ['visit'],
    draw: (say) => ({ measure: 'count', ...ofWord(say, 'visit', MONTH) }),
  },
  {
    key: 'basket',
    name: { fr: 'Panier moyen', en: 'Average basket' },
    description: {
      fr: 'Montant moyen d’un achat sur un an.',
      en: 'Average amount of a purchase within a year.',
    },
    uses: ['order', 'amount'],
    draw: (say) => ({ measure: 'average', property: say('amount'), ...ofWord(say, 'order', YEAR) }),
  },
  {
    key: 'favourite_range',
    name: { fr: 'Rayon préféré', en: 'Favourite product range' },
    description: {
      fr: 'Le rayon acheté le plus souvent en un an.',
      en: 'The product range bought most often within a year.',
    },
    uses: ['order', 'range'],
    draw: (say) => ({ mostFrequent: say('range'), ...ofWord(say, 'order', YEAR) }),
  },
  {
    key: 'ranges',
    name: { fr: 'Rayons achetés', en: 'Product ranges bought' },
    description: {
      fr: 'Tous les rayons achetés en un an, le dernier d’abord.',
      en: 'All product ranges bought within a year, the last one first.',
    },
    uses: ['order', 'range'],
    draw: (say) => ({ uniqueList: say('range'), ...ofWord(say, 'order', YEAR) }),
  },
  {
    key: 'favourite_channel',
    name: { fr: 'Canal préféré', en: 'Preferred channel' },
    description: {
      fr: 'Le canal de la plupart des achats d’un an.',
      en: 'The channel of most purchases of a year.',
    },
    uses: ['order', 'channel'],
    draw: (say) => ({ mostFrequent: say('channel'), ...ofWord(say, 'order', YEAR) }),
  },
  {
    key: 'favourite_shop',
    name: { fr: 'Boutique préférée', en: 'Preferred shop' },
    description: {
      fr: 'La boutique de la plupart des achats d’un an.',
      en: 'The shop of most purchases of a year.',
    },
    uses: ['order', 'shop'],
    draw: (say) => ({ mostFrequent: say('shop'), ...ofWord(say, 'order', YEAR) }),
  },
  {
    key: 'usual_hour',
    name: { fr: 'Heure préférée', en: 'Preferred hour' },
    description: {
      fr: 'L’heure de la plupart des visites de 90 jours.',
      en: 'The hour of most visits of 90 days.',
    },
    uses: ['visit'],
    draw: (say) => ({ usualTime: 'hour', ...ofWord(say, 'visit', { days: 90 }) }),
  },
  {
    key: 'days_since_order',
    name: { fr: 'Jours depuis le dernier achat', en: 'Days since the last purchase' },
    description: { fr: 'Change chaque jour, tout seul.', en: 'Changes every day, by itself.' },
    uses: ['order'],
    draw: (say) => ({ daysSince: 'last', ...ofWord(say, 'order', null) }),
  },
  {
    key: 'rfm',
    name: { fr: 'Groupe RFM', en: 'RFM group' },
    description: {
      fr: 'Récence, fréquence et montant des achats de deux ans, en groupes.',
      en: 'Recency, frequency and amount of the purchases of two years, in groups.',
    },
    uses: ['order', 'amount'],
    draw: (say) => {
      return { rfm: { did: say('order') }, monetary: say('amount'), within: { days: 730 } }
    },
  },
]
