import type { Deps } from '../platform/deps.ts'
import { DAY_MS } from '../platform/durations.ts'
import type { Sql } from '../platform/postgres.ts'
import type { Role } from './permissions.ts'
import { hashToken, newToken } from './secrets.ts'

export type Language = 'fr' | 'en'

/** A person's session, with the person as they are now: a changed role counts at once. */
export type Session = {
  id: string
  csrf: string
  via: 'link' | 'password'
  createdAt: number
  rotatedAt: number
  user: {
    id: string
    workspace: number
    email: string
    name: string
    role: Role
    language: Language
    passwordHash: string | null
  }
}

type Store = Pick<Deps, 'postgres' | 'clock'>

/** Without a request for this long a session ends. */
export const SESSION_IDLE_MS = 7 * DAY_MS
/** However busy, it ends after this long. */
export const SESSION_LENGTH_MS = 30 * DAY_MS
export const TOKEN_AGE_MS = DAY_MS
/** Requests that were under way while the token changed still carry the old one. */
const ROTATION_GRACE_MS = 60_000
const LAST_SEEN_PRECISION_MS = 60_000

/** Opens a session and gives its token, of which only a hash is kept. */
export async function openSession(
  sql: Sql,
  deps: Pick<Deps, 'clock' | 'newId'>,
  wish: { user: string; via: 'link' | 'password' },
): Promise<string> {
  const token = newToken()
  const now = new Date(deps.clock.now())
  await sql.query(
    `DELETE FROM session WHERE user_account = $1 AND (created_at < $2 OR last_seen_at < $3)`,
    [wish.user, before(now, SESSION_LENGTH_MS), before(now, SESSION_IDLE_MS)],
  )
  await sql.query(
    `INSERT INTO session
       (id, user_account, token_hash, rotated_at, csrf, via, created_at, last_seen_at)
     VALUES ($1, $2, $3, $4, $5, $6, $4, $4)`,
    [deps.newId(), wish.user, hashToken(token), now, newToken(), wish.via],
  )
  await sql.query('UPDATE user_account SET last_seen_at = $2 WHERE id = $1', [wish.user, now])
  return token
}

/** The session of a token, or null where it is unknown, has ended, or its person is disabled. */
export async function findSession(deps: Store, token: string): Promise<Session | null> {
  const now = new Date(deps.clock.now())
  const [row] = await deps.postgres.query<SessionRow>(FIND, [
    hashToken(token),
    before(now, ROTATION_GRACE_MS),
    before(now, SESSION_LENGTH_MS),
    before(now, SESSION_IDLE_MS),
  ])
  if (!row) return null
  if (row.last_seen_at.getTime() < now.getTime() - LAST_SEEN_PRECISION_MS) {
    await deps.postgres.query(
      `WITH seen AS (UPDATE session SET last_seen_at = $2 WHERE id = $1 RETURNING user_account)
       UPDATE user_account SET last_seen_at = $2 WHERE id = (SELECT user_account FROM seen)`,
      [row.id, now],
    )
  }
  return sessionOf(row)
}

/**
 * Gives the session a new token when its own is a day old, so that a stolen one is of little use.
 * Null where nothing changed; of several requests at once only one changes it.
 */
export async function rotateSession(
  deps: Store,
  session: Session,
  current: string,
): Promise<string | null> {
  const now = deps.clock.now()
  if (now - session.rotatedAt < TOKEN_AGE_MS) return null
  const token = newToken()
  const rotated = await deps.postgres.query(
    `UPDATE session SET previous_hash = token_hash, token_hash = $3, rotated_at = $4
     WHERE id = $1 AND token_hash = $2 RETURNING id`,
    [session.id, hashToken(current), hashToken(token), new Date(now)],
  )
  return rotated.length > 0 ? token : null
}

export async function endSession(sql: Sql, id: string): Promise<void> {
  await sql.query('DELETE FROM session WHERE id = $1', [id])
}

/** Ends the person's sessions, all but the one to keep. */
export async function endSessionsOf(sql: Sql, user: string, keep: string | null): Promise<void> {
  await sql.query('DELETE FROM session WHERE user_account = $1 AND id IS DISTINCT FROM $2', [
    user,
    keep,
  ])
}

type SessionRow = {
  id: string
  csrf: string
  via: 'link' | 'password'
  created_at: Date
  rotated_at: Date
  last_seen_at: Date
  user_account: string
  workspace: number
  email: string
  name: string
  role: Role
  language: Language
  password_hash: string | null
}

const FIND = `
  SELECT s.id, s.csrf, s.via, s.created_at, s.rotated_at, s.last_seen_at, s.user_account,
         u.workspace, u.email, u.name, u.role, u.language, u.password_hash
  FROM session s JOIN user_account u ON u.id = s.user_account
  WHERE (s.token_hash = $1 OR (s.previous_hash = $1 AND s.rotated_at > $2))
    AND s.created_at > $3 AND s.last_seen_at > $4 AND u.disabled_at IS NULL`

function sessionOf(row: SessionRow): Session {
  return {
    id: row.id,
    csrf: row.csrf,
    via: row.via,
    createdAt: row.created_at.getTime(),
    rotatedAt: row.rotated_at.getTime(),
    user: {
      id: row.user_account,
      workspace: row.workspace,
      email: row.email,
      name: row.name,
      role: row.role,
      language: row.language,
      passwordHash: row.password_hash,
    },
  }
}

const before = (now: Date, ms: number) => new Date(now.getTime() - ms)
