import type { Sql } from '../platform/postgres.ts'
import { tree } from './kinds/index.ts'
import type { StreamNeed } from './kinds/kind.ts'
import type { Rule } from './rule.ts'

/** Positions of the log from which on the flow works with a definition: `lane:shard` → position. */
export type Cut = Record<string, number>

/**
 * Registers the streams of a rule and makes every worker read the definitions again. All shards
 * are locked for this instant, so the cut is exact: a batch either knows the streams, or its
 * events lie before the cut and reach the documents by the backfill.
 */
export async function registerStreams(
  sql: Sql,
  workspace: number,
  rule: Rule,
): Promise<{ cut: Cut; complete: boolean }> {
  const cursors = await lockFlow(sql)
  let complete = true
  for (const need of tree.needs(rule).streams) {
    complete = (await registerStream(sql, workspace, need)) && complete
  }
  await announce(sql)
  const cut = Object.fromEntries(
    cursors
      .filter(({ lane }) => lane !== 'inner')
      .map(({ lane, shard, position }) => [`${lane}:${shard}`, position]),
  )
  return { cut, complete }
}

/** Holds every shard where it is, in the one order in which all who lock them do. */
export async function lockFlow(
  sql: Sql,
): Promise<{ lane: string; shard: number; position: number }[]> {
  return sql.query('SELECT lane, shard, position FROM flow_cursor ORDER BY lane, shard FOR UPDATE')
}

/** Makes every worker read the definitions again before its next batch. */
export async function announce(sql: Sql): Promise<void> {
  await sql.query('UPDATE definition_version SET version = version + 1')
}

/** True when the documents hold all of the stream already. */
async function registerStream(sql: Sql, workspace: number, need: StreamNeed): Promise<boolean> {
  const [row] = await sql.query<{ complete: boolean }>(
    `INSERT INTO stream AS held (workspace, definition, keep_newest, keep_ms)
     VALUES ($1, $2, $3, $4)
     ON CONFLICT (workspace, definition) DO UPDATE SET
       keep_newest = greatest(held.keep_newest, excluded.keep_newest),
       keep_ms = CASE WHEN held.keep_ms IS NULL OR excluded.keep_ms IS NULL THEN NULL
                      ELSE greatest(held.keep_ms, excluded.keep_ms) END,
       complete = held.complete AND held.keep_newest >= excluded.keep_newest
         AND (held.keep_ms IS NULL OR held.keep_ms >= excluded.keep_ms)
     RETURNING complete`,
    [workspace, need.key, need.newest, need.ms],
  )
  return row?.complete ?? false
}
