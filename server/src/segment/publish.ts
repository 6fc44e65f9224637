import type { Sql } from '../platform/postgres.ts'
import type { StreamNeed } from './answer.ts'
import { tree } from './kinds/index.ts'
import type { Rule } from './rule.ts'

/** Positions of the log from which on the flow works with a definition: `lane:shard` → position. */
export type Cut = Record<string, number>

/** Registers the streams of rules, as they are asked; see `registerNeeds`. */
export async function registerStreams(
  sql: Sql,
  workspace: number,
  rules: readonly Rule[],
): Promise<void> {
  await registerNeeds(
    sql,
    workspace,
    rules.flatMap((rule) => tree.needs(rule).streams),
  )
}

/**
 * Registers streams and makes every worker read the definitions
 * again. All shards are locked for this instant, so the cut of what is new is exact: a batch either
 * knows the streams, or its events lie before the cut and reach the documents by the backfill.
 */
export async function registerNeeds(
  sql: Sql,
  workspace: number,
  needs: readonly StreamNeed[],
): Promise<void> {
  const cursors = await lockFlow(sql)
  const cut: Cut = Object.fromEntries(
    cursors
      .filter(({ lane }) => lane !== 'inner')
      .map(({ lane, shard, position }) => [`${lane}:${shard}`, position]),
  )
  for (const need of needs) await registerStream(sql, workspace, { need, cut })
  await announce(sql)
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

/** A stream that must keep more than before has lost what is more until now: it has a new cut. */
async function registerStream(
  sql: Sql,
  workspace: number,
  { need, cut }: { need: StreamNeed; cut: Cut },
): Promise<void> {
  await sql.query(
    `INSERT INTO stream AS held (workspace, definition, keep_newest, keep_ms, cut)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (workspace, definition) DO UPDATE SET
       keep_newest = greatest(held.keep_newest, excluded.keep_newest),
       keep_ms = CASE WHEN held.keep_ms IS NULL OR excluded.keep_ms IS NULL THEN NULL
                      ELSE greatest(held.keep_ms, excluded.keep_ms) END,
       complete = false,
       cut = excluded.cut
     WHERE held.keep_newest < excluded.keep_newest
       OR held.keep_ms < excluded.keep_ms
       OR (held.keep_ms IS NOT NULL AND excluded.keep_ms IS NULL)`,
    [workspace, need.key, need.newest, need.ms, JSON.stringify(cut)],
  )
}
