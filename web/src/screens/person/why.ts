import type { WhyPart } from './types.ts'

/** What a group asks of its lines: of `of`, so many; a condition is no group. */
export type WhyGroup = 'all' | 'any' | 'none' | 'of' | 'not'
export type WhyRow = WhyPart & { group: WhyGroup | null }

const GROUPS: readonly string[] = ['all', 'any', 'none', 'of', 'not']

/**
 * The parts of an answer as rows. A group's own sentence repeats those of its lines, so it is told
 * by what it asks of them: the place of its first line names that ("/all/1/any/0").
 */
export function whyRows(parts: readonly WhyPart[]): WhyRow[] {
  return withoutRepeating(
    parts.map((part, index) => ({ ...part, group: groupOf(part, parts[index + 1]) })),
  )
}

/** "All of these" in "all of these" asks nothing more: its lines stand in the outer one. */
function withoutRepeating(rows: readonly WhyRow[]): WhyRow[] {
  const isIn = (row: WhyRow, group: WhyRow) => row.path.startsWith(`${group.path}/`)
  const repeating = rows.filter((row) => {
    const parent = rows.findLast((one) => one.depth === row.depth - 1 && isIn(row, one))
    return row.group === 'all' && parent?.group === 'all'
  })
  return rows
    .filter((row) => !repeating.includes(row))
    .map((row) => {
      const lifted = repeating.filter((group) => isIn(row, group)).length
      return { ...row, depth: row.depth - lifted }
    })
}

function groupOf(part: WhyPart, next: WhyPart | undefined): WhyGroup | null {
  if (!next || next.depth <= part.depth || !next.path.startsWith(`${part.path}/`)) return null
  const key = next.path.slice(part.path.length + 1).split('/')[0] ?? ''
  return GROUPS.includes(key) ? (key as WhyGroup) : null
}
