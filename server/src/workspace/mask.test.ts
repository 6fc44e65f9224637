import { expect, test } from 'vitest'
import { isPersonalTrait, maskIdentifier, maskTrait } from './mask.ts'

test.each([
  { namespace: 'email', value: 'claire.roux@exemple.fr', masked: 'c••••r•••@exemple.fr' },
  { namespace: 'email', value: 'claire@exemple.fr', masked: 'c••••@exemple.fr' },
  { namespace: 'Email', value: 'a@exemple.fr', masked: 'a••••@exemple.fr' },
  { namespace: 'email', value: 'no address', masked: '•••' },
  { namespace: 'phone', value: '+33612345602', masked: '+33 6 ••• •• 02' },
  { namespace: 'phone', value: '06 12 34 56 02', masked: '+33 6 ••• •• 02' },
  { namespace: 'phone', value: '+442071838750', masked: '+44 2 ••• •• 50' },
  { namespace: 'phone', value: '12', masked: '••• •• 12' },
  { namespace: 'user_id', value: 'claire.roux@exemple.fr', masked: 'c••••r•••@exemple.fr' },
  { namespace: 'user_id', value: '+33612345602', masked: '+33 6 ••• •• 02' },
  { namespace: 'user_id', value: 'U-1042', masked: 'U-1042' },
  { namespace: 'constructor', value: 'x', masked: 'x' },
])('$namespace:$value is shown as $masked', ({ namespace, value, masked }) => {
  expect(maskIdentifier(namespace, value)).toBe(masked)
})

test.each([
  { key: 'email', value: 'claire.roux@exemple.fr', masked: 'c••••r•••@exemple.fr' },
  { key: 'E-Mail', value: 'claire@exemple.fr', masked: 'c••••@exemple.fr' },
  { key: 'mobile_phone', value: '+33612345602', masked: '+33 6 ••• •• 02' },
  { key: 'phone', value: 33612345602, masked: '•••' },
  { key: 'birthday', value: '1984-07-14', masked: '••••-07-14' },
  { key: 'dateOfBirth', value: '1984-07-14T00:00:00Z', masked: '••••-07-14' },
  { key: 'birthday', value: '14 juillet 1984', masked: '•••' },
  { key: 'address', value: '12 rue des Lilas, Lyon', masked: '•••' },
  { key: 'firstName', value: 'Claire', masked: 'Claire' },
  { key: 'city', value: 'Lyon', masked: 'Lyon' },
  { key: 'loyalty_points', value: 120, masked: 120 },
  { key: 'vip', value: true, masked: true },
  { key: 'nothing', value: null, masked: null },
])('the trait $key with $value is shown as $masked', ({ key, value, masked }) => {
  expect(maskTrait(key, value)).toEqual(masked)
})

test('objects and lists are walked: the street hides, city and country stay', () => {
  const address = { street: '12 rue des Lilas', city: 'Lyon', postalCode: '69003', country: 'FR' }
  expect(maskTrait('address', address)).toEqual({ ...address, street: '•••' })
  expect(maskTrait('contacts', [{ email: 'a@b.fr' }, 'call 06 12 34 56 78'])).toEqual([
    { email: 'a••••@b.fr' },
    'call +33 6 ••• •• 78',
  ])
})

test('addresses and numbers hide in any text, other numbers stay', () => {
  expect(maskTrait('note', 'Write to claire.roux@exemple.fr, or +33 6 12 34 56 02.')).toBe(
    'Write to c••••r•••@exemple.fr, or +33 6 ••• •• 02.',
  )
  expect(maskTrait('ean', '3608541234567')).toBe('3608541234567')
  expect(maskTrait('order_id', 'W-2026-004213')).toBe('W-2026-004213')
})

test('addresses hide in the addresses of pages and in the names of fields', () => {
  expect(maskTrait('url', 'https://shop.fr/a?mail=claire.roux%40exemple.fr&page=2')).toBe(
    'https://shop.fr/a?mail=c••••r•••%40exemple.fr&page=2',
  )
  expect(maskTrait('opens', { 'claire@exemple.fr': 3 })).toEqual({ 'c••••@exemple.fr': 3 })
})

test.each([
  { key: 'email', value: 'claire.roux@exemple.fr' },
  { key: 'phone', value: '+33612345602' },
  { key: 'phone', value: '12' },
  { key: 'birthday', value: '1984-07-14' },
  { key: 'street', value: '12 rue des Lilas' },
  { key: 'user_id', value: 'claire.roux@exemple.fr' },
])('what is masked stays as it is: $key $value', ({ key, value }) => {
  const masked = maskTrait(key, value)
  expect(maskTrait(key, masked)).toBe(masked)
  expect(maskIdentifier(key, String(masked))).toBe(masked)
})

test('a text that was masked stays as it is', () => {
  const masked = maskTrait('note', 'claire.roux@exemple.fr, a=b.c%40d.fr, 06 12 34 56 02')
  expect(maskTrait('note', masked)).toBe(masked)
})

test('masks do not tell how long the hidden part is', () => {
  const long = maskIdentifier('email', 'alexandrine.vandenberghe@exemple.fr')
  expect(long).toBe(maskIdentifier('email', 'a.v@exemple.fr'))
})

test('a long text without an address takes no long time', () => {
  const started = performance.now()
  maskTrait('note', `${'a'.repeat(200_000)}@ ${'0'.repeat(200_000)}`)
  expect(performance.now() - started).toBeLessThan(1_000)
})

test('a value nested too deep is hidden, not walked', () => {
  let value: unknown = 'claire@exemple.fr'
  for (let depth = 0; depth < 10_000; depth++) value = { deeper: value }
  expect(JSON.stringify(maskTrait('any', value))).toContain('•••')
})

test('personal traits are told by their key', () => {
  expect(['email', 'Phone', 'date_naissance', 'address', 'ip'].every(isPersonalTrait)).toBe(true)
  expect(['firstName', 'city', 'constructor', '__proto__'].some(isPersonalTrait)).toBe(false)
})
