import type { Path } from '../rule.ts'
import type { Raw } from './checks.ts'
import type { Missing } from './lacks.ts'
import type { Clause, Saying } from './parts.ts'

/** A kind of condition as the builder knows it; the editor of its line is in `lines/`. */
export type ConditionKind<C> = {
  /** Checks what was read and says what the server wants said; throws where it is wrong. */
  read: (object: Raw, at: string) => Raw
  lacks: (condition: C) => Missing | null
  clause: (condition: C, path: Path, say: Saying) => Clause
}
