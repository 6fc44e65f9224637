import type { Sql } from '../platform/postgres.ts'
import type { Dossier } from './document.ts'
import { type AskHistory, iso, millis } from './history.ts'
import { segmentNames } from './names.ts'
import type { Stay } from './schema.ts'
import { formerIds } from './timeline.ts'

const CHANGES_MAX = 2_000

type Change = { segment: number; change: 'entered' | 'left'; at: number }
type NumberedStay = { segment: number; enteredAt: number; leftAt: number | null }

/** The stays of a profile in segments, newest first; the current ones as the document has them. */
export async function readStays(
  { sql, ask }: { sql: Sql; ask: AskHistory },
  dossier: Dossier,
  workspace: number,
): Promise<{ current: Stay[]; history: Stay[] }> {
  const [segments, changes] = await Promise.all([
    segmentNames(sql, workspace),
    ask<Change>(
      `SELECT segment, change, ${millis('c.at')} AS at FROM membership_change AS c
       WHERE workspace = {workspace:UInt32} AND profile IN {profiles:Array(UUID)}
       ORDER BY c.at DESC LIMIT {rows:UInt32}`,
      { workspace, profiles: formerIds(dossier), rows: CHANGES_MAX },
    ),
  ])
  const show = (stays: readonly NumberedStay[]): Stay[] =>
    stays.flatMap(({ segment, enteredAt, leftAt }) => {
      const named = segments.get(segment)
      const left = leftAt === null ? null : iso(leftAt)
      return named ? [{ segment: named, enteredAt: iso(enteredAt), leftAt: left }] : []
    })
  const all = staysOf(changes.toReversed(), dossier.document.segments)
  return { current: show(all.filter(({ leftAt }) => leftAt === null)), history: show(all) }
}

/**
 * Pairs entries with exits. What is current is told by the document (`current`: segment → since,
 * epoch ms): the ledger may lag behind it, and lacks the memberships that a merge brought.
 */
export function staysOf(
  changes: readonly Change[],
  current: ReadonlyMap<number, number>,
): NumberedStay[] {
  const stays: NumberedStay[] = []
  const open = new Map<number, NumberedStay>()
  for (const { segment, change, at } of changes) {
    const held = open.get(segment)
    if (change === 'entered' && !held) {
      const stay = { segment, enteredAt: at, leftAt: null }
      open.set(segment, stay)
      stays.push(stay)
    } else if (change === 'left' && held) {
      held.leftAt = at
      open.delete(segment)
    }
  }
  const past = stays.filter(({ leftAt }) => leftAt !== null)
  const now = [...current].map(([segment, enteredAt]) => ({ segment, enteredAt, leftAt: null }))
  return [...past, ...now].sort((x, y) => y.enteredAt - x.enteredAt)
}
