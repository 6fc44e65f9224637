import { folded } from '../../profile/index.ts'
import type { LocalText } from '../names.ts'
import type { HabitShare } from './habitShares.ts'
import { SLOT_HOURS } from './habitShares.ts'
import type { Weight } from './significance.ts'
import type { TraitShare } from './traitShares.ts'

/** Something that is over-represented in a segment, as the API tells it. */
export type Finding = {
  /** `trait`, or what the events tell: `event`, `source`, `slot`, `weekday`, `category`, … */
  kind: string
  /** The path of a trait; of a habit its value. */
  key: string
  /** What it is about and what it is, for people: "Ville" and "Lyon". */
  subject: LocalText
  value: LocalText
  n: number
  of: number
  baseN: number
  baseOf: number
  share: number
  baseShare: number
  lift: number
  /** The rule of the segment asks for this trait or event: no wonder that it is found. */
  inRule: boolean
  /** Whom the list of people shows for `trait.<key>=`; null where it cannot be asked. */
  filter: string | null
  sentence: LocalText
}

export type Naming = {
  days: number
  /** Traits (`trait:city`) and events (`event:Order Completed`) that the rule names. */
  inRule: ReadonlySet<string>
  label(kind: 'trait' | 'event', name: string): LocalText
  source(number: number): string
  /** A text as it is written, from the form in which texts are compared. */
  spelling(text: string): string
}

type Told = {
  kind: string
  key: string
  subject: LocalText
  value: LocalText
  /** "42 % …": what they have or do. */
  words: LocalText
  inRule: boolean
  filter: string | null
}

const both = (text: string): LocalText => ({ fr: text, en: text })

/** A finding with its names and its sentence in both languages. */
export function findingOf(
  found: { of: TraitShare | HabitShare; weight: Weight },
  naming: Naming,
): Finding {
  const { of: about, weight } = found
  const { words, ...told } = 'trait' in about ? trait(about, naming) : habit(about, naming)
  const { n, of, baseN, baseOf } = about
  const { share, baseShare, lift } = weight
  return {
    ...told,
    ...{ n, of, baseN, baseOf, share, baseShare, lift },
    sentence: {
      fr: `${percent('fr', share)} ${words.fr}, contre ${percent('fr', baseShare)} de la base`,
      en: `${percent('en', share)} ${words.en}, against ${percent('en', baseShare)} of the base`,
    },
  }
}

function trait(share: TraitShare, naming: Naming): Told {
  const subject = naming.label('trait', share.trait)
  const value = share.range ? rangeWords(share.range) : valueWords(share)
  return {
    kind: 'trait',
    key: share.trait,
    subject,
    value,
    words: {
      fr: `ont pour ${subject.fr} : ${value.fr}`,
      en: `have ${subject.en}: ${value.en}`,
    },
    inRule: naming.inRule.has(`trait:${share.trait}`),
    filter: share.range ? null : filterOf(share),
  }
}

/** The list compares texts as segments do, and everything else as it was received. */
const filterOf = ({ value }: TraitShare): string => value ?? ''

const YES_NO: Record<string, LocalText> = {
  true: { fr: 'oui', en: 'yes' },
  false: { fr: 'non', en: 'no' },
}

function valueWords({ value, raw }: TraitShare): LocalText {
  const text = value ?? ''
  if ((raw === 'true' || raw === 'false') && YES_NO[text]) return YES_NO[text]
  const received: unknown = raw === '' ? null : JSON.parse(raw)
  const texts = Array.isArray(received) ? received : [received]
  const spelled = texts.find((one) => typeof one === 'string' && folded(one) === text)
  return both(typeof spelled === 'string' ? spelled : text)
}

function rangeWords({ from, to }: NonNullable<TraitShare['range']>): LocalText {
  const [low, high] = [from ?? 0, to ?? 0]
  if (from === null) {
    return { fr: `moins de ${number('fr', high)}`, en: `less than ${number('en', high)}` }
  }
  if (to === null) {
    return { fr: `${number('fr', low)} ou plus`, en: `${number('en', low)} or more` }
  }
  return {
    fr: `de ${number('fr', low)} à ${number('fr', high)}`,
    en: `${number('en', low)} to ${number('en', high)}`,
  }
}

function habit(share: HabitShare, naming: Naming): Told {
  const told = HABIT_WORDS[share.habit](share.value, naming)
  return {
    kind: share.habit,
    key: share.value,
    ...told,
    inRule: eventsOf(share).some((name) => naming.inRule.has(`event:${name}`)),
    filter: null,
  }
}

/** The events that a habit is made of. */
function eventsOf({ habit, value }: HabitShare): readonly string[] {
  if (habit === 'path') return stepsOf(value)
  return habit === 'event' ? [value] : []
}

const stepsOf = (value: string) => JSON.parse(value) as [string, string]

type HabitWords = Pick<Told, 'subject' | 'value' | 'words'>

const PRODUCT_SUBJECTS = {
  category: { fr: 'Rayon', en: 'Category' },
  brand: { fr: 'Marque', en: 'Brand' },
  product: { fr: 'Produit', en: 'Product' },
} as const

const product =
  (kind: keyof typeof PRODUCT_SUBJECTS) =>
  (text: string, { spelling }: Naming): HabitWords => {
    const value = spelling(text)
    return {
      subject: PRODUCT_SUBJECTS[kind],
      value: both(value),
      words: {
        fr: `se sont intéressées à « ${value} »`,
        en: `took an interest in “${value}”`,
      },
    }
  }

const HABIT_WORDS: Record<HabitShare['habit'], (value: string, naming: Naming) => HabitWords> = {
  event: (name, { label, days }) => {
    const value = label('event', name)
    return {
      subject: { fr: 'A fait', en: 'Did' },
      value,
      words: {
        fr: `ont fait « ${value.fr} » en ${days} jours`,
        en: `did “${value.en}” in ${days} days`,
      },
    }
  },
  source: (number_, { source, days }) => {
    const value = source(Number(number_))
    return {
      subject: { fr: 'Canal', en: 'Channel' },
      value: both(value),
      words: {
        fr: `sont passées par ${value} en ${days} jours`,
        en: `used ${value} in ${days} days`,
      },
    }
  },
  slot: (text) => {
    const [from, to] = [Number(text), Number(text) + SLOT_HOURS]
    const value = { fr: `de ${from} h à ${to} h`, en: `${from}:00 to ${to}:00` }
    return {
      subject: { fr: 'Heures', en: 'Hours' },
      value,
      words: { fr: `viennent surtout ${value.fr}`, en: `mostly come from ${value.en}` },
    }
  },
  weekday: (text) => {
    const day = (locale: string) =>
      // 5 January 1970 was a Monday.
      new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(
        Date.UTC(1970, 0, 4 + Number(text)),
      )
    return {
      subject: { fr: 'Jour', en: 'Day' },
      value: { fr: day('fr-FR'), en: day('en-GB') },
      words: { fr: `viennent surtout le ${day('fr-FR')}`, en: `mostly come on ${day('en-GB')}s` },
    }
  },
  category: product('category'),
  brand: product('brand'),
  product: product('product'),
  path: (steps, { label }) => {
    const [first, second] = stepsOf(steps)
    const [from, to] = [label('event', first), label('event', second)]
    return {
      subject: { fr: 'Parcours', en: 'Path' },
      value: { fr: `${from.fr} → ${to.fr}`, en: `${from.en} → ${to.en}` },
      words: {
        fr: `ont enchaîné « ${from.fr} » puis « ${to.fr} »`,
        en: `did “${from.en}”, then “${to.en}”`,
      },
    }
  },
}

const LOCALES = { fr: 'fr-FR', en: 'en-GB' } as const

const number = (language: 'fr' | 'en', value: number): string =>
  new Intl.NumberFormat(LOCALES[language]).format(value)

const percent = (language: 'fr' | 'en', share: number): string =>
  new Intl.NumberFormat(LOCALES[language], {
    style: 'percent',
    maximumFractionDigits: share < 0.1 ? 1 : 0,
  }).format(share)
