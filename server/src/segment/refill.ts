import type { Sql } from '../platform/postgres.ts'
import { namesTrait } from './computed/resolve.ts'
import { publishedRule, readDirectory, resolvedDependents, rulesInUse } from './directory.ts'
import { registerStreams } from './publish.ts'
import { fillAgain } from './publishing.ts'
import type { Rule } from './rule.ts'

/**
 * Fills the segments that name computed traits with other definitions now, and those that refer
 * to them, again and without effects. What rests is left to rest: it is filled when it comes back.
 * @throws a problem when one of them would become more than a rule may be.
 */
export async function refillNaming(
  sql: Sql,
  workspace: number,
  keys: readonly string[],
): Promise<void> {
  const rules = await rulesInUse(sql, workspace)
  const directory = await readDirectory(sql, workspace)
  const asked = new Map<string, Rule>()
  for (const { id } of rules.filter(({ rule }) => keys.some((key) => namesTrait(rule, key)))) {
    asked.set(id, publishedRule(id, directory))
    for (const [other, its] of resolvedDependents(id, directory)) asked.set(other, its)
  }
  await registerStreams(sql, workspace, [...asked.values()])
  await fillAgain(sql, workspace, [...asked.keys()])
}
