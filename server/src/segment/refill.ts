import type { Sql } from '../platform/postgres.ts'
import { publishedRule, readDirectory, resolvedDependents } from './directory.ts'
import { registerStreams } from './publish.ts'
import { restartFilling } from './publishing.ts'
import type { Rule } from './rule.ts'

/**
 * Fills segments that name something with another definition now, and those that refer to them,
 * again and without effects. What rests is left to rest: it is filled when it comes back.
 * @throws a problem when one of them would become more than a rule may be.
 */
export async function refillUsers(
  sql: Sql,
  workspace: number,
  publicIds: readonly string[],
): Promise<void> {
  const directory = await readDirectory(sql, workspace)
  const asked = new Map<string, Rule>()
  for (const id of publicIds) {
    asked.set(id, publishedRule(id, directory))
    for (const [other, its] of resolvedDependents(id, directory)) asked.set(other, its)
  }
  await registerStreams(sql, workspace, [...asked.values()])
  await sql.query(
    `UPDATE segment SET state = 'backfilling' WHERE workspace = $1 AND public_id = ANY($2)
       AND state IN ('live', 'backfilling')`,
    [workspace, [...asked.keys()]],
  )
  await restartFilling(sql, { publicIds: [...asked.keys()], fires: false })
}
