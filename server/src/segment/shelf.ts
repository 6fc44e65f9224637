import { DAY_MS } from '../platform/durations.ts'
import { folded } from '../profile/index.ts'
import { referencesIn } from './references.ts'
import type { SegmentState } from './rule.ts'
import type { SegmentRow } from './segments.ts'

/** What a list of segments may be narrowed to; all of it holds at once. */
export type ShelfFilter = {
  /** Looked for in names, description, folder and tags, without accents and case. */
  q?: string
  /** This folder and what is in it; '' = those that stand in none. */
  folder?: string
  tag?: string
  /** A user's id, or `none`. */
  owner?: string
  /** Without it all but the archived ones. */
  state?: SegmentState
  unused?: boolean
}

/** Nobody asks for it so long: it may go. */
export const UNUSED_DAYS = 90
const UNUSED_MS = UNUSED_DAYS * DAY_MS

/**
 * Whether a segment is used by nothing and nobody: no destination is triggered by it and no other
 * segment refers to it, none of that ended in the last 90 days, and in these nobody has opened or
 * changed it. Drafts and archived ones are no matter of use. `users`: segments that refer to it.
 */
export function isUnused(row: SegmentRow, users: number, now: number): boolean {
  if (row.state === 'archived' || row.state === 'draft') return false
  if (row.destinations > 0 || users > 0) return false
  const last = [row.updated_at, row.looked_at, row.let_go_at].map((at) => at?.getTime() ?? 0)
  return Math.max(...last) <= now - UNUSED_MS
}

/** How many segments refer to each, by public id; the archived ones do not count. */
export function usersByRow(rows: readonly SegmentRow[]): (row: SegmentRow) => number {
  const shown = rows.filter((row) => row.state !== 'archived')
  const named = shown.flatMap((row) => [...new Set(referencesIn(row.written))])
  const users = new Map(tally(named))
  return (row) => users.get(row.public_id) ?? 0
}

/** Whether a segment is among those that are asked for. */
export function isOnShelf(
  row: SegmentRow,
  filter: ShelfFilter,
  context: { users: number; now: number },
): boolean {
  const { q, folder, tag, owner, state, unused } = filter
  if (state === undefined ? row.state === 'archived' : row.state !== state) return false
  if (folder !== undefined && !isIn(folder, row.folder)) return false
  if (tag !== undefined && !row.tags.includes(tag)) return false
  if (owner !== undefined && (row.owner ?? 'none') !== owner) return false
  if (unused !== undefined && isUnused(row, context.users, context.now) !== unused) return false
  return q === undefined || textOf(row).includes(folded(q))
}

/** Folders are paths, as `Fidélité/Noël`. */
const isIn = (folder: string, place: string): boolean =>
  folder === '' ? place === '' : place === folder || place.startsWith(`${folder}/`)

const textOf = (row: SegmentRow): string =>
  [row.name_fr, row.name_en, row.description, row.folder, ...row.tags].map(folded).join('\n')

export type Count<Key> = Key & { count: number }

/** How many segments each choice of a filter would leave, the archived ones only as a state. */
export type Shelf = {
  folders: Count<{ name: string }>[]
  tags: Count<{ name: string }>[]
  owners: Count<{ id: string; name: string }>[]
  states: Count<{ state: SegmentState }>[]
  unused: number
}

export function shelfOf(
  rows: readonly SegmentRow[],
  usersOf: (row: SegmentRow) => number,
  now: number,
): Shelf {
  const shown = rows.filter((row) => row.state !== 'archived')
  const named = (keys: readonly string[]) => tally(keys).map(([name, count]) => ({ name, count }))
  const names = new Map(rows.map((row) => [row.owner, row.owner_name ?? '']))
  return {
    folders: named(shown.flatMap((row) => (row.folder === '' ? [] : [row.folder]))),
    tags: named(shown.flatMap((row) => row.tags)),
    owners: tally(shown.flatMap((row) => row.owner ?? [])).map(([id, count]) => {
      return { id, name: names.get(id) ?? '', count }
    }),
    states: tally(rows.map((row) => row.state)).map(([state, count]) => ({ state, count })),
    unused: shown.filter((row) => isUnused(row, usersOf(row), now)).length,
  }
}

function tally<Key extends string>(keys: readonly Key[]): [Key, number][] {
  const counts = new Map<Key, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts].sort(([x], [y]) => x.localeCompare(y))
}
