/** Where a line can be put, and what the rule is then. Mouse and keyboard use the same moves. */
import {
  childrenOf,
  insertAt,
  isGroup,
  isNot,
  lineNumber,
  nodeAt,
  type Path,
  type Rule,
  removeAt,
} from '../rule.ts'

/** Between the lines of the group at `parent`: before its child `index`, or after the last one. */
export type Slot = { parent: Path; index: number }
export type Moved = { rule: Rule; path: Path }

/** Groups within groups that the server takes. */
export const MAX_DEPTH = 8

export const isWithin = (path: Path, above: Path): boolean =>
  above.every((index, depth) => path[depth] === index)

const isSame = (one: Path, other: Path): boolean =>
  one.length === other.length && isWithin(one, other)

/** How many levels of groups and exclusions a node brings with it. */
function heightOf(rule: Rule): number {
  const children = childrenOf(rule)
  return children.length === 0 ? 0 : 1 + Math.max(...children.map(heightOf))
}

/** The rule with the line at `from` put at `slot`, and its new place; null where it can't. */
export function moveLine(rule: Rule, from: Path, slot: Slot): Moved | null {
  const line = nodeAt(rule, from)
  const group = nodeAt(rule, slot.parent)
  const last = from.at(-1)
  if (!line || last === undefined || !group || !isGroup(group)) return null
  if (isWithin(slot.parent, from)) return null
  if (slot.parent.length + 1 + heightOf(line) > MAX_DEPTH) return null
  const place = afterRemoval(slot, from)
  const moved = insertAt(removeAt(rule, from), place.parent, line, place.index)
  return { rule: moved, path: [...place.parent, place.index] }
}

/** The same slot when the line at `from` has been taken out. */
function afterRemoval(slot: Slot, from: Path): Slot {
  const above = from.slice(0, -1)
  const last = from.at(-1) ?? 0
  if (isSame(above, slot.parent)) {
    return { ...slot, index: slot.index > last ? slot.index - 1 : slot.index }
  }
  const at = slot.parent[above.length]
  if (!isWithin(slot.parent, above) || at === undefined || at < last) return slot
  return { ...slot, parent: slot.parent.map((each, n) => (n === above.length ? each - 1 : each)) }
}

/** True when a line let go at `slot` stays where it is. */
export function staysThere(from: Path, slot: Slot): boolean {
  const last = from.at(-1)
  if (last === undefined || !isSame(from.slice(0, -1), slot.parent)) return false
  return slot.index === last || slot.index === last + 1
}

/** The group that a line is or excludes, with its place; null for a condition. */
export function groupIn(rule: Rule, path: Path): { group: Rule; path: Path } | null {
  const node = nodeAt(rule, path)
  const inner = node && isNot(node) ? { group: node.not, path: [...path, 0] } : null
  const found = inner ?? (node ? { group: node, path } : null)
  return found && isGroup(found.group) ? found : null
}

/** The group that holds the line at `path`, as a line with its exclusion; null at the top. */
function lineAbove(rule: Rule, path: Path): Path | null {
  const parent = path.slice(0, -1)
  if (parent.length === 0) return null
  const around = nodeAt(rule, parent.slice(0, -1))
  return around && isNot(around) ? parent.slice(0, -1) : parent
}

/** One step up or down in reading order: past a neighbour, into a group, or out of one. */
export function stepSlot(rule: Rule, path: Path, by: -1 | 1): Slot | null {
  const parent = path.slice(0, -1)
  const last = path.at(-1)
  const around = nodeAt(rule, parent)
  if (last === undefined || !around) return null
  const neighbour = last + by
  if (neighbour < 0 || neighbour >= childrenOf(around).length) return outSlot(rule, path, by)
  const inner = groupIn(rule, [...parent, neighbour])
  if (!inner || !moveLine(rule, path, { parent: inner.path, index: 0 })) {
    return { parent, index: by === 1 ? last + 2 : last - 1 }
  }
  return { parent: inner.path, index: by === 1 ? 0 : childrenOf(inner.group).length }
}

/** Out of its group: the place before (-1) or after (1) the group; null at the top. */
export function outSlot(rule: Rule, path: Path, by: -1 | 1): Slot | null {
  const above = lineAbove(rule, path)
  const last = above?.at(-1)
  if (!above || last === undefined) return null
  return { parent: above.slice(0, -1), index: by === 1 ? last + 1 : last }
}

/** Into a neighbouring group: at the end of the one above, else at the start of the one below. */
export function intoSlot(rule: Rule, path: Path): Slot | null {
  const parent = path.slice(0, -1)
  const last = path.at(-1) ?? 0
  const above = last > 0 ? groupIn(rule, [...parent, last - 1]) : null
  if (above) return { parent: above.path, index: childrenOf(above.group).length }
  const below = groupIn(rule, [...parent, last + 1])
  return below ? { parent: below.path, index: 0 } : null
}

/** What is said of a line that was moved: its number, and which of how many lines it is where. */
export function placeOf(rule: Rule, path: Path) {
  const parent = path.slice(0, -1)
  const group = nodeAt(rule, parent)
  return {
    number: lineNumber(path),
    place: (path.at(-1) ?? 0) + 1,
    lines: group ? childrenOf(group).length : 0,
    group: lineNumber(parent),
  }
}
