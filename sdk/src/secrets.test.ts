import { describe, expect, it } from 'vitest'
import { type FieldFacts, holdsCardNumber, isSecret, passesLuhn, plainAddress } from './secrets.ts'

function aField(over: Partial<FieldFacts>): FieldFacts {
  const plain = { type: 'text', name: 'city', id: '', autocomplete: '', values: ['Lyon'] }
  return { ...plain, wasPassword: false, ignored: false, ...over }
}

describe('fields that are never captured', () => {
  it.each<[string, Partial<FieldFacts>]>([
    ['a password', { type: 'password' }],
    ['a password shown as text', { wasPassword: true }],
    ['a hidden field', { type: 'hidden' }],
    ['a file', { type: 'file' }],
    ['an ignored field', { ignored: true }],
    ['a card by autocomplete', { autocomplete: 'cc-number' }],
    ['a card by autocomplete with a section', { autocomplete: 'section-a billing cc-csc' }],
    ['a new password by autocomplete', { autocomplete: 'new-password' }],
    ['a one-time code', { autocomplete: 'one-time-code' }],
    ['a password by name', { name: 'user[password]' }],
    ['a French password', { name: 'mot_de_passe' }],
    ['a card by name', { name: 'cardNumber' }],
    ['a security code by id', { id: 'card-cvv' }],
    ['an account number by name', { name: 'iban' }],
    ['a code by name', { name: 'login_otp' }],
    ['a card number typed into a comment', { values: ['my card: 4111-1111 1111.1111 thanks'] }],
    ['a repeated password', { values: ['hunter2!'] }],
  ])('%s', (_description, over) => {
    expect(isSecret(aField(over), new Set(['hunter2!']))).toBe(true)
  })

  it.each<[string, Partial<FieldFacts>]>([
    ['a city', {}],
    ['an e-mail address', { type: 'email', name: 'email', values: ['a@b.fr'] }],
    ['a telephone number', { type: 'tel', name: 'phone', values: ['+33 6 12 34 56 78'] }],
    ['a loyalty card', { name: 'loyaltyCardNumber', values: ['FR-0012345'] }],
    ['a carbon footprint', { name: 'footprint', values: ['12'] }],
    ['a shipping choice', { name: 'shipping', values: ['home'] }],
    ['a company', { name: 'company_name', values: ['Acme'] }],
  ])('but %s is', (_description, over) => {
    expect(isSecret(aField(over), new Set(['hunter2!']))).toBe(false)
  })
})

describe('card numbers', () => {
  it.each(['4111111111111111', '5500 0000 0000 0004', '3782-822463-10005', 'n° 6011000990139424.'])(
    'finds %s',
    (text) => {
      expect(holdsCardNumber(text)).toBe(true)
    },
  )

  it('finds a card with the expiry typed behind it', () => {
    expect(holdsCardNumber('4111111111111111 12/29')).toBe(true)
  })

  it.each(['', '06 12 34 56 78', '4111111111111112', '2026-03-01 10:00'])('passes %s', (text) => {
    expect(holdsCardNumber(text)).toBe(false)
  })

  it('needs a digit to pass the check', () => {
    expect(passesLuhn('')).toBe(false)
    expect(passesLuhn('79927398713')).toBe(true)
  })
})

describe('addresses', () => {
  it.each([
    ['/reset?token=abc#x', 'https://shop.example/reset'],
    ['https://other.example/a?b=1', 'https://other.example/a'],
    ['mailto:anna@shop.example', 'mailto:'],
    ['tel:+33612345678', 'tel:'],
    ['https://u:p@shop.example/', 'https://shop.example/'],
    ['http://[', undefined],
  ])('%s is told as %s', (href, plain) => {
    expect(plainAddress(href, 'https://shop.example/')).toBe(plain)
  })
})
