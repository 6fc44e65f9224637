import type { Deps } from '../platform/deps.ts'
import { badRequest } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { audit } from './audit.ts'
import type { Actor } from './permissions.ts'

export const LABEL_KINDS = ['event', 'trait', 'property', 'object'] as const
export type LabelKind = (typeof LABEL_KINDS)[number]
export type Label = { kind: LabelKind; name: string; fr: string; en: string }

export const LABELS_MAX = 5_000

/** Every display name of the workspace, ordered by kind and name. */
export function listLabels(sql: Sql, workspace: number): Promise<Label[]> {
  return sql.query<Label>(
    'SELECT kind, name, fr, en FROM label WHERE workspace = $1 ORDER BY kind, name LIMIT $2',
    [workspace, LABELS_MAX],
  )
}

/** Sets a display name; empty in both languages, it is removed. Throws a 400 at 5,000 of them. */
export async function putLabel(
  deps: Pick<Deps, 'postgres' | 'clock'>,
  actor: Actor,
  label: Label,
): Promise<void> {
  const { workspace } = actor
  const { kind, name, fr, en } = label
  await deps.postgres.transaction(async (sql) => {
    if (fr === '' && en === '') {
      await sql.query('DELETE FROM label WHERE workspace = $1 AND kind = $2 AND name = $3', [
        workspace,
        kind,
        name,
      ])
    } else {
      await refuseTooMany(sql, workspace)
      await sql.query(
        `INSERT INTO label (workspace, kind, name, fr, en, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (workspace, kind, name)
           DO UPDATE SET fr = excluded.fr, en = excluded.en, updated_at = excluded.updated_at`,
        [workspace, kind, name, fr, en, new Date(deps.clock.now())],
      )
    }
    const subject = `label:${kind}:${name}`
    await audit(sql, { workspace, actor, action: 'label.set', subject, detail: { fr, en } })
  })
}

async function refuseTooMany(sql: Sql, workspace: number): Promise<void> {
  const [count] = await sql.query<{ n: number }>(
    'SELECT count(*) AS n FROM label WHERE workspace = $1',
    [workspace],
  )
  if ((count?.n ?? 0) < LABELS_MAX) return
  const detail = `A workspace has at most ${LABELS_MAX} display names. Remove one first.`
  throw badRequest('too_many_labels', detail)
}
