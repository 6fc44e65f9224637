import { notFound } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { linesOf } from './preview.ts'
import type { Rule } from './rule.ts'

export type Version = { version: number; rule: Rule; at: Date; author: string }

/** The versions of a segment (its number), newest first. */
export async function segmentVersions(sql: Sql, segment: number): Promise<Version[]> {
  return sql.query<Version>(
    'SELECT version, rule, at, author FROM segment_version WHERE segment = $1 ORDER BY version DESC',
    [segment],
  )
}

/** Throws a 404 for a version that the segment does not have. */
export async function findVersion(
  sql: Sql,
  { segment, version }: { segment: number; version: number },
): Promise<Version> {
  const [row] = await sql.query<Version>(
    'SELECT version, rule, at, author FROM segment_version WHERE segment = $1 AND version = $2',
    [segment, version],
  )
  if (!row) throw notFound('The segment has no such version. See the list of its versions.')
  return row
}

/** A line that only one of two rules has, or a group of lines that holds in another way. */
export type Line = { path: string; rule: Rule }
export type Comparison = { removed: Line[]; added: Line[]; kept: Line[]; isRegrouped: boolean }

/** Two rules, line by line of their outermost groups; equal lines are kept, wherever they stand. */
export function compareRules(from: Rule, to: Rule): Comparison {
  const [before, after] = [linesOf(from), linesOf(to)]
  const left = Map.groupBy(before.lines, keyOf)
  const kept: Line[] = []
  const added: Line[] = []
  for (const line of after.lines) {
    const same = left.get(keyOf(line))?.shift()
    if (same) kept.push(line)
    else added.push(line)
  }
  const isRegrouped = groupOf(from) !== groupOf(to)
  return { removed: [...left.values()].flat(), added, kept, isRegrouped }
}

/** Two rules that differ in the order of their keys alone are one. */
const keyOf = ({ rule }: Line): string => JSON.stringify(sorted(rule))

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}

/** How the lines of a rule are joined; one line alone is joined as anything is. */
function groupOf(rule: Rule): string {
  const { lines } = linesOf(rule)
  if (lines.length === 1) return 'all'
  if ('atLeast' in rule) return `atLeast ${rule.atLeast}`
  return 'any' in rule ? 'any' : 'all'
}
