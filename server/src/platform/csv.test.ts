import { expect, it } from 'vitest'
import { csvLine } from './csv.ts'

it.each([
  ['=1+1', "'=1+1"],
  ['+33612345678', "'+33612345678"],
  ['-12.5', '-12.5'],
  ['-1+1', "'-1+1"],
  ['@sum', "'@sum"],
  ['\tx', "'\tx"],
  ['a"b', '"a""b"'],
  ['a;b', '"a;b"'],
  ['a\nb', '"a\nb"'],
])('a cell %j is written %j', (value, written) => {
  expect(csvLine([value, 'x'])).toBe(`${written},x\r\n`)
})
