import { folded } from '../../profile/index.ts'
import { ONE } from '../measure.ts'
import { type FormulaFunction, type Maybe, TEXT_LIMIT } from './tree.ts'

/** Texts are those that rules compare: without accents, in lower case, single spaces. */

const asTexts = (args: readonly Maybe[]) => args as readonly string[]

export const concat: FormulaFunction = {
  args: ['text', 'text'],
  result: 'text',
  run: (args) => asTexts(args).join(''),
  sql: (args) => `concat(${args.join(', ')})`,
}

function test(run: (text: string, part: string) => boolean, sql: string): FormulaFunction {
  return {
    args: ['text', 'text'],
    result: 'boolean',
    run: (args) => {
      const [text = '', part = ''] = asTexts(args)
      return run(text, part)
    },
    sql: ([text, part]) =>
      sql.replace('text', () => String(text)).replace('part', () => String(part)),
  }
}

export const contains = test((text, part) => text.includes(part), '(position(text, part) > 0)')
export const startsWith = test((text, part) => text.startsWith(part), 'startsWith(text, part)')
export const endsWith = test((text, part) => text.endsWith(part), 'endsWith(text, part)')

/** Characters as Unicode counts them, not bytes. */
export const size: FormulaFunction = {
  args: ['text'],
  result: 'number',
  run: (args) => BigInt([...(asTexts(args)[0] ?? '')].length) * ONE,
  sql: ([text]) => `toDecimal256(lengthUTF8(${text}), 6)`,
}

/** A text of a formula as texts are compared; spaces at its edges stay, to be joined by them. */
export function literalText(text: string): string {
  const inner = folded(text)
  if (inner === '') return /\s/.test(text) ? ' ' : ''
  return `${/^\s/.test(text) ? ' ' : ''}${inner}${/\s$/.test(text) ? ' ' : ''}`
}

/** A text that is a result, as a text that was told would be compared. */
export function tidied(text: string): string {
  const single = text.replace(/ +/g, ' ').replace(/^ | $/g, '')
  return [...single].slice(0, TEXT_LIMIT).join('').replace(/ $/, '')
}

export function tidiedSql(sql: string): string {
  const single = `trimBoth(replaceRegexpAll(${sql}, ' +', ' '))`
  return `trimRight(substringUTF8(${single}, 1, ${TEXT_LIMIT}))`
}
