import type { Postgres } from '../platform/postgres.ts'
import { standings } from '../privacy/index.ts'
import { readDirectory } from './directory.ts'
import { announce, lockFlow } from './publish.ts'
import { fillAgain } from './publishing.ts'
import { askingWith, asksReachable } from './references.ts'

/**
 * Follows workspaces that reach people on another legal basis than before: others are reachable by
 * that, so the segments that ask for it are filled again, without effects, and history's copies of
 * the people are made anew. It stands in the table what was followed, so that a cut between the
 * change and this loses nothing.
 */
export async function followBases(postgres: Postgres): Promise<void> {
  const changed = await postgres.query<{ id: number }>(
    `SELECT w.id FROM workspace AS w
     LEFT JOIN purpose AS p ON p.workspace = w.id AND p.key = $1
     WHERE w.marketing_basis <> coalesce(p.basis, 'consent') ORDER BY w.id`,
    [standings.REACHING],
  )
  for (const { id } of changed) await refill(postgres, id)
}

async function refill(postgres: Postgres, workspace: number): Promise<void> {
  await postgres.transaction(async (sql) => {
    await lockFlow(sql)
    const basis = await standings.basisOf(sql, workspace)
    await sql.query('UPDATE workspace SET marketing_basis = $2 WHERE id = $1', [workspace, basis])
    await fillAgain(sql, workspace, askingWith(await readDirectory(sql, workspace), asksReachable))
    await sql.query(
      `INSERT INTO copy_again (workspace) VALUES ($1)
       ON CONFLICT (workspace) DO UPDATE SET after = NULL`,
      [workspace],
    )
    await announce(sql)
  })
}
