import parsePhoneNumber from 'libphonenumber-js'

/**
 * What a person without `profiles:reveal` sees instead of personal data. Masks have a fixed length,
 * so that they do not tell how long the hidden part is. Names stay: people have to be talked about.
 */
type Mask = (value: string) => string

const HIDDEN = '•••'
/** Values are at most this deep after the intake; what is deeper is hidden, not walked. */
const DEPTH_MAX = 32

// Also as it stands in an address of the web. The local part is bounded, so that a long text
// without an address takes linear time.
const EMAIL = /[^\s@<>"',;:()/?&=#]{1,64}(?:@|%40)[^\s@<>"',;:()/?&=#]+/gi
// Written the international way, or the French one; never inside a longer number.
const PHONE = /(?<![\d+])(?:\+\d{1,3}[ .-]?|0)(?:\(0\))?[1-9](?:[ .-]?\d{2}){4}(?!\d)/g
// What is masked stays as it is: several rooms may look at the same value.
const MASKED =
  /^(?:.?••••(?:.?•••)?(?:@|%40)[^@]*|(?:\+\d{1,3} \d )?••• •• \d{0,2}|••••-\d\d-\d\d|•••)$/u
const E164 = /^\+\d{7,15}$/

/** Keys are compared in lower case without separators: `date_of_birth` is `dateofbirth`. */
const MASKS = new Map<string, Mask>([
  ...named(maskEmail, ['email', 'mail', 'emailaddress', 'courriel', 'adressemail']),
  ...named(maskPhone, [
    'phone',
    'phonenumber',
    'mobile',
    'mobilephone',
    'homephone',
    'tel',
    'telephone',
    'telephonemobile',
    'portable',
    'whatsapp',
  ]),
  ...named(maskBirthday, [
    'birthday',
    'birthdate',
    'dateofbirth',
    'dob',
    'datenaissance',
    'datedenaissance',
  ]),
  ...named(hide, [
    'street',
    'streetaddress',
    'address1',
    'address2',
    'addressline1',
    'addressline2',
    'rue',
    'ip',
    'ipaddress',
    'iban',
    'bic',
    'ssn',
    'socialsecuritynumber',
    'nationalid',
    'numerosecuritesociale',
    'nir',
    'passport',
    'passportnumber',
    'creditcard',
    'cardnumber',
    'latitude',
    'longitude',
  ]),
])

/** These hold a street when they are text; an object is walked, so that city and country stay. */
const ADDRESSES = new Set(['address', 'adresse', 'postaladdress', 'shippingaddress'])
const ALSO_ADDRESSES = new Set(['billingaddress', 'deliveryaddress', 'adressepostale'])

/** The masked form of an identifier. A pseudonym (user_id, anonymous_id, a card) stays as it is. */
export function maskIdentifier(namespace: string, value: string): string {
  if (MASKED.test(value)) return value
  const mask = MASKS.get(plainKey(namespace))
  if (mask) return mask(value)
  if (value.includes('@')) return maskEmail(value)
  if (E164.test(value)) return maskPhone(value)
  return value
}

/** Whether somebody without `profiles:reveal` sees this trait masked, whatever its value. */
export function isPersonalTrait(key: string): boolean {
  const plain = plainKey(key)
  return MASKS.has(plain) || isAddress(plain)
}

/**
 * The masked form of a trait's (or property's) value: by its key, and for all other text by what it
 * holds, since people write addresses and numbers into any field. Objects and lists are walked.
 */
export function maskTrait(key: string, value: unknown): unknown {
  return maskAt(plainKey(key), value, 0)
}

function maskAt(plain: string, value: unknown, depth: number): unknown {
  if (depth > DEPTH_MAX) return HIDDEN
  if (Array.isArray(value)) return value.map((item) => maskAt(plain, item, depth + 1))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        maskText(key),
        maskAt(plainKey(key), inner, depth + 1),
      ]),
    )
  }
  const mask = MASKS.get(plain)
  if (typeof value === 'string') {
    if (MASKED.test(value)) return value
    if (mask) return mask(value)
    return isAddress(plain) ? HIDDEN : maskText(value)
  }
  // A number under a personal key (a phone without its plus, a birth instant) hides as well.
  return mask && typeof value === 'number' ? HIDDEN : value
}

function maskText(text: string): string {
  return text.replace(EMAIL, maskEmail).replace(PHONE, maskPhone)
}

function maskEmail(email: string): string {
  const at = email.includes('@') ? email.lastIndexOf('@') : email.lastIndexOf('%40')
  if (at < 1) return HIDDEN
  if (MASKED.test(email)) return email
  const [first = '', second = ''] = email.slice(0, at).split(/[._+-]/, 2)
  const local = `${initial(first)}••••${second === '' ? '' : `${initial(second)}${HIDDEN}`}`
  return `${local}${email.slice(at)}`
}

function maskPhone(phone: string): string {
  const end = phone.replace(/\D/g, '').slice(-2)
  const parsed = parsePhoneNumber(phone, 'FR')
  if (!parsed?.isPossible()) return `${HIDDEN} •• ${end}`
  return `+${parsed.countryCallingCode} ${parsed.nationalNumber.slice(0, 1)} ${HIDDEN} •• ${end}`
}

function maskBirthday(date: string): string {
  const monthAndDay = /^\d{4}-(\d{2}-\d{2})/.exec(date)?.[1]
  return monthAndDay ? `••••-${monthAndDay}` : HIDDEN
}

function hide(): string {
  return HIDDEN
}

/** The first character as people count them, so that no half of a surrogate pair stays. */
function initial(text: string): string {
  return [...text][0] ?? ''
}

function isAddress(plain: string): boolean {
  return ADDRESSES.has(plain) || ALSO_ADDRESSES.has(plain)
}

function plainKey(key: string): string {
  return key
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
}

function named(mask: Mask, keys: string[]): [string, Mask][] {
  return keys.map((key) => [key, mask])
}
