import type { Purpose } from '../privacy/index.ts'
import { type ComputedTraits, comparedFault, withComputed } from './computed/resolve.ts'
import { kindOf } from './kinds/index.ts'
import { namesStaff } from './kinds/staff.ts'
import { invalidRule } from './parse.ts'
import { asksParty, type Parties, withSources } from './party.ts'
import {
  limits,
  type MemberRule,
  type Rule,
  type SegmentState,
  type StaffDefinition,
} from './rule.ts'

/**
 * Rules that refer to other segments, or to computed traits. What is stored, and described, is the
 * reference; what is asked holds the other's rule of today in its place, or the definition beside
 * it. So the answer stays a function of the one profile, exact at any instant, and segments need
 * no order among themselves.
 */

/** A segment as others refer to it. */
export type Referred = {
  name: { fr: string; en: string }
  rule: Rule
  state: SegmentState
  /** The rule is made of what somebody wrote and of more; see `composeClasses`. */
  isComposed: boolean
  /** Staff and test profiles can be members; else they are left out. */
  includesStaff: boolean
}

/** What a rule may hold together with the segments that it refers to. */
export type Bounds = { depth: number; leaves: number }
export const WRITTEN: Bounds = limits
export const COMPOSED: Bounds = { depth: limits.depth + 4, leaves: 2 * limits.leaves }

/**
 * What the rules of a workspace may refer to: segments by public id, the ids of lists, and computed
 * traits by key.
 */
export type Directory = {
  segments: ReadonlyMap<string, Referred>
  lists: ReadonlySet<string>
  traits: ComputedTraits
  staff: StaffDefinition
  /** On which legal basis people are reached. */
  marketing: Purpose['basis']
  /** Of the sources that are not of the first party. */
  parties: Parties
}

/** Where in a rule, and by way of which segments; inside of those the path is their reference's. */
type Place = { path: string; depth: number; ids: readonly string[]; isOwn: boolean }

const isReference = (rule: Rule): rule is MemberRule => 'segment' in rule
const childrenOf = (rule: Rule) => kindOf(rule)?.children(rule) ?? []

/** The segments that a stored rule names itself. */
export function referencesIn(rule: Rule): string[] {
  if (isReference(rule)) return [rule.segment]
  return childrenOf(rule).flatMap((child) => referencesIn(child.rule as Rule))
}

/**
 * The rule with the rules of the segments, and the computed traits, that it refers to in it,
 * with the sources of the parties that it asks for, and without staff where it leaves them out;
 * `self`: whose rule it is.
 * @throws a problem with the place of a reference that leads nowhere, back to where it came from,
 * or to more than a rule may hold.
 */
export function resolveRule(
  { rule, includesStaff }: AskedRule,
  directory: Directory,
  { self, bounds }: { self?: string | undefined; bounds: Bounds },
): Rule {
  let leaves = 0
  const resolve = (part: Rule, place: Place): Rule => {
    const { path, depth, isOwn } = place
    if (depth > bounds.depth) {
      throw beyond(path, `groups and segments may be nested ${bounds.depth} deep`)
    }
    if (isReference(part)) {
      const { rule: other, includesStaff: all } = referredBy(part, place, directory)
      const ids = [...place.ids, part.segment]
      const resolved = resolve(other, { path, depth: depth + 1, ids, isOwn: false })
      return { segment: part.segment, rule: all ? resolved : leaveStaffOut(resolved, directory) }
    }
    const children = childrenOf(part)
    if (children.length === 0) leaves += 1
    if (leaves > bounds.leaves) throw beyond(path, `a rule holds ${bounds.leaves} conditions`)
    if ('staff' in part) return { staff: true, as: directory.staff }
    if ('reachable' in part) return { ...part, as: directory.marketing }
    if (children.length === 0) {
      const leaf = asComputed(part, { path, traits: directory.traits })
      return asksParty(leaf) ? withSources(leaf, directory.parties) : leaf
    }
    const copy = structuredClone(part)
    for (const child of children) {
      const at = isOwn ? `${path}/${child.path}` : path
      const resolved = resolve(child.rule as Rule, { ...place, path: at, depth: depth + 1 })
      replace(copy, child.path.split('/'), resolved)
    }
    return copy
  }
  const ids = self === undefined ? [] : [self]
  const resolved = resolve(rule, { path: '', depth: 0, ids, isOwn: true })
  if (bytesOf(resolved) > limits.bytes) {
    throw beyond('', `a rule takes ${limits.bytes / 1024} KB`)
  }
  return includesStaff ? resolved : leaveStaffOut(resolved, directory)
}

/** What is asked: a rule as it is stored, and whether it takes staff and test profiles in. */
export type AskedRule = { rule: Rule; includesStaff: boolean }

/** A resolved rule without those who are staff, or a test, today. */
function leaveStaffOut(rule: Rule, { staff }: Directory): Rule {
  return namesStaff(staff) ? { all: [rule, { none: [{ staff: true, as: staff }] }] } : rule
}

/** Whether another definition of who is staff may change a segment's answers. */
export const asksStaff = ({ rule, includesStaff }: AskedRule): boolean =>
  !includesStaff || mentionsStaff(rule)

const mentionsStaff = (rule: Rule): boolean =>
  'staff' in rule || childrenOf(rule).some((child) => mentionsStaff(child.rule as Rule))

/** Whether another legal basis of reaching people may change a segment's answers. */
export const asksReachable = (rule: Rule): boolean =>
  'reachable' in rule || childrenOf(rule).some((child) => asksReachable(child.rule as Rule))

/** What the workspace says: who is staff, on which basis people are reached, whose sources are. */
const SAID = ['as', 'sources']

/** What the workspace says takes nothing of what a rule may hold. */
const bytesOf = (rule: Rule): number =>
  Buffer.byteLength(JSON.stringify(rule, (key, value) => (SAID.includes(key) ? undefined : value)))

/** A condition on a trait: with the definition, where it is a computed one. */
function asComputed(leaf: Rule, { path, traits }: { path: string; traits: ComputedTraits }): Rule {
  const resolved = withComputed(leaf, traits)
  const fault = comparedFault(resolved)
  if (fault) throw invalidRule({ ...fault, path: `${path}/${fault.path}` })
  return resolved
}

function beyond(path: string, limit: string) {
  const message = `${limit} at most, and so many are too many with the segments it refers to.`
  return invalidRule({ path: path || '/', message })
}

function referredBy({ segment }: MemberRule, { path, ids }: Place, directory: Directory): Referred {
  const refused = (message: string) => invalidRule({ path: `${path}/segment`, message })
  const nameOf = (id: string) => `“${directory.segments.get(id)?.name.en ?? id}”`
  if (ids.includes(segment)) {
    const way = [...ids, segment].map(nameOf).join(' → ')
    throw refused(`segments refer to each other in a circle: ${way}.`)
  }
  const referred = directory.segments.get(segment)
  if (!referred) throw refused('there is no such segment. It may belong to another workspace.')
  return referred
}

/** Refuses a rule that is to be asked and refers to a segment that rests, or to no list. */
export function assertPresent(rule: Rule, directory: Directory, path = ''): void {
  const refused = (key: string, message: string) => invalidRule({ path: `${path}/${key}`, message })
  if (isReference(rule)) {
    const { name, state } = directory.segments.get(rule.segment) ?? {}
    if (state !== 'archived' && state !== 'paused' && state !== 'draft') return
    throw refused('segment', `the segment “${name?.en}” is ${state}; bring it back first.`)
  }
  for (const list of kindOf(rule)?.lists?.(rule) ?? []) {
    if (!directory.lists.has(list)) throw refused('list', 'there is no such list.')
  }
  for (const child of childrenOf(rule)) {
    assertPresent(child.rule as Rule, directory, `${path}/${child.path}`)
  }
}

/** The public ids of the lists that a stored rule asks itself. */
export function listsIn(rule: Rule): string[] {
  const own = kindOf(rule)?.lists?.(rule) ?? []
  return [...own, ...childrenOf(rule).flatMap((child) => listsIn(child.rule as Rule))]
}

/** Puts a rule where a child stood, as `children` names its place. */
function replace(rule: object, path: readonly string[], child: Rule): void {
  const [key = '', ...rest] = path
  const holder = rule as Record<string, unknown>
  if (rest.length === 0) holder[key] = child
  else replace(holder[key] as object, rest, child)
}

/** The segments that refer to one, directly or by way of others. */
export function dependentsOf(segment: string, directory: Directory): Set<string> {
  const found = new Set<string>()
  const waiting = [segment]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const user of usersOf(id, directory)) {
      if (found.has(user)) continue
      found.add(user)
      waiting.push(user)
    }
  }
  return found
}

/** The segments that ask something, and all that refer to them, in whatever state. */
export function askingWith(directory: Directory, asks: (segment: AskedRule) => boolean): string[] {
  const asking = [...directory.segments].flatMap(([id, one]) => (asks(one) ? [id] : []))
  return [...new Set(asking.flatMap((id) => [id, ...dependentsOf(id, directory)]))]
}

/** The segments that name one in their own rule, the archived ones left out. */
export function usersOf(segment: string, directory: Directory): string[] {
  return [...directory.segments].flatMap(([id, { rule, state }]) =>
    state !== 'archived' && referencesIn(rule).includes(segment) ? [id] : [],
  )
}
