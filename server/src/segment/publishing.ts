import type { Sql } from '../platform/postgres.ts'
import { directoryFor, publishedRule, resolvedDependents } from './directory.ts'
import { registerStreams } from './publish.ts'
import type { Referred } from './references.ts'
import type { Rule } from './rule.ts'

/** A rule as it is asked, under its segment's public id. */
export type Published = Pick<Referred, 'name' | 'rule' | 'isComposed' | 'includesStaff'> & {
  publicId: string
}

/**
 * Makes ready what the flow needs for rules that come into force together, and for the segments
 * that refer to them: their answers change with new rules, so they are filled again, without
 * effects. The caller holds the flow.
 */
export async function publishRules(
  sql: Sql,
  workspace: number,
  { published, isNew }: { published: readonly Published[]; isNew: boolean },
): Promise<void> {
  const rules = published.map(({ rule }) => rule)
  const held = await directoryFor(sql, workspace, { all: rules })
  const segments = new Map(held.segments)
  for (const { publicId, ...row } of published) {
    segments.set(publicId, { ...row, state: 'backfilling' })
  }
  const directory = { ...held, segments }
  const asked = published.map(({ publicId }) => publishedRule(publicId, directory))
  const dependents = new Map<string, Rule>()
  for (const { publicId } of isNew ? published : []) {
    for (const [id, rule] of resolvedDependents(publicId, directory)) dependents.set(id, rule)
  }
  for (const { publicId } of published) dependents.delete(publicId)
  await registerStreams(sql, workspace, [...asked, ...dependents.values()])
  await fillAgain(sql, workspace, [...dependents.keys()])
}

const FROM_THE_START = 'evaluated = false, progress = 0, filled_to = NULL, filled = 0'

/**
 * Fills segments whose answers change by something else again, without effects. What rests is left
 * to rest, as it is: it is filled when it comes back.
 */
export async function fillAgain(
  sql: Sql,
  workspace: number,
  publicIds: readonly string[],
): Promise<void> {
  await sql.query(
    `UPDATE segment SET state = 'backfilling', fires = false, ${FROM_THE_START}
     WHERE workspace = $1 AND public_id = ANY($2) AND state IN ('live', 'backfilling')`,
    [workspace, publicIds],
  )
}

/** Fills segments from the start; `fires`: whether whoever moves by that is told of. */
export async function restartFilling(
  sql: Sql,
  { publicIds, fires }: { publicIds: readonly string[]; fires: boolean },
): Promise<void> {
  await sql.query(`UPDATE segment SET fires = $2, ${FROM_THE_START} WHERE public_id = ANY($1)`, [
    publicIds,
    fires,
  ])
}
