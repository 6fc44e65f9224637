import type { JsonValue } from '../collect/index.ts'

/** Reads a trait by its name; undefined when it has no value. */
export type TraitReader = (name: string) => JsonValue | undefined

const text = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? value.trim() : ''

/** What to call a person: their name, else their e-mail; empty when neither is known. */
export function displayName(read: TraitReader): string {
  const first = text(read('firstName')) || text(read('first_name'))
  const last = text(read('lastName')) || text(read('last_name'))
  return [first, last].filter(Boolean).join(' ') || text(read('name')) || text(read('email'))
}
