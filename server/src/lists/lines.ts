import { type Identifier, type Namespaces, parseIdentifier } from '../resolve/index.ts'

/** Why a line names nobody who could be put on a list: what happened, in both languages. */
export const lineReasons = {
  empty: { fr: 'La ligne est vide.', en: 'The line is empty.' },
  missing_column: { fr: 'La colonne manque.', en: 'The column is missing.' },
  unreadable: {
    fr: 'La valeur n’est pas un identifiant de cet espace de noms.',
    en: 'The value is no identifier of this namespace.',
  },
  nobody: {
    fr: 'La valeur ne désigne personne : elle est bloquée.',
    en: 'The value names nobody: it is blocked.',
  },
  not_a_person: {
    fr: 'Cet espace de noms désigne une entreprise ou un foyer.',
    en: 'This namespace names a company or a household.',
  },
} as const

export type LineReason = keyof typeof lineReasons

/** Reads `namespace:value`: an identifier in its one form, or why it is none. */
export function readIdentifier(text: string, namespaces: Namespaces): Identifier | LineReason {
  const identifier = parseIdentifier(text)
  if (!identifier) return 'unreadable'
  const { scope, blocked } = namespaces(identifier.namespace)
  if (scope !== 'person' && scope !== 'device') return 'not_a_person'
  return blocked.some((pattern) => pattern.test(identifier.value)) ? 'nobody' : identifier
}

/** Reads a field of a file. An apostrophe before it is what guards a cell from being a formula. */
export function readField(
  field: string | undefined,
  namespace: string,
  namespaces: Namespaces,
): Identifier | LineReason {
  if (field === undefined) return 'missing_column'
  const value = field.trim().replace(/^'(?=[-+=@])/, '')
  return value === '' ? 'empty' : readIdentifier(`${namespace}:${value}`, namespaces)
}
