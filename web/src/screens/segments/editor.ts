import { createContext, useContext } from 'react'
import type { LocalText } from '../../i18n/i18n.ts'
import type { Draft } from './draft.ts'
import type { Slot } from './drag/moves.ts'
import type { Refusal } from './faults.ts'
import type { Fields } from './fields.ts'
import type { Issue } from './issues.ts'
import type { Path, Rule } from './rule.ts'
import type { Names } from './words.ts'

/** What every line of the builder shares. */
export type Editor = {
  rule: Rule
  setRule: (rule: Rule) => void
  /** Takes a rule with a new line, and goes to what that line lacks. */
  add: (rule: Rule, path: Path) => void
  /** Takes a rule with another shape, says what was done, and goes to the line at `path`. */
  reshape: (rule: Rule, path: Path, words: string) => void
  /** Puts a line elsewhere, says where it is now, and stays with it. */
  move: (from: Path, slot: Slot) => void
  remove: (path: Path) => void
  /** Says something to those who cannot see it. */
  announce: (text: string) => void
  fields: Fields
  names: Names
  issues: readonly Issue[]
  /** What the server refuses of a rule that is whole. */
  refusal: Refusal | null
  /** What remains after each top-level line; null while it is not known. */
  counts: readonly (number | null)[]
  /** What the server says of each top-level line; null while it has not. */
  sentences: readonly (LocalText | null)[]
  /** The counts are of an earlier rule: a new one is being counted. */
  counting: boolean
  /** The line under the cursor, as the sentence colours it. */
  active: string | null
  setActive: (path: string | null) => void
  canEdit: boolean
  /** Begins with a template; null where there is something to begin with already. */
  start: ((draft: Draft) => void) | null
}

export const pathKey = (path: Path): string => path.join('.')

const EditorContext = createContext<Editor | null>(null)

export const EditorProvider = EditorContext.Provider

export function useEditor(): Editor {
  const editor = useContext(EditorContext)
  if (!editor) throw new Error('useEditor needs <EditorProvider> above it.')
  return editor
}
