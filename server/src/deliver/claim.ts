import type { Postgres, Sql } from '../platform/postgres.ts'
import { decideConsents } from '../privacy/index.ts'
import type { Transition } from './cloudEvent.ts'
import { DESTINATION_COLUMNS, type DestinationRow } from './destination.ts'

/**
 * How long an attempt may be under way before it counts as dead with its worker: the longest wait
 * for an answer, and as much again for the record of it.
 */
export const LEASE_MS = 30_000

/** A delivery that this worker, and no other, may send now. */
export type Claimed = {
  id: string
  workspace: number
  key: string
  profile: string
  transition: Transition
  payload: string | null
  /** Attempts ever made, this one included. */
  attempts: number
  /** Attempts made before the last replay. */
  attempts_before: number
}

/** Due: its time has come, and nobody is at it. `$1` is now. */
const DUE = `state IN ('waiting', 'retrying') AND next_attempt_at <= $1
  AND (lease_until IS NULL OR lease_until <= $1)`

/** The destinations that have something to send at `now` (epoch ms) and do not rest. */
export function readDueDestinations(sql: Sql, now: number): Promise<DestinationRow[]> {
  return sql.query<DestinationRow>(
    `SELECT ${DESTINATION_COLUMNS} FROM destination d
     WHERE enabled AND deleted_at IS NULL AND (paused_until IS NULL OR paused_until <= $1)
       AND EXISTS (SELECT 1 FROM delivery WHERE destination = d.id AND ${DUE})
     ORDER BY id`,
    [new Date(now)],
  )
}

/**
 * Takes up to `limit` due deliveries of a destination, oldest first. Consent is read again here, in
 * the same transaction (I8): what was withdrawn since becomes refused and is not returned. A
 * delivery waits for the earlier ones of its profile that are still under way.
 */
export async function claim(
  postgres: Postgres,
  destination: Pick<DestinationRow, 'id' | 'workspace' | 'purpose' | 'channel'>,
  { limit, now }: { limit: number; now: number },
): Promise<Claimed[]> {
  return postgres.transaction(async (sql) => {
    const due = await lockDue(sql, { destination: destination.id, limit, now })
    const { workspace, purpose, channel } = destination
    const decisions = await decideConsents(
      sql,
      workspace,
      due.map(({ profile }) => ({ profile, purpose, channel })),
    )
    const allowed: string[] = []
    for (const [index, { id }] of due.entries()) {
      const reason = decisions[index]?.reason ?? null
      if (reason === null) allowed.push(id)
      else await endUnsent(sql, { id, state: 'refused', reason, now })
    }
    return lease(sql, allowed, now)
  })
}

function lockDue(sql: Sql, wanted: { destination: string; limit: number; now: number }) {
  return sql.query<{ id: string; profile: string }>(
    `SELECT id, profile FROM delivery d
     WHERE destination = $2 AND ${DUE}
       AND NOT EXISTS (
         SELECT 1 FROM delivery earlier
         WHERE earlier.destination = d.destination AND earlier.profile = d.profile
           AND earlier.sequence < d.sequence AND earlier.state IN ('waiting', 'retrying'))
     ORDER BY next_attempt_at, sequence LIMIT $3 FOR UPDATE SKIP LOCKED`,
    [new Date(wanted.now), wanted.destination, wanted.limit],
  )
}

/** Ends a delivery without sending it. `now`: epoch ms. */
export async function endUnsent(
  sql: Sql,
  end: { id: string; state: 'refused' | 'dead'; reason: string; now: number },
): Promise<void> {
  await sql.query(
    `UPDATE delivery SET state = $2, reason = $3, next_attempt_at = NULL, lease_until = NULL,
       updated_at = $4
     WHERE id = $1 AND state IN ('waiting', 'retrying')`,
    [end.id, end.state, end.reason, new Date(end.now)],
  )
}

async function lease(sql: Sql, ids: readonly string[], now: number): Promise<Claimed[]> {
  if (ids.length === 0) return []
  return sql.query<Claimed>(
    `UPDATE delivery SET attempts = attempts + 1, lease_until = $2
     WHERE id = ANY($1)
     RETURNING id, workspace, key, profile, transition, payload, attempts, attempts_before`,
    [ids, new Date(now + LEASE_MS)],
  )
}

/**
 * Keeps the body of the first attempt, so that every later one sends the same bytes.
 * @returns the body in force: another worker may have been first.
 */
export async function keepPayload(sql: Sql, id: string, payload: string): Promise<string> {
  const [row] = await sql.query<{ payload: string }>(
    'UPDATE delivery SET payload = coalesce(payload, $2) WHERE id = $1 RETURNING payload',
    [id, payload],
  )
  return row?.payload ?? payload
}
