import { type Decimal, decimalOf } from '../../profile/index.ts'
import type { RfmGroup } from '../rule.ts'

/** Groups of scores as marketing knows them; the first one that a person's scores lie in holds. */
export const RFM_GROUPS: readonly RfmGroup[] = [
  {
    key: 'champions',
    name: { fr: 'Champions', en: 'Champions' },
    cells: [{ r: [5, 5], f: [4, 5] }],
  },
  {
    key: 'loyal',
    name: { fr: 'Clients fidèles', en: 'Loyal' },
    cells: [{ r: [3, 4], f: [4, 5] }],
  },
  {
    key: 'potential_loyalists',
    name: { fr: 'Fidèles en devenir', en: 'Potential loyalists' },
    cells: [{ r: [4, 5], f: [2, 3] }],
  },
  {
    key: 'new',
    name: { fr: 'Nouveaux clients', en: 'New customers' },
    cells: [{ r: [5, 5], f: [1, 1] }],
  },
  {
    key: 'promising',
    name: { fr: 'Prometteurs', en: 'Promising' },
    cells: [{ r: [4, 4], f: [1, 1] }],
  },
  {
    key: 'need_attention',
    name: { fr: 'À ne pas négliger', en: 'Need attention' },
    cells: [{ r: [3, 3], f: [3, 3] }],
  },
  {
    key: 'about_to_sleep',
    name: { fr: 'Sur le point de partir', en: 'About to sleep' },
    cells: [{ r: [3, 3], f: [1, 2] }],
  },
  {
    key: 'cannot_lose',
    name: { fr: 'À ne pas perdre', en: 'Cannot lose them' },
    cells: [{ r: [1, 1], f: [4, 5] }],
  },
  {
    key: 'at_risk',
    name: { fr: 'À risque', en: 'At risk' },
    cells: [
      { r: [2, 2], f: [3, 5] },
      { r: [1, 1], f: [3, 3] },
    ],
  },
  {
    key: 'hibernating',
    name: { fr: 'En sommeil', en: 'Hibernating' },
    cells: [{ r: [2, 2], f: [1, 2] }],
  },
  { key: 'lost', name: { fr: 'Perdus', en: 'Lost' }, cells: [{ r: [1, 1], f: [1, 2] }] },
]

/** From 1 (at or below the lowest cut-off) to 5. */
export function scoreOf(value: Decimal, cuts: readonly number[]): number {
  return 1 + cuts.filter((cut) => (decimalOf(cut) ?? 0n) < value).length
}

export type RfmScores = Record<'r' | 'f' | 'm', number>

/** The key of the first group that has the scores, if any. */
export function groupOf(scores: RfmScores, groups: readonly RfmGroup[]): string | null {
  const isIn = (value: number, range: [number, number] | undefined) =>
    range === undefined || (value >= range[0] && value <= range[1])
  const group = groups.find(({ cells }) =>
    cells.some(({ r, f, m }) => isIn(scores.r, r) && isIn(scores.f, f) && isIn(scores.m, m)),
  )
  return group?.key ?? null
}

/** The group of a recency and a frequency; null where the amount decides, or there is none. */
export function groupAt(
  cell: { r: number; f: number },
  groups: readonly RfmGroup[],
): RfmGroup | null {
  const keys = new Set([1, 2, 3, 4, 5].map((m) => groupOf({ ...cell, m }, groups)))
  const [key] = keys
  return keys.size === 1 ? (groups.find((group) => group.key === key) ?? null) : null
}
