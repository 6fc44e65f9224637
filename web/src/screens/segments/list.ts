import { type Language, localText } from '../../i18n/i18n.ts'
import type { SegmentRow, SegmentState } from './api.ts'
import { matches } from './fields.ts'
import { isInFolder } from './shelf/folders.ts'

export type SegmentSort = { by: string; order: 'asc' | 'desc' }

const VALUES: Record<string, (row: SegmentRow, language: Language) => string | number> = {
  name: (row, language) => localText(row.name, language),
  size: (row) => row.size,
  moved: (row) => row.entered24h + row.left24h,
  updatedAt: (row) => row.updatedAt,
}

/** The segments in the order asked for; equal ones by name, so that the order is always one. */
export function sortSegments(
  rows: readonly SegmentRow[],
  { by, order }: SegmentSort,
  language: Language,
): SegmentRow[] {
  const value = VALUES[by] ?? VALUES.size
  const name = (row: SegmentRow) => localText(row.name, language)
  const compare = (a: SegmentRow, b: SegmentRow): number => {
    const [x, y] = [value?.(a, language) ?? 0, value?.(b, language) ?? 0]
    if (typeof x === 'number' && typeof y === 'number') return x - y
    return String(x).localeCompare(String(y), language)
  }
  const sign = order === 'asc' ? 1 : -1
  return [...rows].sort((a, b) => sign * compare(a, b) || name(a).localeCompare(name(b), language))
}

/** What the list is narrowed to; all of it holds at once. */
export type ShelfSearch = {
  q?: string | undefined
  state?: SegmentState | undefined
  /** It and what is in it; '' = in none. */
  folder?: string | undefined
  tag?: string | undefined
  owner?: string | undefined
  unused?: true | undefined
}

/** Whether a segment is among those that are looked for, by name, folder or tag. */
export function onShelf(row: SegmentRow, search: ShelfSearch, language: Language): boolean {
  const { q, state, folder, tag, owner, unused } = search
  if (state === undefined ? row.state === 'archived' : row.state !== state) return false
  if (folder !== undefined && !isInFolder(folder, row.folder)) return false
  if (tag !== undefined && !row.tags.includes(tag)) return false
  if (owner !== undefined && row.owner?.id !== owner) return false
  if (unused && !row.unused) return false
  return !q || matches(q, localText(row.name, language), row.folder, ...row.tags)
}

export function isFiltered({ q, state, folder, tag, owner, unused }: ShelfSearch): boolean {
  return [q, state, folder, tag, owner, unused].some((each) => each !== undefined)
}
