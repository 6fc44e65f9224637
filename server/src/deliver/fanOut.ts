import type { Deps } from '../platform/deps.ts'
import type { Sql } from '../platform/postgres.ts'
import { decideConsents } from '../privacy/index.ts'
import type { Transition } from './cloudEvent.ts'
import { DESTINATION_COLUMNS, type DestinationRow, isTriggered } from './destination.ts'

const BATCH_MAX = 500
/** Any number, the same in every instance: one at a time fans out, so deliveries keep the order. */
export const FAN_OUT_LOCK = 4_207_735

type OutboxRow = { id: number; workspace: number; key: string; profile: string; body: Transition }
type Pair = { row: OutboxRow; destination: DestinationRow }
type NewDelivery = Pair & { reason: string | null }

/**
 * Turns waiting transitions of the outbox into deliveries, one for each destination that is
 * triggered, and takes them out of it: all in one transaction, so each exists exactly once. A
 * delivery without consent is written as refused, with its reason.
 * @returns how many transitions were taken; 0 = nothing waits, or another instance is at it.
 */
export async function fanOut(deps: Deps): Promise<number> {
  const [outbox] = await deps.postgres.query<{ waits: boolean }>(
    "SELECT EXISTS (SELECT 1 FROM outbox WHERE kind = 'segment') AS waits",
  )
  if (!outbox?.waits) return 0
  return deps.postgres.transaction(async (sql) => {
    const [lock] = await sql.query<{ free: boolean }>(
      'SELECT pg_try_advisory_xact_lock($1) AS free',
      [FAN_OUT_LOCK],
    )
    if (!lock?.free) return 0
    const rows = await sql.query<OutboxRow>(
      `SELECT id, workspace, key, profile, body FROM outbox
       WHERE kind = 'segment' ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [BATCH_MAX],
    )
    if (rows.length === 0) return 0
    const pairs = matching(rows, await readEnabled(sql, rows))
    await insertDeliveries(sql, await withConsent(sql, pairs), deps)
    await sql.query('DELETE FROM outbox WHERE id = ANY($1)', [rows.map(({ id }) => id)])
    return rows.length
  })
}

function readEnabled(sql: Sql, rows: readonly OutboxRow[]): Promise<DestinationRow[]> {
  return sql.query<DestinationRow>(
    `SELECT ${DESTINATION_COLUMNS} FROM destination
     WHERE workspace = ANY($1) AND enabled AND deleted_at IS NULL`,
    [[...new Set(rows.map(({ workspace }) => workspace))]],
  )
}

function matching(rows: readonly OutboxRow[], destinations: readonly DestinationRow[]): Pair[] {
  return rows.flatMap((row) =>
    destinations
      .filter(
        (destination) =>
          destination.workspace === row.workspace && isTriggered(destination, row.body),
      )
      .map((destination) => ({ row, destination })),
  )
}

async function withConsent(sql: Sql, pairs: readonly Pair[]): Promise<NewDelivery[]> {
  const decided: NewDelivery[] = []
  for (const workspace of new Set(pairs.map(({ row }) => row.workspace))) {
    const own = pairs.filter(({ row }) => row.workspace === workspace)
    const decisions = await decideConsents(
      sql,
      workspace,
      own.map(({ row, destination: { purpose, channel } }) => ({
        profile: row.profile,
        purpose,
        channel,
      })),
    )
    for (const [index, pair] of own.entries()) {
      decided.push({ ...pair, reason: decisions[index]?.reason ?? null })
    }
  }
  return decided
}

async function insertDeliveries(sql: Sql, deliveries: readonly NewDelivery[], deps: Deps) {
  if (deliveries.length === 0) return
  await sql.query(
    `INSERT INTO delivery (id, workspace, destination, key, profile, sequence, segment, change,
       transition, state, reason, next_attempt_at, created_at, updated_at)
     SELECT id, workspace, destination, key, profile, sequence, segment, change, transition,
       CASE WHEN reason IS NULL THEN 'waiting' ELSE 'refused' END, reason,
       CASE WHEN reason IS NULL THEN $2::timestamptz END, $2, $2
     FROM jsonb_to_recordset($1::jsonb) AS new (id uuid, workspace int, destination uuid, key text,
       profile uuid, sequence bigint, segment text, change text, transition jsonb, reason text)
     ON CONFLICT (destination, key) DO NOTHING`,
    [
      JSON.stringify(
        deliveries.map(({ row, destination, reason }) => ({
          id: deps.newId(),
          workspace: row.workspace,
          destination: destination.id,
          key: row.key,
          profile: row.profile,
          sequence: row.id,
          segment: row.body.segment.id,
          change: row.body.change,
          transition: row.body,
          reason,
        })),
      ),
      new Date(deps.clock.now()),
    ],
  )
}
