import type { LocalText } from '../answer.ts'
import * as dates from './dates.ts'
import * as logic from './logic.ts'
import * as numbers from './numbers.ts'
import * as texts from './texts.ts'
import type { FormulaFunction } from './tree.ts'

/** All that a formula may call, as it is written and as people are told of it. */
export type Documented = {
  name: string
  /** `call`: f(x); `method`: x.f(y). */
  form: 'call' | 'method'
  made: FormulaFunction
  signature: string
  words: LocalText
  example: string
}

/** Operators by the name that the parser gives them, of two operands or of one. */
export const OPERATORS: Readonly<Record<string, readonly FormulaFunction[]>> = {
  '+': [numbers.plus, texts.concat],
  '-': [numbers.minus],
  '*': [numbers.times],
  '/': [numbers.over],
  '-_': [numbers.negative],
  '==': [logic.equal],
  '!=': [logic.unequal],
  '<': [logic.less],
  '<=': [logic.lessOrEqual],
  '>': [logic.greater],
  '>=': [logic.greaterOrEqual],
  '&&': [logic.and],
  '||': [logic.or],
  '!_': [logic.not],
  '?:': [logic.choice],
}

const called = (
  name: string,
  made: FormulaFunction,
  doc: Pick<Documented, 'signature' | 'words' | 'example'>,
): Documented => {
  return { name, form: 'call', made, ...doc }
}

export const FUNCTIONS: readonly Documented[] = [
  called('coalesce', logic.coalesce, {
    signature: 'coalesce(x, y, …)',
    words: { fr: 'la première qui a une valeur', en: 'the first that has a value' },
    example: 'coalesce(basket, 0)',
  }),
  called('abs', numbers.absolute, {
    signature: 'abs(number)',
    words: { fr: 'sans son signe', en: 'without its sign' },
    example: 'abs(balance)',
  }),
  called('floor', numbers.floor, {
    signature: 'floor(number)',
    words: { fr: 'le nombre entier au-dessous', en: 'the whole number below' },
    example: 'floor(revenue / 100)',
  }),
  called('ceil', numbers.ceil, {
    signature: 'ceil(number)',
    words: { fr: 'le nombre entier au-dessus', en: 'the whole number above' },
    example: 'ceil(points / 10)',
  }),
  called('min', logic.least, {
    signature: 'min(x, y, …)',
    words: { fr: 'le plus petit, ou le premier en date', en: 'the least, or the earliest' },
    example: 'min(points, 100)',
  }),
  called('max', logic.greatest, {
    signature: 'max(x, y, …)',
    words: { fr: 'le plus grand, ou le dernier en date', en: 'the greatest, or the latest' },
    example: 'max(last_order, last_visit)',
  }),
  {
    name: 'contains',
    form: 'method',
    made: texts.contains,
    signature: 'text.contains(text)',
    words: { fr: 'contient ce texte', en: 'has this text in it' },
    example: 'text(city).contains("saint")',
  },
  {
    name: 'startsWith',
    form: 'method',
    made: texts.startsWith,
    signature: 'text.startsWith(text)',
    words: { fr: 'commence par ce texte', en: 'begins with this text' },
    example: 'text(postcode).startsWith("75")',
  },
  {
    name: 'endsWith',
    form: 'method',
    made: texts.endsWith,
    signature: 'text.endsWith(text)',
    words: { fr: 'finit par ce texte', en: 'ends with this text' },
    example: 'text(email).endsWith(".fr")',
  },
  called('size', texts.size, {
    signature: 'size(text)',
    words: { fr: 'nombre de caractères', en: 'how many characters it has' },
    example: 'size(favourite_shop) > 3',
  }),
  called('year', dates.year, {
    signature: 'year(date)',
    words: { fr: 'l’année', en: 'the year' },
    example: 'year(first_order)',
  }),
  called('month', dates.month, {
    signature: 'month(date)',
    words: { fr: 'le mois, de 1 à 12', en: 'the month, 1 to 12' },
    example: 'month(date(birthday)) == 5',
  }),
  called('day', dates.day, {
    signature: 'day(date)',
    words: { fr: 'le jour du mois', en: 'the day of the month' },
    example: 'day(last_order)',
  }),
  called('weekday', dates.weekday, {
    signature: 'weekday(date)',
    words: { fr: 'le jour de semaine, 1 = lundi', en: 'the day of the week, 1 = Monday' },
    example: 'weekday(last_order) >= 6',
  }),
  called('hour', dates.hour, {
    signature: 'hour(date)',
    words: { fr: 'l’heure, de 0 à 23', en: 'the hour, 0 to 23' },
    example: 'hour(last_visit) < 12',
  }),
  called('daysBetween', dates.daysBetween, {
    signature: 'daysBetween(date, date)',
    words: {
      fr: 'jours du calendrier, du premier au second',
      en: 'days of the calendar, from the first to the second',
    },
    example: 'daysBetween(first_order, last_order)',
  }),
  called('hoursBetween', dates.hoursBetween, {
    signature: 'hoursBetween(date, date)',
    words: {
      fr: 'heures entières, de la première à la seconde date',
      en: 'whole hours, from the first to the second',
    },
    example: 'hoursBetween(last_visit, last_order)',
  }),
]

/** What is no plain function: it says how a trait is read, or takes only a written value. */
export const FORMS: readonly Omit<Documented, 'made' | 'form'>[] = [
  {
    name: 'has',
    signature: 'has(trait)',
    words: { fr: 'si le trait a une valeur', en: 'whether the trait has a value' },
    example: 'has(last_order) ? 1 : 0',
  },
  {
    name: 'number',
    signature: 'number(trait)',
    words: { fr: 'le trait lu comme un nombre', en: 'the trait, read as a number' },
    example: 'number(points) * 2',
  },
  {
    name: 'text',
    signature: 'text(trait)',
    words: {
      fr: 'le trait, ou un nombre, comme un texte',
      en: 'the trait, or a number, as a text',
    },
    example: 'text(city) + " " + text(postcode)',
  },
  {
    name: 'boolean',
    signature: 'boolean(trait)',
    words: { fr: 'le trait lu comme vrai ou faux', en: 'the trait, read as true or false' },
    example: 'boolean(vip) && revenue > 500',
  },
  {
    name: 'date',
    signature: 'date(trait)',
    words: {
      fr: 'le trait, ou une date écrite, comme une date',
      en: 'the trait, or a written date, as a date',
    },
    example: 'date(birthday) < date("2000-01-01")',
  },
  {
    name: 'trait',
    signature: 'trait("name")',
    words: {
      fr: 'un trait dont le nom a d’autres signes que lettres et chiffres',
      en: 'a trait whose name has other signs than letters and digits',
    },
    example: 'number(trait("points fidélité"))',
  },
  {
    name: 'round',
    signature: 'round(number, digits)',
    words: {
      fr: 'arrondi à tant de chiffres après la virgule, 0 si rien n’est dit',
      en: 'rounded to so many digits behind the point, 0 where none are said',
    },
    example: 'round(revenue / orders, 2)',
  },
  {
    name: 'in',
    signature: 'x in [a, b, …]',
    words: {
      fr: 'est l’un de ceux-ci ; un texte peut aussi être dans un trait qui est une liste',
      en: 'is one of these; a text may also be in a trait that is a list',
    },
    example: '"shoes" in categories',
  },
]
