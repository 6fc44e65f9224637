import { type Language, localText } from '../../i18n/i18n.ts'
import type { SegmentRow } from './api.ts'

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
