/**
 * The pure operations of the builder on a rule (read, replace, insert, remove, move, wrap, check).
 * No React, no I/O.
 */
import {
  type EventCondition,
  type Group,
  type GroupKind,
  groupKind,
  groupOf,
  isCondition,
  isGroup,
  isNone,
  isNot,
  isSome,
  type Rule,
} from './language.ts'

export * from './language.ts'

/** Where a node is: the child index at each level; the child of a `not` is index 0. */
export type Path = readonly number[]

/** The nodes directly under `rule`; a condition has none. */
export function childrenOf(rule: Rule): Rule[] {
  if ('all' in rule) return rule.all
  if ('any' in rule) return rule.any
  if (isNone(rule)) return rule.none
  if (isSome(rule)) return rule.of
  return isNot(rule) ? [rule.not] : []
}

/** `rule` with other children; an exclusion left without its child becomes nothing (null). */
function withChildren(rule: Rule, children: Rule[]): Rule | null {
  if (isGroup(rule)) {
    return groupOf(groupKind(rule), children, isSome(rule) ? rule.atLeast : undefined)
  }
  const only = children[0]
  return only ? { not: only } : null
}

/** The node at `path`, or null when the path leads nowhere. */
export function nodeAt(rule: Rule, path: Path): Rule | null {
  let node: Rule | undefined = rule
  for (const index of path) {
    node = node && childrenOf(node)[index]
    if (!node) return null
  }
  return node
}

/** A copy of `rule` where the node at `path` is `next`; null removes it. */
export function replaceAt(rule: Rule, path: Path, next: Rule | null): Rule {
  if (path.length === 0) return next ?? { all: [] }
  return replaceBelow(rule, path, next) ?? { all: [] }
}

function replaceBelow(rule: Rule, path: Path, next: Rule | null): Rule | null {
  const [head, ...rest] = path
  if (head === undefined) return next
  const children = childrenOf(rule)
  const child = children[head]
  if (!child) return rule
  const replaced = replaceBelow(child, rest, next)
  const others = replaced
    ? children.map((each, index) => (index === head ? replaced : each))
    : children.filter((_, index) => index !== head)
  return withChildren(rule, others)
}

/** A copy without the node at `path`; an exclusion that held it goes too. */
export function removeAt(rule: Rule, path: Path): Rule {
  return replaceAt(rule, path, null)
}

/**
 * A copy where `added` is the child `index` of the group at `path` (last when index is past it).
 */
export function insertAt(rule: Rule, path: Path, added: Rule, index = Number.POSITIVE_INFINITY) {
  const group = nodeAt(rule, path)
  if (!group || !isGroup(group)) return rule
  const children = [...childrenOf(group)]
  children.splice(Math.min(index, children.length), 0, added)
  return replaceAt(rule, path, withChildren(group, children))
}

/** A copy where the node at `path` changes places with its neighbour (`by` is −1 or +1). */
export function moveBy(rule: Rule, path: Path, by: -1 | 1): Rule {
  const last = path.at(-1)
  const parentPath = path.slice(0, -1)
  const parent = nodeAt(rule, parentPath)
  if (last === undefined || !parent || !isGroup(parent)) return rule
  return moveTo(rule, { parent: parentPath, from: last, to: last + by })
}

/** A copy where the child `from` of the group at `parent` stands at `to`. */
export function moveTo(rule: Rule, move: { parent: Path; from: number; to: number }): Rule {
  const group = nodeAt(rule, move.parent)
  if (!group || !isGroup(group)) return rule
  const children = [...childrenOf(group)]
  if (move.to < 0 || move.to >= children.length) return rule
  const [taken] = children.splice(move.from, 1)
  if (!taken) return rule
  children.splice(move.to, 0, taken)
  return replaceAt(rule, move.parent, withChildren(group, children))
}

/** A copy where the node at `path` is alone in a new group, ready to take a neighbour. */
export function groupAt(rule: Rule, path: Path, kind: 'all' | 'any'): Rule {
  const node = nodeAt(rule, path)
  if (!node || path.length === 0) return rule
  return replaceAt(rule, path, kind === 'all' ? { all: [node] } : { any: [node] })
}

/** A copy where the children of the group at `path` take its place in the group above. */
export function ungroupAt(rule: Rule, path: Path): Rule {
  const node = nodeAt(rule, path)
  const last = path.at(-1)
  const parentPath = path.slice(0, -1)
  const parent = nodeAt(rule, parentPath)
  if (!node || !isGroup(node) || last === undefined || !parent || !isGroup(parent)) return rule
  const children = [...childrenOf(parent)]
  children.splice(last, 1, ...childrenOf(node))
  return replaceAt(rule, parentPath, withChildren(parent, children))
}

/** A copy where the group at `path` asks for all, any, none or some of its children. */
export function setKind(rule: Rule, path: Path, kind: GroupKind): Rule {
  const node = nodeAt(rule, path)
  if (!node || !isGroup(node)) return rule
  return replaceAt(rule, path, groupOf(kind, childrenOf(node)))
}

/** A copy where the group at `path` asks for so many of its children. */
export function setAtLeast(rule: Rule, path: Path, atLeast: number): Rule {
  const node = nodeAt(rule, path)
  if (!node || !isSome(node)) return rule
  return replaceAt(rule, path, { ...node, atLeast })
}

/** A copy where the node at `path` is excluded, or no longer excluded if it was. */
export function toggleNot(rule: Rule, path: Path): Rule {
  const node = nodeAt(rule, path)
  if (!node || path.length === 0) return rule
  return replaceAt(rule, path, isNot(node) ? node.not : { not: node })
}

/**
 * The rule as the builder wants it: a group at the root, whatever was stored. What leaves people
 * out is a line of it, so that what remains can be counted.
 */
export function asRootGroup(rule: Rule): Group {
  return isGroup(rule) && !isNone(rule) ? rule : { all: [rule] }
}

/** "1", "3", "3a", "3ab": the number of a line as people say it; the root is "". */
export function lineNumber(path: Path): string {
  return path
    .map((index, depth) =>
      depth === 0 ? String(index + 1) : String.fromCharCode(97 + (index % 26)),
    )
    .join('')
}

/** True for "has not done" and "has none": a condition that allows no occurrence. */
export function isNever(condition: Pick<EventCondition, 'times'>): boolean {
  const times = condition.times
  return !!times && times.count === 0 && times.op !== 'atLeast'
}

/** How many conditions (not groups) a rule holds. */
export function conditionCount(rule: Rule): number {
  if (isCondition(rule)) return 1
  return childrenOf(rule).reduce((sum, child) => sum + conditionCount(child), 0)
}
