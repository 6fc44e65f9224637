import type { Operand, Scalar, Window } from './rule.ts'

/** Writes what a rule compares with, as people write it. */
export function operandText(operand: Operand | undefined, language: 'fr' | 'en'): string {
  if (operand === undefined) return ''
  if (Array.isArray(operand)) return operand.map((one) => scalarText(one, language)).join(', ')
  if (typeof operand === 'object') return windowText(operand, language)
  return scalarText(operand, language)
}

function scalarText(value: Scalar, language: 'fr' | 'en'): string {
  if (typeof value === 'number') {
    return new Intl.NumberFormat(language === 'fr' ? 'fr-FR' : 'en-GB')
      .format(value)
      .replaceAll('\u202f', '\u00a0')
  }
  if (typeof value === 'boolean') {
    return language === 'fr' ? (value ? 'vrai' : 'faux') : String(value)
  }
  return language === 'fr' ? `« ${value} »` : `“${value}”`
}

const units = {
  fr: { minutes: ['minute', 'minutes'], hours: ['heure', 'heures'], days: ['jour', 'jours'] },
  en: { minutes: ['minute', 'minutes'], hours: ['hour', 'hours'], days: ['day', 'days'] },
} as const

export function windowText(window: Window, language: 'fr' | 'en'): string {
  const [unit, amount] = Object.entries(window)[0] as [keyof (typeof units)['fr'], number]
  return `${amount} ${units[language][unit][amount < 2 ? 0 : 1]}`
}
