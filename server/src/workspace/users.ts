import type { Deps } from '../platform/deps.ts'
import { badRequest, notFound, Problem } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { audit } from './audit.ts'
import type { Actor, Role } from './permissions.ts'
import { endSessionsOf, type Language } from './sessions.ts'
import { INVITATION_MS, issueLink, refuseTakenEmail, type SignInLink } from './signIn.ts'

export type UserRow = {
  id: string
  email: string
  name: string
  role: Role
  language: Language
  has_password: boolean
  disabled_at: Date | null
  last_seen_at: Date | null
  created_at: Date
}

type Store = Pick<Deps, 'postgres' | 'clock' | 'newId' | 'config'>

const COLUMNS = `id, email, name, role, language, password_hash IS NOT NULL AS has_password,
  disabled_at, last_seen_at, created_at`

/** People of the workspace, the newest first, those disabled included. */
export function listUsers(
  sql: Sql,
  question: { workspace: number; before: string | null; limit: number },
): Promise<UserRow[]> {
  return sql.query<UserRow>(
    `SELECT ${COLUMNS} FROM user_account
     WHERE workspace = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [question.workspace, question.before, question.limit],
  )
}

/** Makes an account and a one-time link for its owner. Throws a 409 for an address in use. */
export function createUser(
  deps: Store,
  actor: Actor,
  wish: { email: string; name: string; role: Role; language: Language },
): Promise<UserRow & { link: SignInLink }> {
  const { workspace } = actor
  refuseRole(actor, wish.role)
  const email = wish.email.trim().toLowerCase()
  return deps.postgres.transaction(async (sql) => {
    await refuseTakenEmail(sql, { email, user: null })
    const [user] = await sql.query<UserRow>(
      `INSERT INTO user_account (id, workspace, email, name, role, language, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (email) DO NOTHING RETURNING ${COLUMNS}`,
      [
        deps.newId(),
        workspace,
        email,
        wish.name,
        wish.role,
        wish.language,
        new Date(deps.clock.now()),
      ],
    )
    if (!user) throw emailTaken()
    const subject = `user:${user.id}`
    const detail = { name: wish.name, role: wish.role }
    await audit(sql, { workspace, actor, action: 'user.created', subject, detail })
    const link = await issueLink(sql, deps, { user: user.id, validMs: INVITATION_MS })
    return { ...user, link }
  })
}

/** A new one-time link for somebody who lost theirs, or their password. */
export function inviteAgain(deps: Store, actor: Actor, id: string): Promise<SignInLink> {
  const { workspace } = actor
  return deps.postgres.transaction(async (sql) => {
    const user = await lockUser(sql, workspace, id)
    refuseRole(actor, user.role)
    if (user.disabled_at) {
      throw badRequest('user_disabled', 'This account is disabled. Enable it before inviting.')
    }
    await audit(sql, { workspace, actor, action: 'user.invited', subject: `user:${id}` })
    return issueLink(sql, deps, { user: id, validMs: INVITATION_MS })
  })
}

export type UserChange = {
  name?: string | undefined
  role?: Role | undefined
  disabled?: boolean | undefined
}

/** A disabled person's sessions and links end at once. The last admin stays one (400). */
export function changeUser(
  deps: Store,
  actor: Actor,
  { id, ...change }: UserChange & { id: string },
): Promise<UserRow> {
  const { workspace } = actor
  return deps.postgres.transaction(async (sql) => {
    // Two admins who demote each other at the same moment must not both succeed.
    await sql.query('SELECT id FROM workspace WHERE id = $1 FOR UPDATE', [workspace])
    const before = await lockUser(sql, workspace, id)
    refuseRole(actor, before.role)
    refuseRole(actor, change.role ?? before.role)
    const disabledAt = disabledAtAfter(change.disabled, before, deps.clock.now())
    const [user] = await sql.query<UserRow>(
      `UPDATE user_account
       SET name = coalesce($3, name), role = coalesce($4, role), disabled_at = $5
       WHERE workspace = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [workspace, id, change.name ?? null, change.role ?? null, disabledAt],
    )
    if (!user) throw noSuchUser()
    await refuseNoAdmin(sql, workspace)
    if (user.disabled_at) {
      await endSessionsOf(sql, id, null)
      await sql.query('DELETE FROM sign_in_link WHERE user_account = $1', [id])
    }
    const subject = `user:${id}`
    await audit(sql, { workspace, actor, action: 'user.changed', subject, detail: change })
    return user
  })
}

/** What people change about themselves. */
export async function changeOwnAccount(
  deps: Pick<Deps, 'postgres'>,
  actor: Actor,
  change: { name?: string | undefined; language?: Language | undefined },
): Promise<void> {
  const { workspace, id } = actor
  await deps.postgres.transaction(async (sql) => {
    await sql.query(
      `UPDATE user_account SET name = coalesce($3, name), language = coalesce($4, language)
       WHERE workspace = $1 AND id = $2`,
      [workspace, id, change.name ?? null, change.language ?? null],
    )
    const subject = `user:${id}`
    await audit(sql, { workspace, actor, action: 'user.changed', subject, detail: change })
  })
}

async function lockUser(sql: Sql, workspace: number, id: string): Promise<UserRow> {
  const [user] = await sql.query<UserRow>(
    `SELECT ${COLUMNS} FROM user_account WHERE workspace = $1 AND id = $2 FOR UPDATE`,
    [workspace, id],
  )
  if (!user) throw noSuchUser()
  return user
}

function disabledAtAfter(wanted: boolean | undefined, user: UserRow, now: number): Date | null {
  if (wanted === undefined) return user.disabled_at
  if (!wanted) return null
  return user.disabled_at ?? new Date(now)
}

/** A key that may manage people must not make itself an admin by way of a new account. */
function refuseRole(actor: Actor, role: Role): void {
  if (role !== 'admin' || actor.role === 'admin' || actor.scopes.includes('*')) return
  throw new Problem(403, {
    code: 'admin_only',
    detail: 'Only an admin, or a key with the scope *, may make or change admins.',
  })
}

async function refuseNoAdmin(sql: Sql, workspace: number): Promise<void> {
  const admins = await sql.query(
    `SELECT id FROM user_account
     WHERE workspace = $1 AND role = 'admin' AND disabled_at IS NULL LIMIT 1`,
    [workspace],
  )
  if (admins.length > 0) return
  const detail = 'This is the last admin of the workspace. Make somebody else an admin first.'
  throw badRequest('last_admin', detail)
}

const noSuchUser = () => notFound('There is no such user.')
const emailTaken = () =>
  new Problem(409, {
    code: 'email_taken',
    detail: 'Somebody signs in with this e-mail address already. Use another one.',
  })
