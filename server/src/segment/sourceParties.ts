import type { Sql } from '../platform/postgres.ts'
import type { Parties } from './party.ts'
import type { Party } from './rule.ts'

/** The sources that rules take for another party's than the first: of each workspace, or of one. */
export async function partiesByWorkspace(
  sql: Sql,
  workspace: number | null,
): Promise<Map<number, Parties>> {
  const rows = await sql.query<{ id: number; workspace: number; party: Party }>(
    `SELECT id, workspace, party FROM source
     WHERE party <> 'first' AND ($1::integer IS NULL OR workspace = $1)`,
    [workspace],
  )
  return new Map(
    [...Map.groupBy(rows, (row) => row.workspace)].map(([of, own]) => [
      of,
      new Map(own.map(({ id, party }) => [id, party])),
    ]),
  )
}

/** Those of one workspace. */
export async function readParties(sql: Sql, workspace: number): Promise<Parties> {
  return (await partiesByWorkspace(sql, workspace)).get(workspace) ?? new Map()
}
