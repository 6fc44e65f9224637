import { expect, test } from 'vitest'
import { csvCell, csvText } from './csv-file.ts'

test('cells with separators, quotes or line ends are quoted', () => {
  expect(csvCell('a,b')).toBe('"a,b"')
  expect(csvCell('dit « "oui" »')).toBe('"dit « ""oui"" »"')
  expect(csvCell('plain')).toBe('plain')
})

test('a cell a spreadsheet would run as a formula is defused, a number is not', () => {
  expect(csvCell('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`)
  expect(csvCell('-12.5')).toBe('-12.5')
})

test('the text begins with the mark that tells spreadsheets its encoding', () => {
  expect(csvText([['Élodie']])).toBe('\ufeffÉlodie\r\n')
})
