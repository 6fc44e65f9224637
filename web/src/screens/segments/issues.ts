import { MAX_DEPTH } from './drag/moves.ts'
import { conditionLacks } from './kinds/index.ts'
import { isCount, LIMITS, type Missing } from './kinds/lacks.ts'
import { childrenOf, isCondition, isGroup, isSome, type Path, type Rule } from './rule.ts'

export type Issue = { path: Path; missing: Missing }

/** Every line that cannot be counted yet, in reading order; none means that the rule is whole. */
export function issuesOf(rule: Rule): Issue[] {
  const issues = issuesIn(rule, [])
  const extra = conditionPaths(rule, [])[LIMITS.conditions]
  return extra ? [...issues, { path: extra, missing: 'many' }] : issues
}

function issuesIn(rule: Rule, path: Path): Issue[] {
  const missing = path.length > MAX_DEPTH ? 'deep' : missingIn(rule)
  if (missing) return [{ path, missing }]
  return childrenOf(rule).flatMap((child, index) => issuesIn(child, [...path, index]))
}

function conditionPaths(rule: Rule, path: Path): Path[] {
  if (isCondition(rule)) return [path]
  return childrenOf(rule).flatMap((child, index) => conditionPaths(child, [...path, index]))
}

function missingIn(rule: Rule): Missing | null {
  if (isCondition(rule)) return conditionLacks(rule)
  if (isGroup(rule) && childrenOf(rule).length === 0) return 'condition'
  return isSome(rule) && !isCount(rule.atLeast) ? 'number' : null
}
