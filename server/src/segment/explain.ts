import type { LocalText, Names } from './answer.ts'
import { kindOf, preparer, tree } from './kinds/index.ts'
import type { EvaluationContext, Found, Scope } from './kinds/kind.ts'
import type { Rule } from './rule.ts'

/** Why a profile fulfils a rule, or does not: every part of it with its own answer. */
export type Explanation = {
  /** Place in the rule, as `/all/1`; the whole rule has ''. */
  path: string
  holds: boolean
  sentence: LocalText
  /** What a condition found; a group has none. */
  found: Found | null
  parts: Explanation[]
}

/** Asks every part of a rule about one profile. */
export function explainRule(
  rule: Rule,
  asked: { scope: Scope; context: EvaluationContext; names: Names },
): Explanation {
  const { scope, context, names } = asked
  const prepare = preparer(scope)
  const explain = (part: Rule, path: string): Explanation => {
    const kind = kindOf(part)
    const children = kind?.children(part) ?? []
    return {
      path,
      holds: prepare(part)(context).holds,
      sentence: tree.describe(part, names),
      found: kind?.found?.(part, scope)(context) ?? null,
      parts: children.map((child) => explain(child.rule as Rule, `${path}/${child.path}`)),
    }
  }
  return explain(rule, '')
}
