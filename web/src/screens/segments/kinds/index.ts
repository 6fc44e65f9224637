import type { Condition } from '../language.ts'
import type { Path } from '../rule.ts'
import { isZoned } from '../zone.ts'
import { activeKind } from './active.ts'
import { consentKind } from './consent.ts'
import { didKind } from './did.ts'
import { identifierKind } from './identifier.ts'
import type { ConditionKind } from './kind.ts'
import type { Missing } from './lacks.ts'
import { listKind } from './list.ts'
import { measureKind } from './measure.ts'
import { nearKind } from './near.ts'
import { objectKind } from './object.ts'
import { type Clause, openings, plain, type Saying } from './parts.ts'
import { reachableKind } from './reachable.ts'
import { segmentKind } from './segment.ts'
import { sequenceKind } from './sequence.ts'
import { staffKind } from './staff.ts'
import { traitKind } from './trait.ts'

const ZONE_WORDS = { fr: ' (à leur heure)', en: ' (in their own time zone)' }

/** Every kind of condition by the key of its JSON that tells it. */
export const KINDS = {
  trait: traitKind,
  near: nearKind,
  did: didKind,
  // Before what has a measure too.
  object: objectKind,
  measure: measureKind,
  sequence: sequenceKind,
  active: activeKind,
  segment: segmentKind,
  list: listKind,
  consent: consentKind,
  reachable: reachableKind,
  identifier: identifierKind,
  staff: staffKind,
}
export type KindName = keyof typeof KINDS

const NAMES = Object.keys(KINDS) as KindName[]

/** The kind of a condition; null for one that only a newer server knows. */
export function kindNameOf(condition: object): KindName | null {
  return NAMES.find((name) => name in condition) ?? null
}

/** A condition goes to the kind that its own key told, so the kind fits. */
function kindOf(condition: Condition): ConditionKind<Condition> | null {
  const name = kindNameOf(condition)
  return name ? (KINDS[name] as unknown as ConditionKind<Condition>) : null
}

export function conditionLacks(condition: Condition): Missing | null {
  return kindOf(condition)?.lacks(condition) ?? null
}

/** The clause of a condition that follows "people". */
export function clauseOf(condition: Condition, path: Path, say: Saying): Clause {
  const kind = kindOf(condition)
  if (kind) {
    const clause = kind.clause(condition, path, say)
    if (!isZoned(condition)) return clause
    return { ...clause, parts: [...clause.parts, plain(ZONE_WORDS[say.language], path)] }
  }
  // A kind that a newer server has: its own sentence stands on the line.
  return { opening: openings[say.language].are, parts: [plain('…', path)] }
}
