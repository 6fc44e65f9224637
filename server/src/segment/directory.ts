import { badRequest, conflict } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import {
  assertAwake,
  type Directory,
  dependentsOf,
  type Referred,
  referencesIn,
  resolveRule,
  usersOf,
} from './references.ts'
import type { Rule } from './rule.ts'

type Row = Referred & { id: string }

/** The segments of a workspace by public id; in a transaction that changes them: under its lock. */
export async function readDirectory(sql: Sql, workspace: number): Promise<Map<string, Referred>> {
  const rows = await sql.query<Row & { fr: string; en: string }>(
    `SELECT public_id AS id, name_fr AS fr, name_en AS en, rule, state FROM segment
     WHERE workspace = $1`,
    [workspace],
  )
  return new Map(rows.map(({ id, fr, en, rule, state }) => [id, { name: { fr, en }, rule, state }]))
}

/** A rule as it is asked: with the rules of the segments that it refers to; see `resolveRule`. */
export async function resolvedRule(sql: Sql, workspace: number, rule: Rule): Promise<Rule> {
  if (referencesIn(rule).length === 0) return rule
  return resolveRule(rule, await readDirectory(sql, workspace))
}

/** The same of a rule that is to be published, which may refer to nobody who rests. */
export function publishedRule(rule: Rule, directory: Directory, self?: string): Rule {
  assertAwake(rule, directory)
  return resolveRule(rule, directory, self)
}

/** Refuses to let a segment rest that others ask. */
export function assertUnused(segment: string, directory: Directory): void {
  const users = usersOf(segment, directory)
  if (users.length === 0) return
  throw conflict(
    'segment_in_use',
    `Others refer to this segment: ${namesOf(users, directory)}.
    Take it out of their rules first.`.replaceAll(/\s+/g, ' '),
  )
}

/**
 * The rules, as they are asked, of the segments that refer to a changed one.
 * @throws a problem that names the segment whose rule would become more than a rule may be.
 */
export function resolvedDependents(segment: string, directory: Directory): Map<string, Rule> {
  const resolved = new Map<string, Rule>()
  for (const id of dependentsOf(segment, directory)) {
    const rule = directory.get(id)?.rule
    if (!rule) continue
    try {
      resolved.set(id, resolveRule(rule, directory, id))
    } catch (cause) {
      const fault = cause instanceof Error ? cause.message : ''
      const name = namesOf([id], directory)
      throw badRequest('invalid_rule', `It would break ${name}, which refers to it. ${fault}`)
    }
  }
  return resolved
}

function namesOf(ids: readonly string[], directory: Directory): string {
  return ids.map((id) => `“${directory.get(id)?.name.en ?? id}”`).join(', ')
}
