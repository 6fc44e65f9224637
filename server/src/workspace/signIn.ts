import type { Deps } from '../platform/deps.ts'
import { DAY_MS, HOUR_MS } from '../platform/durations.ts'
import { badRequest, conflict, Problem } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { type Attempt, countAttempt, forgetAttempts } from './attempts.ts'
import { audit } from './audit.ts'
import { hashPassword, passwordMatches, refuseWeakPassword } from './passwords.ts'
import { hashToken, newToken } from './secrets.ts'
import { endSessionsOf, openSession, type Session } from './sessions.ts'

type Store = Pick<Deps, 'postgres' | 'clock' | 'newId' | 'config'>

/** Where the link leads; the page there posts the token: merely fetching it uses nothing. */
const SIGN_IN_PAGE = '/sign-in'
const START_LINK_MS = DAY_MS
export const INVITATION_MS = 7 * DAY_MS
/** How long after coming in by a link a password may be chosen without the old one. */
const RESET_WINDOW_MS = HOUR_MS
const FIRST_ADMIN = { email: 'admin@localhost', name: 'Admin' }

export type SignInLink = { url: string; expiresAt: Date }

/**
 * A one-time link for whoever starts the program: it signs in the workspace's first admin, who is
 * made where there is none. It works once, within 24 hours.
 */
export function createSignInLink(
  deps: Store,
  wish: { workspace: number; language?: 'fr' | 'en' },
): Promise<SignInLink> {
  return deps.postgres.transaction(async (sql) => {
    await sql.query('SELECT id FROM workspace WHERE id = $1 FOR UPDATE', [wish.workspace])
    const [admin] = await sql.query<{ id: string }>(
      `SELECT id FROM user_account
       WHERE workspace = $1 AND role = 'admin' AND disabled_at IS NULL ORDER BY id LIMIT 1`,
      [wish.workspace],
    )
    const user = admin?.id ?? (await makeFirstAdmin(sql, deps, wish))
    return issueLink(sql, deps, { user, validMs: START_LINK_MS })
  })
}

/** A one-time link for a person. Links given before stop working. */
export async function issueLink(
  sql: Sql,
  deps: Pick<Deps, 'clock' | 'config'>,
  wish: { user: string; validMs: number },
): Promise<SignInLink> {
  const token = newToken()
  const now = deps.clock.now()
  const expiresAt = new Date(now + wish.validMs)
  await sql.query('DELETE FROM sign_in_link WHERE user_account = $1 AND used_at IS NULL', [
    wish.user,
  ])
  await sql.query(
    `INSERT INTO sign_in_link (token_hash, user_account, expires_at, created_at)
     VALUES ($1, $2, $3, $4)`,
    [hashToken(token), wish.user, expiresAt, new Date(now)],
  )
  return { url: `${deps.config.publicUrl}${SIGN_IN_PAGE}?token=${token}`, expiresAt }
}

/** Opens a session by a one-time link; gives its token. Throws a 401 for a link that is spent. */
export async function signInByLink(
  deps: Store,
  wish: { token: string; address: string },
): Promise<string> {
  // A link names no account, and one that all shared would let anybody lock out everybody.
  const attempt = { account: `link ${wish.address}`, address: wish.address }
  await refuseTooMany(deps, attempt)
  const token = await deps.postgres.transaction(async (sql) => {
    const [link] = await sql.query<UserOfLink>(
      `UPDATE sign_in_link l SET used_at = $2 FROM user_account u
       WHERE l.token_hash = $1 AND l.used_at IS NULL AND l.expires_at > $2
         AND u.id = l.user_account AND u.disabled_at IS NULL
       RETURNING u.id, u.workspace, u.name`,
      [hashToken(wish.token), new Date(deps.clock.now())],
    )
    if (!link) {
      const detail =
        'This sign-in link was used already or has expired. Ask an admin for a new one, or ' +
        'restart the program: it prints one.'
      throw new Problem(401, { code: 'sign_in_link_spent', detail })
    }
    await auditSignIn(sql, link, 'link')
    return openSession(sql, deps, { user: link.id, via: 'link' })
  })
  await forgetAttempts(deps, attempt)
  return token
}

/**
 * Opens a session by e-mail address and password; gives its token. Throws a 401 that does not tell
 * which of the two was wrong, and a 429 after too many attempts on the account or from the address.
 */
export async function signInByPassword(
  deps: Store,
  wish: { email: string; password: string; address: string },
): Promise<string> {
  const email = wish.email.trim().toLowerCase()
  const attempt = { account: email, address: wish.address }
  await refuseTooMany(deps, attempt)
  const [user] = await deps.postgres.query<UserOfLink & { password_hash: string | null }>(
    `SELECT id, workspace, name, password_hash FROM user_account
     WHERE email = $1 AND disabled_at IS NULL`,
    [email],
  )
  const right = await passwordMatches(user?.password_hash ?? null, wish.password)
  if (!user || !right) {
    if (user) await auditRefusal(deps.postgres, user)
    const detail = 'The e-mail address or the password is wrong.'
    throw new Problem(401, { code: 'sign_in_refused', detail })
  }
  await forgetAttempts(deps, attempt)
  return deps.postgres.transaction(async (sql) => {
    await auditSignIn(sql, user, 'password')
    return openSession(sql, deps, { user: user.id, via: 'password' })
  })
}

export type PasswordWish = {
  session: Session
  /** Needed where the person has a password and did not just come in by a link. */
  current: string | undefined
  password: string
  /** A new address to sign in with; the first admin starts without one of their own. */
  email: string | undefined
  address: string
}

/** Sets the password, and the address if given, and ends the person's other sessions. */
export async function setPassword(deps: Store, wish: PasswordWish): Promise<void> {
  const { user } = wish.session
  const email = wish.email?.trim().toLowerCase() ?? user.email
  await proveCurrentPassword(deps, wish)
  refuseWeakPassword(wish.password, { email })
  const passwordHash = await hashPassword(wish.password)
  await deps.postgres.transaction(async (sql) => {
    await refuseTakenEmail(sql, { email, user: user.id })
    await sql.query('UPDATE user_account SET password_hash = $2, email = $3 WHERE id = $1', [
      user.id,
      passwordHash,
      email,
    ])
    await endSessionsOf(sql, user.id, wish.session.id)
    await audit(sql, {
      workspace: user.workspace,
      actor: { kind: 'user', id: user.id, name: user.name },
      action: 'user.password_set',
      subject: `user:${user.id}`,
      detail: { emailChanged: email !== user.email },
    })
  })
}

/** Throws a 409 where somebody else signs in with the address. */
export async function refuseTakenEmail(
  sql: Sql,
  wish: { email: string; user: string | null },
): Promise<void> {
  const taken = await sql.query(
    'SELECT id FROM user_account WHERE email = $1 AND id IS DISTINCT FROM $2',
    [wish.email, wish.user],
  )
  if (taken.length === 0) return
  const detail = 'Somebody signs in with this e-mail address already. Use another one.'
  throw conflict('email_taken', detail)
}

async function proveCurrentPassword(deps: Store, wish: PasswordWish): Promise<void> {
  const { session } = wish
  if (session.user.passwordHash === null) return
  const age = deps.clock.now() - session.createdAt
  if (session.via === 'link' && age < RESET_WINDOW_MS) return
  if (wish.current === undefined) {
    throw badRequest('current_password_missing', 'Give the current password as well.')
  }
  const attempt = { account: session.user.email, address: wish.address }
  await refuseTooMany(deps, attempt)
  if (!(await passwordMatches(session.user.passwordHash, wish.current))) {
    throw new Problem(403, {
      code: 'current_password_wrong',
      detail: 'The current password is wrong.',
    })
  }
  await forgetAttempts(deps, attempt)
}

type UserOfLink = { id: string; workspace: number; name: string }

async function makeFirstAdmin(
  sql: Sql,
  deps: Store,
  wish: { workspace: number; language?: 'fr' | 'en' },
): Promise<string> {
  const id = deps.newId()
  // A disabled person may hold the default address; then the new one is told apart by its id.
  const taken = await sql.query('SELECT id FROM user_account WHERE email = $1', [FIRST_ADMIN.email])
  const email = taken.length === 0 ? FIRST_ADMIN.email : `admin-${id}@localhost`
  await sql.query(
    `INSERT INTO user_account (id, workspace, email, name, role, language, created_at)
     VALUES ($1, $2, $3, $4, 'admin', $5, $6)`,
    [
      id,
      wish.workspace,
      email,
      FIRST_ADMIN.name,
      wish.language ?? 'fr',
      new Date(deps.clock.now()),
    ],
  )
  await audit(sql, {
    workspace: wish.workspace,
    actor: { kind: 'system', name: 'start' },
    action: 'user.created',
    subject: `user:${id}`,
    detail: { name: FIRST_ADMIN.name, role: 'admin' },
  })
  return id
}

async function refuseTooMany(deps: Store, attempt: Attempt): Promise<void> {
  const decision = await countAttempt(deps, attempt)
  if ('allowed' in decision) return
  const minutes = Math.ceil(decision.retryAfterS / 60)
  throw new Problem(429, {
    code: 'too_many_attempts',
    detail: `There were too many attempts to sign in. Wait ${minutes} minutes and try again.`,
    extra: { retryAfter: decision.retryAfterS },
  })
}

async function auditSignIn(sql: Sql, user: UserOfLink, via: string): Promise<void> {
  await audit(sql, {
    workspace: user.workspace,
    actor: { kind: 'user', id: user.id, name: user.name },
    action: 'session.opened',
    subject: `user:${user.id}`,
    detail: { via },
  })
}

async function auditRefusal(sql: Sql, user: UserOfLink): Promise<void> {
  await audit(sql, {
    workspace: user.workspace,
    // Who tried is unknown: naming the person as the actor would accuse them.
    actor: { kind: 'system', name: 'sign-in' },
    action: 'session.refused',
    subject: `user:${user.id}`,
  })
}
