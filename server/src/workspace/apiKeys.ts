import type { Deps } from '../platform/deps.ts'
import { badRequest, notFound, Problem } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { audit, type SystemActor } from './audit.ts'
import type { KnownKey, KnownKeys } from './knownKeys.ts'
import { type Actor, isScope, PERMISSIONS, scopesBeyond } from './permissions.ts'
import { hashToken, newApiKey } from './secrets.ts'

export type ApiKeyRow = {
  id: string
  name: string
  prefix: string
  scopes: string[]
  created_by: string
  created_at: Date
  last_used_at: Date | null
  expires_at: Date | null
  revoked_at: Date | null
}

export type ApiKeyWish = {
  workspace: number
  actor: Actor | SystemActor
  name: string
  /** Permissions, `*:read` or `*`. */
  scopes: string[]
  /** Epoch ms; null = until it is revoked. */
  expiresAt: number | null
}

/** How exactly the last use of a key is known, in milliseconds: one write a minute is enough. */
const LAST_USE_PRECISION_MS = 60_000
const PREFIX_LENGTH = 10
const COLUMNS =
  'id, name, prefix, scopes, created_by, created_at, last_used_at, expires_at, revoked_at'

/**
 * Makes an API key. The key itself is in the answer and nowhere else: only its hash is kept.
 * Throws a 400 for unknown scopes and a 403 for scopes that the actor does not have.
 */
export async function issueApiKey(
  deps: Pick<Deps, 'postgres' | 'clock' | 'newId'>,
  wish: ApiKeyWish,
): Promise<ApiKeyRow & { key: string }> {
  refuseScopes(wish)
  const now = deps.clock.now()
  if (wish.expiresAt !== null && wish.expiresAt <= now) {
    throw badRequest('expiry_in_the_past', 'The key would have expired already. Give a later time.')
  }
  const key = newApiKey()
  return deps.postgres.transaction(async (sql) => {
    const [row] = await sql.query<ApiKeyRow>(
      `INSERT INTO api_key
         (id, workspace, name, prefix, key_hash, scopes, created_by, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${COLUMNS}`,
      [
        deps.newId(),
        wish.workspace,
        wish.name,
        key.slice(0, PREFIX_LENGTH),
        hashToken(key),
        wish.scopes,
        wish.actor.name,
        new Date(now),
        wish.expiresAt === null ? null : new Date(wish.expiresAt),
      ],
    )
    if (!row) throw new Error('The API key was not created.')
    await audit(sql, {
      workspace: wish.workspace,
      actor: wish.actor,
      action: 'api_key.created',
      subject: `api_key:${row.id}`,
      detail: { name: wish.name, scopes: wish.scopes },
    })
    return { ...row, key }
  })
}

/** Keys of the workspace, the newest first, those revoked included. */
export function listApiKeys(
  sql: Sql,
  question: { workspace: number; before: string | null; limit: number },
): Promise<ApiKeyRow[]> {
  return sql.query<ApiKeyRow>(
    `SELECT ${COLUMNS} FROM api_key
     WHERE workspace = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [question.workspace, question.before, question.limit],
  )
}

/**
 * From now on the key opens nothing here, and five seconds later nothing anywhere. Revoking twice
 * changes nothing. Throws a 404.
 */
export async function revokeApiKey(
  deps: Pick<Deps, 'postgres' | 'clock'>,
  known: KnownKeys,
  { actor, id }: { actor: Actor; id: string },
): Promise<void> {
  const { workspace } = actor
  await deps.postgres.transaction(async (sql) => {
    const [key] = await sql.query<{ revoked_at: Date | null; fixed: boolean; name: string }>(
      'SELECT revoked_at, fixed, name FROM api_key WHERE workspace = $1 AND id = $2 FOR UPDATE',
      [workspace, id],
    )
    if (!key) throw notFound('There is no such API key.')
    if (key.revoked_at) return
    if (key.fixed) {
      throw badRequest(
        'key_fixed_by_environment',
        'This key is fixed by CLIENTELE_ADMIN_KEY. Change or remove that setting and restart.',
      )
    }
    await sql.query('UPDATE api_key SET revoked_at = $2 WHERE id = $1', [
      id,
      new Date(deps.clock.now()),
    ])
    const action = 'api_key.revoked'
    const detail = { name: key.name }
    await audit(sql, { workspace, actor, action, subject: `api_key:${id}`, detail })
  })
  known.forget(id)
}

/** Whose key it is, or null where it is unknown, revoked or expired. */
export async function actorOfApiKey(
  deps: Pick<Deps, 'postgres' | 'clock'>,
  known: KnownKeys,
  key: string,
): Promise<Actor | null> {
  const now = deps.clock.now()
  const hash = hashToken(key)
  const found = await known.find(hash.toString('hex'), now, () =>
    lookUpKey(deps.postgres, hash, now),
  )
  if (!found) return null
  if (found.lastUsedAt === null || found.lastUsedAt < now - LAST_USE_PRECISION_MS) {
    found.lastUsedAt = now
    await deps.postgres.query('UPDATE api_key SET last_used_at = $2 WHERE id = $1', [
      found.actor.id,
      new Date(now),
    ])
  }
  return found.actor
}

async function lookUpKey(sql: Sql, hash: Buffer, now: number): Promise<KnownKey | null> {
  const [row] = await sql.query<{
    id: string
    workspace: number
    name: string
    scopes: string[]
    expires_at: Date | null
    last_used_at: Date | null
  }>(
    `SELECT id, workspace, name, scopes, expires_at, last_used_at FROM api_key
     WHERE key_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)`,
    [hash, new Date(now)],
  )
  if (!row) return null
  const { id, workspace, name, scopes } = row
  return {
    actor: { workspace, kind: 'key', id, name, role: 'key', scopes },
    expiresAt: row.expires_at?.getTime() ?? null,
    lastUsedAt: row.last_used_at?.getTime() ?? null,
  }
}

function refuseScopes({ actor, scopes }: ApiKeyWish): void {
  const unknown = scopes.filter((scope) => !isScope(scope))
  if (unknown.length > 0) {
    throw badRequest(
      'unknown_scopes',
      `No such scopes: ${unknown.join(', ')}. Known: *, *:read, ${PERMISSIONS.join(', ')}.`,
    )
  }
  const beyond = actor.kind === 'system' ? [] : scopesBeyond(actor, scopes)
  if (beyond.length > 0) {
    const detail = `You cannot give scopes that you do not have: ${beyond.join(', ')}.`
    throw new Problem(403, { code: 'scopes_beyond_own', detail })
  }
}
