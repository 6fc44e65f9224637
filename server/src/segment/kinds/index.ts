import type { Answer } from '../answer.ts'
import type { Rule } from '../rule.ts'
import { activeKind } from './active.ts'
import { computedKind } from './computed.ts'
import { consentKind } from './consent.ts'
import { didKind } from './did.ts'
import { allKind, anyKind, atLeastKind, noneKind, notKind } from './group.ts'
import { identifierKind } from './identifier.ts'
import type { Evaluate, EvaluationContext, Kind, Recurse, Scope } from './kind.ts'
import { listKind } from './list.ts'
import { measureKind } from './measure.ts'
import { memberKind } from './member.ts'
import { nearKind } from './near.ts'
import { objectKind } from './object.ts'
import { objectMeasureKind } from './objectMeasure.ts'
import { reachableKind } from './reachable.ts'
import { sequenceKind } from './sequence.ts'
import { staffKind } from './staff.ts'
import { traitKind } from './trait.ts'
import { zoned } from './zoned.ts'

/** The one place where the kinds of rules are listed. */
const kinds: Kind<Rule>[] = [
  allKind,
  anyKind,
  noneKind,
  atLeastKind,
  notKind,
  // Before what has the same shape without a definition in it.
  computedKind,
  zoned(traitKind),
  nearKind,
  zoned(didKind),
  // Before what has the same keys without an object.
  objectMeasureKind,
  objectKind,
  zoned(measureKind),
  zoned(sequenceKind),
  zoned(activeKind),
  memberKind,
  listKind,
  identifierKind,
  consentKind,
  reachableKind,
  staffKind,
] as unknown as Kind<Rule>[]

/** What the kinds are called, for who wrote none of them. */
export const kindNames =
  'all, any, none, atLeast, not, trait, near, did, measure, sequence, active, object, segment, ' +
  'list, identifier, consent, reachable or staff'

/** The kind of a tree, or undefined when it is none. */
export function kindOf(rule: unknown): Kind<Rule> | undefined {
  if (typeof rule !== 'object' || rule === null) return undefined
  return kinds.find((kind) => kind.is(rule))
}

function known(rule: Rule): Kind<Rule> {
  const kind = kindOf(rule)
  if (!kind) throw new Error('A rule of no known kind passed the parser.')
  return kind
}

/**
 * Makes rules ready to be asked. Equal parts of all rules that one preparer makes are one: asked
 * of the same context again, they give the answer that they have.
 */
export function preparer(scope: Scope): (rule: Rule) => Evaluate {
  const shared = new Map<string, Evaluate>()
  const prepare = (rule: Rule): Evaluate => {
    const key = JSON.stringify(rule)
    const held = shared.get(key)
    if (held) return held
    const made = askedOnce(known(rule).prepare(rule, scope, prepare))
    shared.set(key, made)
    return made
  }
  return prepare
}

function askedOnce(evaluate: Evaluate): Evaluate {
  let asked: EvaluationContext | null = null
  let answer: Answer | null = null
  return (context) => {
    if (answer === null || asked !== context) {
      answer = evaluate(context)
      asked = context
    }
    return answer
  }
}

/** Compiles and describes a whole tree, and says what it needs. */
export const tree: Recurse = {
  toSql: (rule, builder) => known(rule).toSql(rule, builder, tree),
  describe: (rule, names) => known(rule).describe(rule, names, tree),
  needs: (rule) => known(rule).needs(rule, tree),
}
