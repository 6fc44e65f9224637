import { expect, test } from 'vitest'
import { guessMapping, toIdentify, traitKey } from './mapping.ts'
import { decodeFile, detectDelimiter, parseCsv } from './parse.ts'

test('quotes hold delimiters, quotes and line ends', () => {
  expect(parseCsv('a;b\r\n"x;y";"dit ""oui""\nencore"\n', ';')).toEqual([
    ['a', 'b'],
    ['x;y', 'dit "oui"\nencore'],
  ])
})

test('empty lines are skipped and a last line needs no end', () => {
  expect(parseCsv('a,b\n\n1,2', ',')).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ])
})

test.each([
  { description: 'a French spreadsheet', text: 'nom;prix\nA;1,5\nB;2,5\n', expected: ';' },
  { description: 'plain CSV', text: 'name,city\nA,Lyon\nB,Paris\n', expected: ',' },
  { description: 'tabs', text: 'name\tcity\nA\tLyon, 3e\n', expected: '\t' },
])('the delimiter of $description is found', ({ text, expected }) => {
  expect(detectDelimiter(text)).toBe(expected)
})

test('a file that is not UTF-8 is read as Windows-1252', () => {
  expect(decodeFile(new Uint8Array([0xc9, 0x6c, 0x6f]))).toBe('Élo')
  expect(decodeFile(new TextEncoder().encode('Élo'))).toBe('Élo')
})

test('headers in French and English are recognised, once each', () => {
  expect(guessMapping(['ID client', 'Courriel', 'Prénom', 'E-mail 2', 'Points'])).toEqual([
    'user_id',
    'email',
    'trait:first_name',
    'trait:e_mail_2',
    'trait:points',
  ])
  expect(traitKey('Code postal (domicile)')).toBe('code_postal_domicile')
})

const mapping = ['email', 'trait:city', 'id:loyalty_card', null]

test('a row becomes an identify with its identifiers and traits', () => {
  const made = toIdentify(['c@example.com', ' Lyon ', '2990', 'x'], mapping, { file: 'f', line: 2 })
  expect(made?.traits).toEqual({ email: 'c@example.com', city: 'Lyon' })
  expect(made?.context.externalIds?.[0]).toMatchObject({ id: '2990', type: 'loyalty_card' })
  // No device id is invented for a row: it would be an identifier of its own.
  expect(made).not.toHaveProperty('anonymousId')
})

test('the same row of the same file has the same message id; another row has another', () => {
  const id = (city: string, line: number) =>
    toIdentify(['c@example.com', city, '', ''], mapping, { file: 'f', line })?.messageId
  expect(id('Lyon', 2)).toBe(id('Lyon', 2))
  expect(id('Lyon', 2)).not.toBe(id('Lille', 2))
  expect(id('Lyon', 2)).not.toBe(id('Lyon', 3))
})

test('a row without any identifier gives nothing to send', () => {
  expect(toIdentify(['', 'Lyon', '', ''], mapping, { file: 'f', line: 2 })).toBeNull()
})
