import type { Typed } from '../profile/index.ts'

/** The type of a value in the words of the screens: text, number, boolean, date, list. */
export function typeName(value: Typed): string {
  return value.type === 'text' && value.instant !== null ? 'date' : value.type
}
