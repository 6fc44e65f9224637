import type { Sql } from '../platform/postgres.ts'
import type { Actor } from './permissions.ts'

/** The program itself, where no person and no key asked. */
export type SystemActor = { kind: 'system'; name: string }

export type AuditEntry = {
  workspace: number
  actor: Pick<Actor, 'kind' | 'id' | 'name'> | SystemActor
  /** What was done, as `subject.verb`: `source.created`, `profile.revealed`. */
  action: string
  /** What it was done to, as `kind:id`. */
  subject: string
  /** What changed. Field names and settings, never secrets or customers' data. */
  detail?: Record<string, unknown>
}

/**
 * Appends an entry to the audit log. Give it the transaction of the change that it records, so that
 * neither exists without the other. The database refuses to change or remove entries.
 */
export async function audit(sql: Sql, entry: AuditEntry): Promise<void> {
  const actorId = entry.actor.kind === 'system' ? null : entry.actor.id
  await sql.query(
    `INSERT INTO audit_entry (workspace, actor_kind, actor_id, actor_name, action, subject, detail)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      entry.workspace,
      entry.actor.kind,
      actorId,
      entry.actor.name,
      entry.action,
      entry.subject,
      JSON.stringify(entry.detail ?? {}),
    ],
  )
}

export type AuditRow = {
  id: number
  at: Date
  actor_kind: 'user' | 'key' | 'system'
  actor_name: string
  action: string
  subject: string
  detail: Record<string, unknown>
}

export type AuditQuestion = {
  workspace: number
  /** An action, or the part before its dot for all actions on such subjects. */
  action: string | null
  /** The exact name of who did it. */
  actor: string | null
  /** Only entries older than this id; null = from the newest. */
  before: number | null
  limit: number
}

/** Entries of the workspace, newest first. */
export function listAudit(sql: Sql, question: AuditQuestion): Promise<AuditRow[]> {
  return sql.query<AuditRow>(
    `SELECT id, at, actor_kind, actor_name, action, subject, detail
     FROM audit_entry
     WHERE workspace = $1
       AND ($2::bigint IS NULL OR id < $2)
       AND ($3::text IS NULL OR action = $3 OR starts_with(action, $3 || '.'))
       AND ($4::text IS NULL OR actor_name = $4)
     ORDER BY id DESC
     LIMIT $5`,
    [question.workspace, question.before, question.action, question.actor, question.limit],
  )
}
