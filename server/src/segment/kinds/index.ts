import type { Rule } from '../rule.ts'
import { didKind } from './did.ts'
import { allKind, anyKind, notKind } from './group.ts'
import type { Kind, Recurse } from './kind.ts'
import { traitKind } from './trait.ts'

/** The one place where the kinds of rules are listed. */
const kinds: Kind<Rule>[] = [
  allKind,
  anyKind,
  notKind,
  traitKind,
  didKind,
] as unknown as Kind<Rule>[]

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

/** Evaluates, compiles, describes a whole tree. */
export const tree: Recurse = {
  evaluate: (rule, context) => known(rule).evaluate(rule, context, tree),
  toSql: (rule, builder) => known(rule).toSql(rule, builder, tree),
  describe: (rule, names) => known(rule).describe(rule, names, tree),
  needs: (rule) => known(rule).needs(rule, tree),
}
