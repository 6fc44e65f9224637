import type { Sql } from '../platform/postgres.ts'
import {
  type Decision,
  EVIDENCE_KINDS,
  type Partition,
  pairKey,
  partition,
  type Refusal,
  type Vertex,
} from './components.ts'
import { identifierText } from './identifiers.ts'
import type { Namespaces } from './namespaces.ts'
import {
  decisionsTouching,
  type EvidenceRow,
  evidenceTouching,
  findIdentifiersById,
  type Registered,
} from './store.ts'

/** Items of evidence in one region at the most; above it the region is frozen, for review. */
export const REGION_ITEMS_MAX = 1_000

export type Region = {
  identifiers: Map<string, Registered>
  evidence: EvidenceRow[]
  decisions: Decision[]
  /** Identifiers of regions too large to replay: their components stay as they are. */
  frozen: Set<string>
}

/**
 * Groups ids by the evidence between them and counts each group's items. The smaller group joins
 * the larger: a hostile star of 10,000 identifiers must not take minutes here.
 */
function groupsOf(evidence: readonly EvidenceRow[]) {
  const parent = new Map<string, string>()
  const members = new Map<string, number>()
  const find = (id: string): string => {
    let root = id
    for (let next = parent.get(root); next !== undefined; next = parent.get(root)) root = next
    return root
  }
  for (const { a, b } of evidence) {
    const [x, y] = [find(a), find(b)]
    if (x === y) continue
    const [sizeX, sizeY] = [members.get(x) ?? 1, members.get(y) ?? 1]
    const [large, small] = sizeX >= sizeY ? [x, y] : [y, x]
    parent.set(small, large)
    members.set(large, sizeX + sizeY)
  }
  const items = new Map<string, number>()
  for (const { a } of evidence) {
    const root = find(a)
    items.set(root, (items.get(root) ?? 0) + 1)
  }
  return { sizeAt: (id: string) => items.get(find(id)) ?? 0 }
}

/**
 * Loads all that is reached from `seeds` through evidence, accepted or refused: what lies outside
 * cannot change by what changes inside.
 */
export async function loadRegion(
  sql: Sql,
  seeds: readonly string[],
  fresh: readonly EvidenceRow[],
): Promise<Region> {
  const evidence = new Map<string, EvidenceRow>()
  const keyOf = (row: EvidenceRow) => `${pairKey(row.a, row.b)}|${row.kind}`
  for (const row of fresh) evidence.set(keyOf(row), row)
  const seen = new Set<string>()
  let frontier = [...new Set([...seeds, ...fresh.flatMap((row) => [row.a, row.b])])]
  while (frontier.length > 0) {
    for (const id of frontier) seen.add(id)
    for (const row of await evidenceTouching(sql, frontier, REGION_ITEMS_MAX + 1)) {
      // What this batch says about a pair is newer than what is stored.
      if (!evidence.has(keyOf(row))) evidence.set(keyOf(row), row)
    }
    const { sizeAt } = groupsOf([...evidence.values()])
    const reached = [...evidence.values()].flatMap((row) => [row.a, row.b])
    frontier = [...new Set(reached)].filter((id) => !seen.has(id) && sizeAt(id) <= REGION_ITEMS_MAX)
  }
  const all = [...evidence.values()]
  const { sizeAt } = groupsOf(all)
  return {
    identifiers: await findIdentifiersById(sql, [...seen]),
    evidence: all,
    decisions: await decisionsTouching(sql, [...seen]),
    frozen: new Set([...seen].filter((id) => sizeAt(id) > REGION_ITEMS_MAX)),
  }
}

export type Replayed = {
  /** Identifiers whose profile is another one now. */
  moved: { identifier: string; from: string; to: string }[]
  /** Evidence whose standing changed, or that is new. */
  evidence: EvidenceRow[]
}

/** Runs the canonical fold over a region and says what is different from before. */
export function replayRegion(
  region: Region,
  fresh: readonly EvidenceRow[],
  namespaces: Namespaces,
): Replayed {
  const isFrozen = (row: EvidenceRow) => region.frozen.has(row.a) || region.frozen.has(row.b)
  const open = region.evidence.filter((row) => !isFrozen(row) && isAlive(row, region.decisions))
  const vertices = [...region.identifiers.values()].map(
    (one): Vertex => ({
      id: one.id,
      namespace: one.namespace,
      text: identifierText(one),
      limit: namespaces(one.namespace).limit,
    }),
  )
  const result = partition(
    vertices.filter((vertex) => !region.frozen.has(vertex.id)),
    open,
    region.decisions,
  )
  return { moved: movesIn(region, result), evidence: standings(region, { fresh, open, result }) }
}

/** A human link counts only as long as it is the last word on its pair. */
function isAlive(row: EvidenceRow, decisions: readonly Decision[]): boolean {
  if (row.kind !== EVIDENCE_KINDS.decision) return true
  const key = pairKey(row.a, row.b)
  return decisions.some((one) => pairKey(one.a, one.b) === key && one.verdict === 'link')
}

function movesIn(region: Region, result: Partition): Replayed['moved'] {
  return [...region.identifiers.values()].flatMap((one) => {
    const to = result.profileOf.get(one.id)
    return to === undefined || to === one.profile
      ? []
      : [{ identifier: one.id, from: one.profile, to }]
  })
}

function standings(
  region: Region,
  facts: { fresh: readonly EvidenceRow[]; open: readonly EvidenceRow[]; result: Partition },
): EvidenceRow[] {
  const fresh = new Set(facts.fresh)
  const refusalOf = new Map<EvidenceRow, Refusal | null>()
  facts.open.forEach((row, index) => {
    refusalOf.set(row, facts.result.refusals[index] ?? null)
  })
  return region.evidence.flatMap((row) => {
    const next = standing(row, refusalOf)
    const changed = next.state !== row.state || next.reason !== row.reason
    return changed || fresh.has(row) ? [{ ...row, ...next }] : []
  })
}

function standing(
  row: EvidenceRow,
  refusalOf: ReadonlyMap<EvidenceRow, Refusal | null>,
): Pick<EvidenceRow, 'state' | 'reason'> {
  const refusal = refusalOf.get(row)
  if (refusal === undefined) {
    return row.kind === EVIDENCE_KINDS.decision
      ? { state: 'retracted', reason: 'retracted' }
      : { state: 'frozen', reason: 'too_large' }
  }
  if (refusal === null) return { state: 'accepted', reason: null }
  if (refusal.code === 'retracted') return { state: 'retracted', reason: 'retracted' }
  const reason = refusal.namespace ? `${refusal.code}:${refusal.namespace}` : refusal.code
  return { state: 'refused', reason }
}
