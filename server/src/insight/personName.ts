import type { JsonValue } from '../collect/index.ts'
import { displayName } from '../profile/index.ts'
import { maskTrait } from '../workspace/index.ts'

/** The name to show for a person with these traits; null where none is known. */
export function personName(trait: (key: string) => JsonValue | undefined): string | null {
  const name = displayName(trait)
  return name === '' ? null : name
}

/** A name stays readable under a mask, unless it is an address that stands in for one. */
export function maskName(name: string | null): string | null {
  return name === null ? null : String(maskTrait('name', name))
}

/** Two letters for a name: of its first word and its last; null without a name. */
export function initialsOf(name: string | null): string | null {
  const words = (name ?? '').split(/\s+/).filter((word) => word !== '')
  const [first] = words
  const last = words.length > 1 ? words.at(-1) : undefined
  const letters = [first, last].map((word) => (word ? ([...word][0] ?? '') : '')).join('')
  return letters === '' ? null : letters.toUpperCase()
}
