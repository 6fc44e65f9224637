import type { Sql } from '../platform/postgres.ts'
import type { Dossier } from './document.ts'
import { type AskHistory, iso, millis } from './history.ts'
import { maskPath } from './masking.ts'
import { sourceNames } from './names.ts'
import type { TraitVersion } from './schema.ts'

const VERSIONS_MAX = 200

/** The values that a trait has had in any part of the profile, newest first. */
export async function readTraitHistory(
  { sql, ask }: { sql: Sql; ask: AskHistory },
  dossier: Dossier,
  question: { workspace: number; trait: string; reveals: boolean },
): Promise<TraitVersion[]> {
  const [sources, rows] = await Promise.all([
    sourceNames(sql, question.workspace),
    ask<{ value: string; source: number; event: string; at: number }>(
      `SELECT value, source, event, ${millis('c.at')} AS at FROM trait_change AS c
       WHERE workspace = {workspace:UInt32} AND owner IN {owners:Array(UUID)}
         AND trait = {trait:String}
       ORDER BY c.at DESC LIMIT {rows:UInt32}`,
      {
        workspace: question.workspace,
        owners: dossier.identifiers.map((one) => one.id),
        trait: question.trait,
        rows: VERSIONS_MAX,
      },
    ),
  ])
  return rows.map(({ value, source, event, at }) => {
    const parsed: unknown = JSON.parse(value)
    return {
      value: question.reveals ? parsed : maskPath(question.trait, parsed),
      source: sources(source),
      event,
      time: iso(at),
    }
  })
}
