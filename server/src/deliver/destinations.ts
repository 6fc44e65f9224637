import { randomBytes } from 'node:crypto'
import Value from 'typebox/value'
import type { Actor } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { HOUR_MS } from '../platform/durations.ts'
import { badRequest, notFound } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { DEFAULT_PURPOSE, ensurePurposes } from '../privacy/index.ts'
import { audit } from '../workspace/index.ts'
import {
  DESTINATION_COLUMNS,
  type DestinationRow,
  type Sealed,
  splitConfig,
  unseal,
  wholeConfig,
} from './destination.ts'
import { destinationKind } from './kinds/index.ts'
import type { DestinationChange, DestinationInput } from './schema.ts'
import { signingSecret } from './signature.ts'
import type { Vault } from './vault.ts'

/** Most destinations of a workspace: each transition is held against all of them. */
export const DESTINATIONS_MAX = 100
const SECRET_BYTES = 32

type Store = { deps: Deps; vault: Vault }

/** Destinations of a workspace, oldest first, after the one with id `after`. */
export function listDestinations(
  sql: Sql,
  { workspace, after, limit }: { workspace: number; after: string | null; limit: number },
): Promise<DestinationRow[]> {
  return sql.query<DestinationRow>(
    `SELECT ${DESTINATION_COLUMNS} FROM destination
     WHERE workspace = $1 AND deleted_at IS NULL AND ($2::uuid IS NULL OR id > $2)
     ORDER BY id LIMIT $3`,
    [workspace, after, limit],
  )
}

/** @throws Problem 404 when the workspace has no such destination. */
export async function readDestination(
  sql: Sql,
  { workspace, id }: { workspace: number; id: string },
): Promise<DestinationRow> {
  const [row] = await sql.query<DestinationRow>(
    `SELECT ${DESTINATION_COLUMNS} FROM destination
     WHERE workspace = $1 AND id = $2 AND deleted_at IS NULL`,
    [workspace, id],
  )
  if (!row) throw notFound('There is no such destination. It may have been deleted.')
  return row
}

/** Makes a destination with a signing secret of its own. @throws Problem 400 for bad settings. */
export async function createDestination(
  store: Store,
  actor: Actor,
  input: DestinationInput,
): Promise<DestinationRow> {
  const { deps, vault } = store
  const { workspace } = actor
  const config = checkedConfig(deps, input.kind, input.config)
  const id = deps.newId()
  const secret = signingSecret(randomBytes(SECRET_BYTES))
  const sealed: Sealed = { secret, previous: null, config: config.secret }
  const purpose = (input.purpose ?? DEFAULT_PURPOSE).toLowerCase()
  const now = deps.clock.now()
  return deps.postgres.transaction(async (sql) => {
    await refuseTooMany(sql, workspace)
    await refuseUnknownSegments(sql, workspace, input.triggers)
    await ensurePurposes(sql, { workspace, keys: [purpose], at: now })
    const [row] = await sql.query<DestinationRow>(
      `INSERT INTO destination (id, workspace, name, kind, config, sealed, purpose, channel,
         triggers, enabled, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) RETURNING ${DESTINATION_COLUMNS}`,
      [
        id,
        workspace,
        input.name,
        input.kind,
        JSON.stringify(config.open),
        vault.seal(sealed, id),
        purpose,
        input.channel?.toLowerCase() ?? null,
        JSON.stringify(input.triggers ?? []),
        input.enabled ?? true,
        new Date(now),
      ],
    )
    if (!row) throw new Error('The destination was not created.')
    await audit(sql, {
      workspace,
      actor,
      action: 'destination.created',
      subject: `destination:${id}`,
      detail: { name: row.name, kind: row.kind, purpose, enabled: row.enabled },
    })
    return row
  })
}

/** A trigger on a segment that does not exist would wait for ever without a word. */
async function refuseUnknownSegments(
  sql: Sql,
  workspace: number,
  triggers: DestinationInput['triggers'] = [],
): Promise<void> {
  const rows = await sql.query<{ id: string }>(
    `SELECT public_id::text AS id FROM segment WHERE workspace = $1 AND public_id::text = ANY($2)
     UNION ALL
     SELECT public_id::text FROM segmentation WHERE workspace = $1 AND public_id::text = ANY($2)`,
    [workspace, triggers.map((trigger) => trigger.segment)],
  )
  const known = new Set(rows.map((row) => row.id))
  const unknown = triggers.find((trigger) => !known.has(trigger.segment))
  if (!unknown) return
  throw badRequest(
    'unknown_segment',
    'A trigger names a segment that does not exist. Choose one of the list of segments.',
  )
}

async function refuseTooMany(sql: Sql, workspace: number): Promise<void> {
  const [count] = await sql.query<{ n: number }>(
    'SELECT count(*) AS n FROM destination WHERE workspace = $1 AND deleted_at IS NULL',
    [workspace],
  )
  if ((count?.n ?? 0) < DESTINATIONS_MAX) return
  throw badRequest(
    'too_many_destinations',
    `A workspace has at most ${DESTINATIONS_MAX} destinations. Delete one first.`,
  )
}

/** @throws Problem 400 when the settings do not fit the kind, or could never work. */
function checkedConfig(deps: Deps, kindName: string, config: Record<string, unknown>) {
  const kind = destinationKind(kindName)
  const [fault] = Value.Errors(kind.schema, config)
  if (fault) {
    const path = `body/config${fault.instancePath}`
    const detail = `${path} ${fault.message}.`
    throw badRequest('invalid_config', detail, { errors: [{ path, message: fault.message }] })
  }
  const { allowPrivateNetwork, allowedAddress } = deps.config
  const isAllowed = allowPrivateNetwork || config.url === allowedAddress
  kind.check(config, { allowPrivateNetwork: isAllowed })
  return splitConfig(config, kind.secretKeys)
}

/** Changes what is given and leaves the rest. */
export async function changeDestination(
  store: Store,
  actor: Actor,
  { id, change }: { id: string; change: DestinationChange },
): Promise<DestinationRow> {
  const { deps, vault } = store
  const { workspace } = actor
  const now = deps.clock.now()
  return deps.postgres.transaction(async (sql) => {
    const before = await lockDestination(sql, workspace, id)
    const sealed = unseal(vault, before)
    const { open, secret } = checkedConfig(
      deps,
      before.kind,
      change.config ?? wholeConfig(before, sealed),
    )
    await refuseUnknownSegments(sql, workspace, change.triggers)
    const purpose = change.purpose?.toLowerCase() ?? before.purpose
    const channel = change.channel === undefined ? before.channel : change.channel
    await ensurePurposes(sql, { workspace, keys: [purpose], at: now })
    // A new address or a switch back on is a new start for the breaker as well.
    const [row] = await sql.query<DestinationRow>(
      `UPDATE destination SET name = $2, config = $3, sealed = $4, purpose = $5, channel = $6,
         triggers = $7, enabled = $8, updated_at = $9, failures = 0, paused_until = NULL
       WHERE id = $1 RETURNING ${DESTINATION_COLUMNS}`,
      [
        id,
        change.name ?? before.name,
        JSON.stringify(open),
        vault.seal({ ...sealed, config: secret }, id),
        purpose,
        channel?.toLowerCase() ?? null,
        JSON.stringify(change.triggers ?? before.triggers),
        change.enabled ?? before.enabled,
        new Date(now),
      ],
    )
    if (!row) throw new Error('The destination was not changed.')
    const { config: _, ...plain } = change
    await audit(sql, {
      workspace,
      actor,
      action: 'destination.changed',
      subject: `destination:${id}`,
      detail: { ...plain, ...(change.config ? { config: 'changed' } : {}) },
    })
    return row
  })
}

async function lockDestination(sql: Sql, workspace: number, id: string): Promise<DestinationRow> {
  await sql.query('SELECT 1 FROM destination WHERE workspace = $1 AND id = $2 FOR UPDATE', [
    workspace,
    id,
  ])
  return readDestination(sql, { workspace, id })
}

/** Takes a destination away; its log stays, and what still waited for it ends as refused. */
export async function deleteDestination(deps: Deps, actor: Actor, id: string): Promise<void> {
  const { workspace } = actor
  const now = new Date(deps.clock.now())
  await deps.postgres.transaction(async (sql) => {
    const before = await lockDestination(sql, workspace, id)
    await sql.query('UPDATE destination SET deleted_at = $2, enabled = false WHERE id = $1', [
      id,
      now,
    ])
    await sql.query(
      `UPDATE delivery SET state = 'refused', reason = 'destination_deleted',
         next_attempt_at = NULL, updated_at = $2
       WHERE destination = $1 AND state IN ('waiting', 'retrying')`,
      [id, now],
    )
    const detail = { name: before.name }
    const subject = `destination:${id}`
    await audit(sql, { workspace, actor, action: 'destination.deleted', subject, detail })
  })
}

/** Gives a new signing secret; messages are signed with both until the old one's time is over. */
export async function rotateSecret(
  store: Store,
  actor: Actor,
  { id, overlapHours }: { id: string; overlapHours: number },
): Promise<DestinationRow> {
  const { deps, vault } = store
  const { workspace } = actor
  const now = deps.clock.now()
  return deps.postgres.transaction(async (sql) => {
    const before = unseal(vault, await lockDestination(sql, workspace, id))
    const sealed: Sealed = {
      secret: signingSecret(randomBytes(SECRET_BYTES)),
      previous: { secret: before.secret, until: now + overlapHours * HOUR_MS },
      config: before.config,
    }
    const [row] = await sql.query<DestinationRow>(
      `UPDATE destination SET sealed = $2, updated_at = $3 WHERE id = $1
       RETURNING ${DESTINATION_COLUMNS}`,
      [id, vault.seal(sealed, id), new Date(now)],
    )
    if (!row) throw new Error('The secret was not changed.')
    const subject = `destination:${id}`
    const detail = { overlapHours }
    await audit(sql, { workspace, actor, action: 'destination.secret_rotated', subject, detail })
    return row
  })
}
