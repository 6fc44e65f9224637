// What must never leave the page from a form: passwords, payment cards, one-time codes. Pure.

/** The facts about a form field that decide whether its value may be captured. */
export type FieldFacts = {
  type: string
  name: string
  id: string
  autocomplete: string
  /** It is, or once was, a password field (a "show password" button changes the type). */
  wasPassword: boolean
  /** It or an ancestor carries data-clientele-ignore. */
  ignored: boolean
  values: readonly string[]
}

const SECRET_TYPES = new Set(['password', 'hidden', 'file', 'submit', 'button', 'reset', 'image'])
const SECRET_AUTOCOMPLETE = /(^|\s)(cc-[a-z-]+|(current|new)-password|one-time-code)(\s|$)/i
// Names that sites give to such fields when they do not say it by type or autocomplete.
const SECRET_NAME =
  /pass(word|wd|phrase|code)|pwd|mot_?-?de_?-?passe|secret|token|cv[cnv]|iban|credit|cryptogram/i
const SECRET_WORD = /(^|[^a-z])(pass|mdp|otp|pin|csc|cc|pan|ssn)([^a-z]|$)/i
const CARD_NAME = /(card|carte)[\s_-]?(n(um|r|o|°)|exp|code|owner|holder|banc|bleue)/i
/** A shop's own card is how it knows its customers; its value is still checked like any other. */
const LOYALTY_NAME = /loyal|fid[eé]l|member|adh[eé]rent/i

const CARD_DIGITS_MIN = 13
const CARD_DIGITS_MAX = 19

/** The check that every payment card number passes and nine of ten other numbers fail. */
export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let back = 0; back < digits.length; back++) {
    const digit = Number(digits[digits.length - 1 - back])
    const doubled = back % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return digits.length > 0 && sum % 10 === 0
}

/** True when a text holds a card number anywhere, its digits together or in groups. */
export function holdsCardNumber(text: string): boolean {
  // Groups may be parted by anything a person types between them.
  for (const [run] of text.matchAll(/\d(?:[\s.\-_/]{0,3}\d){12,}/g)) {
    const digits = run.replace(/\D/g, '')
    for (let from = 0; from + CARD_DIGITS_MIN <= digits.length; from++) {
      const longest = Math.min(CARD_DIGITS_MAX, digits.length - from)
      for (let length = CARD_DIGITS_MIN; length <= longest; length++) {
        const part = digits.slice(from, from + length)
        // Inside a longer run only a card's own first digits count, or chance would find many.
        const whole = length === digits.length
        if ((whole || /^[3-6]/.test(part)) && passesLuhn(part)) return true
      }
    }
  }
  return false
}

function isSecretName(name: string): boolean {
  if (SECRET_NAME.test(name) || SECRET_WORD.test(name)) return true
  return CARD_NAME.test(name) && !LOYALTY_NAME.test(name)
}

/** True when the field's value must not be captured. `secrets`: values of password fields. */
export function isSecret(field: FieldFacts, secrets: ReadonlySet<string>): boolean {
  return (
    field.ignored ||
    field.wasPassword ||
    SECRET_TYPES.has(field.type) ||
    SECRET_AUTOCOMPLETE.test(field.autocomplete) ||
    isSecretName(field.name) ||
    isSecretName(field.id) ||
    // A password typed a second time into a plain field is still the password.
    field.values.some((value) => secrets.has(value) || holdsCardNumber(value))
  )
}

const ADDRESS_SAFE = /^https?:$/

/** A link without query and fragment, where tokens and personal data travel; others as a scheme. */
export function plainAddress(href: string, base: string): string | undefined {
  try {
    const url = new URL(href, base)
    return ADDRESS_SAFE.test(url.protocol) ? url.origin + url.pathname : url.protocol
  } catch {
    return undefined
  }
}
