import { conflict, notFound } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import type { Transition } from './cloudEvent.ts'
import type { KeptRequest } from './kind.ts'
import type { Answer } from './outgoing.ts'
import { reasonText } from './reasons.ts'
import type { AttemptView, DeliveryFilter, DeliveryState, DeliveryView } from './schema.ts'

type DeliveryRow = {
  id: string
  key: string
  profile: string
  transition: Transition
  payload: string | null
  state: DeliveryState
  reason: string | null
  attempts: number
  next_attempt_at: Date | null
  created_at: Date
  destination: string
  destination_name: string
}

const SELECT = `SELECT d.id, d.key, d.profile, d.transition, d.payload, d.state, d.reason,
  d.attempts, d.next_attempt_at, d.created_at, d.destination, t.name AS destination_name
  FROM delivery d JOIN destination t ON t.id = d.destination`

/** The conditions of a filter over `delivery d`; its values are $1 to $7. */
const FILTERED = `d.workspace = $1
  AND ($2::uuid IS NULL OR d.destination = $2) AND ($3::text IS NULL OR d.state = $3)
  AND ($4::uuid IS NULL OR d.profile = $4
    OR d.profile IN (SELECT identifier FROM profile_alias WHERE profile = $4))
  AND ($5::text IS NULL OR d.segment = $5)
  AND ($6::timestamptz IS NULL OR d.created_at >= $6)
  AND ($7::timestamptz IS NULL OR d.created_at < $7)`

function filterValues(workspace: number, filter: DeliveryFilter): unknown[] {
  const { destination, state, profile, segment, from, to } = filter
  return [workspace, destination, state, profile, segment, from, to].map((value) => value ?? null)
}

/** The delivery log, newest first. `before`: the id after which the page begins. */
export function listDeliveries(
  sql: Sql,
  question: { workspace: number; filter: DeliveryFilter; before: string | null; limit: number },
): Promise<DeliveryRow[]> {
  return sql.query<DeliveryRow>(
    `${SELECT} WHERE ${FILTERED} AND ($8::uuid IS NULL OR d.id < $8)
     ORDER BY d.id DESC LIMIT $9`,
    [...filterValues(question.workspace, question.filter), question.before, question.limit],
  )
}

/** One delivery with its attempts, oldest first. @throws Problem 404. */
export async function readDelivery(
  sql: Sql,
  { workspace, id }: { workspace: number; id: string },
): Promise<{ row: DeliveryRow; attempts: AttemptView[] }> {
  const [row] = await sql.query<DeliveryRow>(`${SELECT} WHERE d.workspace = $1 AND d.id = $2`, [
    workspace,
    id,
  ])
  if (!row) throw notFound('There is no such delivery.')
  const attempts = await sql.query<{
    at: Date
    request: KeptRequest
    response: Answer | null
    error: string | null
    took_ms: number
  }>(
    `SELECT at, request, response, error, took_ms FROM delivery_attempt
     WHERE delivery = $1 ORDER BY id`,
    [id],
  )
  return {
    row,
    attempts: attempts.map(({ at, request, response, error, took_ms }) => ({
      at: at.toISOString(),
      request,
      response: response && { ...response, tookMs: took_ms },
      tookMs: took_ms,
      error: error === null ? null : { code: error, text: reasonText(error) },
    })),
  }
}

/** A delivery as lists show it. `names`: the people's names by profile id. */
export function viewOfDelivery(row: DeliveryRow, names: ReadonlyMap<string, string>): DeliveryView {
  return {
    id: row.id,
    at: row.created_at.toISOString(),
    destination: { id: row.destination, name: row.destination_name },
    profile: { id: row.profile, name: names.get(row.profile) ?? null },
    segment: row.transition.segment,
    change: row.transition.change,
    state: row.state,
    attempts: row.attempts,
    reason: row.reason === null ? null : { code: row.reason, text: reasonText(row.reason) },
    idempotencyKey: row.key,
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
  }
}

/**
 * What may be replayed: everything but what is on its way for the first time, or under way now, or
 * belongs to a destination that is gone.
 */
const REPLAYABLE = `d.state <> 'waiting' AND (d.lease_until IS NULL OR d.lease_until <= $8)
  AND EXISTS (SELECT 1 FROM destination t WHERE t.id = d.destination AND t.deleted_at IS NULL)`

const REPLAY = `UPDATE delivery d SET state = 'waiting', reason = NULL, next_attempt_at = $8,
  attempts_before = attempts, lease_until = NULL, updated_at = $8`

/** Without a state in the filter, a replay is about what was given up. */
const replayFilter = (filter: DeliveryFilter): DeliveryFilter => ({ state: 'dead', ...filter })

/** How many deliveries a replay would send again. `now`: epoch ms. */
export async function countReplay(
  sql: Sql,
  { workspace, filter, now }: { workspace: number; filter: DeliveryFilter; now: number },
): Promise<number> {
  const [row] = await sql.query<{ n: number }>(
    `SELECT count(*) AS n FROM delivery d WHERE ${FILTERED} AND ${REPLAYABLE}`,
    [...filterValues(workspace, replayFilter(filter)), new Date(now)],
  )
  return row?.n ?? 0
}

/**
 * Sends again, with the same idempotency keys, what the filter covers; consent is checked anew.
 * @returns how many deliveries wait again.
 */
export async function replay(
  sql: Sql,
  { workspace, filter, now }: { workspace: number; filter: DeliveryFilter; now: number },
): Promise<number> {
  const [row] = await sql.query<{ n: number }>(
    `WITH again AS (${REPLAY} WHERE ${FILTERED} AND ${REPLAYABLE} RETURNING 1)
     SELECT count(*) AS n FROM again`,
    [...filterValues(workspace, replayFilter(filter)), new Date(now)],
  )
  return row?.n ?? 0
}

/** Sends one delivery again. @throws Problem 404, or 409 when it is on its way already. */
export async function replayOne(
  sql: Sql,
  { workspace, id, now }: { workspace: number; id: string; now: number },
): Promise<void> {
  const { row } = await readDelivery(sql, { workspace, id })
  const again = await sql.query(
    `${REPLAY} WHERE ${FILTERED} AND ${REPLAYABLE} AND d.id = $9 RETURNING d.id`,
    [...filterValues(workspace, {}), new Date(now), row.id],
  )
  if (again.length > 0) return
  throw conflict(
    'not_replayable',
    'This delivery is on its way already, or its destination was deleted. There is nothing to replay.',
  )
}
