/** Traits that hold a person's name, in the spellings that sources use. */
const WHOLE = ['name', 'full_name', 'fullName', 'nom_complet']
const FIRST = ['first_name', 'firstName', 'firstname', 'prenom']
const LAST = ['last_name', 'lastName', 'lastname', 'nom']

/** The name to show for a person with these traits; null where none is known. */
export function personName(trait: (key: string) => unknown): string | null {
  const parts = [firstText(FIRST, trait), firstText(LAST, trait)].filter((part) => part !== null)
  if (parts.length > 0) return parts.join(' ')
  return firstText(WHOLE, trait)
}

function firstText(keys: readonly string[], trait: (key: string) => unknown): string | null {
  for (const key of keys) {
    const value = trait(key)
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return null
}

/** Two letters for a name: of its first word and its last; null without a name. */
export function initialsOf(name: string | null): string | null {
  const words = (name ?? '').split(/\s+/).filter((word) => word !== '')
  const [first] = words
  const last = words.length > 1 ? words.at(-1) : undefined
  const letters = [first, last].map((word) => (word ? ([...word][0] ?? '') : '')).join('')
  return letters === '' ? null : letters.toUpperCase()
}
