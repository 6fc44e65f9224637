import { badRequest, conflict } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { standings } from '../privacy/index.ts'
import type { LocalText } from './answer.ts'
import { traitsNamed } from './computed/resolve.ts'
import { readComputed } from './computedDefinitions.ts'
import { NOBODY } from './drafts.ts'
import { namesStaff } from './kinds/staff.ts'
import {
  type AskedRule,
  asksReachable,
  assertPresent,
  COMPOSED,
  type Directory,
  dependentsOf,
  listsIn,
  type Referred,
  referencesIn,
  resolveRule,
  usersOf,
  WRITTEN,
} from './references.ts'
import type { Rule } from './rule.ts'
import { readParties } from './sourceParties.ts'
import { readStaff } from './staff.ts'

/** What rules may refer to; in a transaction that changes segments: under its lock. */
export async function readDirectory(sql: Sql, workspace: number): Promise<Directory> {
  const rows = await sql.query<LocalText & Omit<Referred, 'name'> & { id: string }>(
    `SELECT public_id AS id, name_fr AS fr, name_en AS en, rule, state,
       written IS NOT NULL AS "isComposed", includes_staff AS "includesStaff"
     FROM segment WHERE workspace = $1`,
    [workspace],
  )
  const lists = await sql.query<{ id: string }>(
    'SELECT public_id AS id FROM list WHERE workspace = $1 AND archived_at IS NULL',
    [workspace],
  )
  const segments = rows.map(({ id, fr, en, ...row }) => {
    return [id, { ...row, name: { fr, en } }] as const
  })
  return {
    segments: new Map(segments),
    lists: new Set(lists.map(({ id }) => id)),
    traits: await readComputed(sql, workspace),
    staff: await readStaff(sql, workspace),
    marketing: await standings.basisOf(sql, workspace),
    parties: await readParties(sql, workspace),
  }
}

/** The same for who publishes a rule: the lists that it asks stay until the transaction ends. */
export async function directoryFor(sql: Sql, workspace: number, rule: Rule): Promise<Directory> {
  const lists = listsIn(rule)
  if (lists.length > 0) {
    await sql.query('SELECT 1 FROM list WHERE workspace = $1 AND public_id = ANY($2) FOR SHARE', [
      workspace,
      lists,
    ])
  }
  return readDirectory(sql, workspace)
}

/** Whether a rule may name segments, lists or computed traits. */
const namesOthers = (rule: Rule): boolean =>
  [referencesIn, listsIn, traitsNamed].some((namedIn) => namedIn(rule).length > 0)

/** What there is to know for one rule: most name nothing, and the settings are quickly read. */
async function directoryAsked(sql: Sql, workspace: number, rule: Rule): Promise<Directory> {
  if (namesOthers(rule)) return readDirectory(sql, workspace)
  const staff = await readStaff(sql, workspace)
  const marketing = asksReachable(rule) ? await standings.basisOf(sql, workspace) : 'consent'
  const parties = await readParties(sql, workspace)
  const nothing = { segments: new Map(), lists: new Set<string>(), traits: new Map() }
  return { ...nothing, staff, marketing, parties }
}

/** A stored rule as it is asked: with what it refers to; see `resolveRule`. */
export async function resolvedRule(sql: Sql, workspace: number, asked: AskedRule): Promise<Rule> {
  const directory = await directoryAsked(sql, workspace, asked.rule)
  return resolveRule(asked, directory, { bounds: COMPOSED })
}

/** The same of a rule that was only just sent: all that it refers to must be there. */
export async function askedRule(
  sql: Sql,
  workspace: number,
  { rule, includesStaff }: AskedRule,
): Promise<{ rule: Rule; leftOut: Rule | null }> {
  const directory = await directoryAsked(sql, workspace, rule)
  assertPresent(rule, directory)
  // Who is left out is told apart: the lines of the rule are counted by themselves.
  const resolved = resolveRule({ rule, includesStaff: true }, directory, { bounds: WRITTEN })
  const { staff } = directory
  const leftOut = includesStaff || !namesStaff(staff) ? null : { staff: true as const, as: staff }
  return { rule: resolved, leftOut }
}

/** The same of a segment that is to be published. */
export function publishedRule(self: string, directory: Directory): Rule {
  const held = directory.segments.get(self)
  const { rule = NOBODY, isComposed = false, includesStaff = false } = held ?? {}
  assertPresent(rule, directory)
  const bounds = isComposed ? COMPOSED : WRITTEN
  return resolveRule({ rule, includesStaff }, directory, { self, bounds })
}

/** Refuses to let a segment rest that others ask. */
export function assertUnused(segment: string, directory: Directory): void {
  const users = usersOf(segment, directory)
  if (users.length === 0) return
  const names = namesIn(users, directory)
  const detail = `Others refer to this segment: ${names}. Take it out of their rules first.`
  throw conflict('segment_in_use', detail)
}

/** A segment by its public id. */
export type Named = { id: string; name: LocalText }

/** The stored rules of the segments of a workspace, the archived ones left out. */
export async function rulesInUse(sql: Sql, workspace: number): Promise<(Named & { rule: Rule })[]> {
  const rows = await sql.query<LocalText & { id: string; rule: Rule }>(
    `SELECT public_id AS id, name_fr AS fr, name_en AS en, rule FROM segment
     WHERE workspace = $1 AND state <> 'archived' ORDER BY id`,
    [workspace],
  )
  return rows.map(({ fr, en, ...row }) => ({ ...row, name: { fr, en } }))
}

/** Segments by the list that they ask in their own rule, the archived ones left out. */
export async function segmentsByList(sql: Sql, workspace: number): Promise<Map<string, Named[]>> {
  const users = new Map<string, Named[]>()
  for (const { id, name, rule } of await rulesInUse(sql, workspace)) {
    for (const list of new Set(listsIn(rule))) {
      users.set(list, [...(users.get(list) ?? []), { id, name }])
    }
  }
  return users
}

/** Refuses to let a list go that segments ask, or that says who is staff. */
export async function assertListUnused(sql: Sql, workspace: number, list: string): Promise<void> {
  const users = (await segmentsByList(sql, workspace)).get(list)
  if (users) {
    const names = users.map((one) => `“${one.name.en}”`).join(', ')
    throw conflict('list_in_use', `Segments ask this list: ${names}. Take it out of them first.`)
  }
  if ((await readStaff(sql, workspace)).list !== list) return
  const detail = 'This list says who is staff or a test. Name another one in the settings first.'
  throw conflict('list_in_use', detail)
}

/**
 * The rules, as they are asked, of the segments that refer to a changed one.
 * @throws a problem that names the segment whose rule would become more than a rule may be.
 */
export function resolvedDependents(segment: string, directory: Directory): Map<string, Rule> {
  const resolved = new Map<string, Rule>()
  for (const id of dependentsOf(segment, directory)) {
    const held = directory.segments.get(id)
    if (!held) continue
    try {
      const bounds = held.isComposed ? COMPOSED : WRITTEN
      resolved.set(id, resolveRule(held, directory, { self: id, bounds }))
    } catch (cause) {
      const fault = cause instanceof Error ? cause.message : ''
      const name = namesIn([id], directory)
      throw badRequest('invalid_rule', `It would break ${name}, which refers to it. ${fault}`)
    }
  }
  return resolved
}

function namesIn(ids: readonly string[], { segments }: Directory): string {
  return ids.map((id) => `“${segments.get(id)?.name.en ?? id}”`).join(', ')
}
