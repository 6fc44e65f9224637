import type { Deps } from '../platform/deps.ts'
import { conflict, notFound } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { audit } from './audit.ts'
import { hashToken, newHashKey } from './secrets.ts'

export type Workspace = {
  id: number
  name: string
  /** IANA name of the zone whose days reports and calendar conditions use. */
  timeZone: string
  /** Secret of the keyed hashes of this workspace; 32 bytes. */
  hashKey: Buffer
  demo: boolean
}

type Start = Pick<Deps, 'postgres' | 'clock' | 'newId' | 'config'>

const FIRST_WORKSPACE = { key: 'main', name: 'Clientele' }
const ENVIRONMENT = { kind: 'system', name: 'environment' } as const
/** Serialises the first start of several processes on one database. */
const BOOTSTRAP_LOCK = 4_172_001

/**
 * Makes the first workspace where there is none, and brings the keys that the environment fixes
 * (CLIENTELE_ADMIN_KEY, CLIENTELE_WRITE_KEY) up to date. Safe to run at every start, by several
 * processes at once. `name` is given to a workspace that still has the default one; `demo` marks it
 * as filled with made-up people.
 */
export function bootstrapWorkspace(
  deps: Start,
  options: { name?: string; demo?: boolean } = {},
): Promise<Workspace> {
  return deps.postgres.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock($1)', [BOOTSTRAP_LOCK])
    const now = new Date(deps.clock.now())
    const id = await firstWorkspace(sql, { ...options, now })
    await fixAdminKey(sql, { deps, workspace: id, now })
    await fixWriteKey(sql, { deps, workspace: id, now })
    return readWorkspace({ postgres: sql }, id)
  })
}

/** Throws a 404 for an id that does not exist. */
export async function readWorkspace(
  deps: { postgres: Sql },
  workspace: number,
): Promise<Workspace> {
  const [row] = await deps.postgres.query<{
    id: number
    name: string
    time_zone: string
    hash_key: Buffer
    demo: boolean
  }>('SELECT id, name, time_zone, hash_key, demo FROM workspace WHERE id = $1', [workspace])
  if (!row) throw notFound('There is no such workspace.')
  return {
    id: row.id,
    name: row.name,
    timeZone: row.time_zone,
    hashKey: row.hash_key,
    demo: row.demo,
  }
}

async function firstWorkspace(
  sql: Sql,
  first: { name?: string; demo?: boolean; now: Date },
): Promise<number> {
  const [existing] = await sql.query<{ id: number }>('SELECT id FROM workspace ORDER BY id LIMIT 1')
  if (existing) {
    if (first.demo) await refuseMixing(sql, existing.id)
    // A name that somebody chose stays.
    await sql.query(
      `UPDATE workspace SET demo = demo OR $2, name = CASE WHEN name = $3 THEN $4 ELSE name END
       WHERE id = $1`,
      [existing.id, first.demo ?? false, FIRST_WORKSPACE.name, first.name ?? FIRST_WORKSPACE.name],
    )
    return existing.id
  }
  const [created] = await sql.query<{ id: number }>(
    `INSERT INTO workspace (key, name, hash_key, demo, created_at)
     VALUES ($1, $2, $3, $4, $5) RETURNING id`,
    [
      FIRST_WORKSPACE.key,
      first.name ?? FIRST_WORKSPACE.name,
      newHashKey(),
      first.demo ?? false,
      first.now,
    ],
  )
  if (!created) throw new Error('The first workspace was not created.')
  return created.id
}

/** The demo's people and real ones in one workspace could never be told apart again. */
async function refuseMixing(sql: Sql, workspace: number): Promise<void> {
  const rows = await sql.query(
    `SELECT 1 FROM workspace w WHERE w.id = $1 AND NOT w.demo
       AND EXISTS (SELECT 1 FROM log_head WHERE next > 1)`,
    [workspace],
  )
  if (rows.length === 0) return
  throw conflict(
    'workspace_in_use',
    'DATA_DIR holds events of its own, and the demo would mix with them. ' +
      'Start the demo with another DATA_DIR, or start without --demo.',
  )
}

type Fixing = { deps: Start; workspace: number; now: Date }

/** The key of the environment lives as long as the setting: changed or removed, it is revoked. */
async function fixAdminKey(sql: Sql, { deps, workspace, now }: Fixing): Promise<void> {
  const wanted = deps.config.adminKey
  const hash = wanted === null ? null : hashToken(wanted)
  const revoked = await sql.query<{ id: string }>(
    `UPDATE api_key SET revoked_at = $3, fixed = false
     WHERE workspace = $1 AND fixed AND key_hash IS DISTINCT FROM $2 RETURNING id`,
    [workspace, hash, now],
  )
  for (const { id } of revoked) {
    const action = 'api_key.revoked'
    await audit(sql, { workspace, actor: ENVIRONMENT, action, subject: `api_key:${id}` })
  }
  if (wanted === null || hash === null) return
  const set = await sql.query<{ id: string }>(
    `INSERT INTO api_key
       (id, workspace, name, prefix, key_hash, scopes, fixed, created_by, created_at)
     VALUES ($1, $2, 'CLIENTELE_ADMIN_KEY', $3, $4, '{*}', true, 'environment', $5)
     ON CONFLICT (key_hash) DO UPDATE
       SET fixed = true, revoked_at = NULL, expires_at = NULL, scopes = '{*}'
       WHERE NOT api_key.fixed AND api_key.workspace = excluded.workspace
     RETURNING id`,
    [deps.newId(), workspace, 'env', hash, now],
  )
  for (const { id } of set) {
    const action = 'api_key.created'
    await audit(sql, { workspace, actor: ENVIRONMENT, action, subject: `api_key:${id}` })
  }
}

/** Without the setting the source stays as it is: taking it away must not stop an intake. */
async function fixWriteKey(sql: Sql, { deps, workspace, now }: Fixing): Promise<void> {
  const wanted = deps.config.writeKey
  if (wanted === null) return
  const changed = await sql.query<{ public_id: string }>(
    `INSERT INTO source (workspace, public_id, name, kind, write_key, fixed, created_at)
     SELECT $1, $2, 'Première source', 'web', $3, true, $4
     WHERE NOT EXISTS (SELECT FROM source WHERE write_key = $3)
     ON CONFLICT (workspace) WHERE fixed DO UPDATE
       SET write_key = excluded.write_key, previous_key = NULL, previous_key_until = NULL,
           archived_at = NULL
     RETURNING public_id`,
    [workspace, deps.newId(), wanted, now],
  )
  for (const { public_id } of changed) {
    const action = 'source.key_fixed'
    await audit(sql, { workspace, actor: ENVIRONMENT, action, subject: `source:${public_id}` })
  }
}
