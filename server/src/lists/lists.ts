import { reserved } from '../collect/index.ts'
import type { Actor } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { notFound } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { assertListUnused } from '../segment/index.ts'
import { audit } from '../workspace/index.ts'
import type { LineReason } from './lines.ts'

type LocalText = { fr: string; en: string }

export type ListRow = {
  id: number
  public_id: string
  name_fr: string
  name_en: string
  description: string
  created_at: Date
  updated_at: Date
  updated_by: string
}

export type ChangeRow = {
  at: Date
  author: string
  kind: 'added' | 'removed'
  taken: number
  rejected: Partial<Record<LineReason, number>>
}

const COLUMNS = 'id, public_id, name_fr, name_en, description, created_at, updated_at, updated_by'
/** Changes that are shown of a list. */
const CHANGES_MAX = 20

export async function readLists(sql: Sql, workspace: number): Promise<ListRow[]> {
  return sql.query<ListRow>(
    `SELECT ${COLUMNS} FROM list WHERE workspace = $1 AND archived_at IS NULL
     ORDER BY updated_at DESC, id DESC`,
    [workspace],
  )
}

/** @throws Problem 404 when the workspace has no such list. */
export async function findList(sql: Sql, workspace: number, publicId: string): Promise<ListRow> {
  const [row] = await sql.query<ListRow>(
    `SELECT ${COLUMNS} FROM list
     WHERE workspace = $1 AND public_id = $2 AND archived_at IS NULL`,
    [workspace, publicId],
  )
  if (!row) throw noSuchList()
  return row
}

const noSuchList = () => notFound('There is no such list. It may belong to another workspace.')

export async function createList(
  deps: Pick<Deps, 'postgres' | 'clock' | 'newId'>,
  actor: Actor,
  draft: { name: LocalText; description: string },
): Promise<ListRow> {
  const publicId = deps.newId()
  const { workspace, name } = actor
  await deps.postgres.transaction(async (sql) => {
    await sql.query(
      `INSERT INTO list (workspace, public_id, name_fr, name_en, description, created_at,
         updated_at, updated_by) VALUES ($1, $2, $3, $4, $5, $6, $6, $7)`,
      [
        workspace,
        publicId,
        draft.name.fr,
        draft.name.en,
        draft.description,
        new Date(deps.clock.now()),
        name,
      ],
    )
    await auditList(sql, actor, { action: 'list.created', publicId, detail: {} })
  })
  return findList(deps.postgres, workspace, publicId)
}

export async function changeList(
  deps: Pick<Deps, 'postgres' | 'clock'>,
  actor: Actor,
  change: { publicId: string; name?: LocalText | undefined; description?: string | undefined },
): Promise<ListRow> {
  const { workspace } = actor
  const { publicId, name, description } = change
  await deps.postgres.transaction(async (sql) => {
    const { id } = await findList(sql, workspace, publicId)
    await sql.query(
      `UPDATE list SET name_fr = coalesce($2, name_fr), name_en = coalesce($3, name_en),
         description = coalesce($4, description), updated_at = $5, updated_by = $6 WHERE id = $1`,
      [
        id,
        name?.fr ?? null,
        name?.en ?? null,
        description ?? null,
        new Date(deps.clock.now()),
        actor.name,
      ],
    )
    await auditList(sql, actor, { action: 'list.changed', publicId, detail: {} })
  })
  return findList(deps.postgres, workspace, publicId)
}

/**
 * Takes a list away: no rule can ask it any more, and nobody sees who was on it.
 * @throws Problem 409 while segments ask it.
 */
export async function archiveList(
  deps: Pick<Deps, 'postgres' | 'clock'>,
  actor: Actor,
  publicId: string,
): Promise<void> {
  const { workspace } = actor
  await deps.postgres.transaction(async (sql) => {
    // Who publishes a rule that asks it holds this row: none begins to ask it meanwhile.
    await sql.query('SELECT 1 FROM list WHERE workspace = $1 AND public_id = $2 FOR UPDATE', [
      workspace,
      publicId,
    ])
    const { id } = await findList(sql, workspace, publicId)
    await assertListUnused(sql, workspace, publicId)
    await sql.query('UPDATE list SET archived_at = $2 WHERE id = $1', [
      id,
      new Date(deps.clock.now()),
    ])
    await auditList(sql, actor, { action: 'list.archived', publicId, detail: {} })
  })
}

/** Notes what was done to a list. */
export async function recordChange(
  deps: Pick<Deps, 'postgres' | 'clock'>,
  actor: Actor,
  { id, list, ...change }: ChangeRow & { id: string; list: ListRow },
): Promise<void> {
  const { at, author, kind, taken, rejected } = change
  await deps.postgres.transaction(async (sql) => {
    await sql.query(
      `INSERT INTO list_change (id, workspace, list, at, author, kind, taken, rejected)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, actor.workspace, list.id, at, author, kind, taken, JSON.stringify(rejected)],
    )
    await sql.query('UPDATE list SET updated_at = $2, updated_by = $3 WHERE id = $1', [
      list.id,
      new Date(deps.clock.now()),
      author,
    ])
    const detail = { taken, rejected }
    await auditList(sql, actor, { action: `list.${kind}`, publicId: list.public_id, detail })
  })
}

/** The last changes of each list, by its number; the newest first. */
export async function readChanges(
  sql: Sql,
  lists: readonly number[],
): Promise<Map<number, ChangeRow[]>> {
  const rows = await sql.query<ChangeRow & { list: number }>(
    `SELECT asked.list, last.* FROM unnest($1::integer[]) AS asked (list) CROSS JOIN LATERAL (
       SELECT at, author, kind, taken, rejected FROM list_change
       WHERE list_change.list = asked.list ORDER BY at DESC LIMIT $2) AS last
     ORDER BY at DESC`,
    [lists, CHANGES_MAX],
  )
  const changes = rows.map(({ list, ...change }) => [list, change] as const)
  return new Map(
    [...Map.groupBy(changes, ([list]) => list)].map(([list, own]) => {
      return [list, own.map(([, change]) => change)]
    }),
  )
}

/** How many people are on each list, by its public id, as history knows it. */
export async function countMembers(
  { clickhouse }: Pick<Deps, 'clickhouse'>,
  workspace: number,
  lists: readonly string[],
): Promise<Map<string, number>> {
  const rows = await clickhouse.query<{ trait: string; n: number }>(
    `SELECT trait, count() AS n FROM profile_current FINAL
     ARRAY JOIN mapKeys(mapFilter((k, v) -> v AND k IN {traits:Array(String)}, boolean)) AS trait
     WHERE workspace = {workspace:UInt32} AND kind = 'person' GROUP BY trait`,
    { workspace, traits: lists.map(reserved.listTrait) },
  )
  const counts = new Map(rows.map(({ trait, n }) => [trait, n]))
  return new Map(lists.map((list) => [list, counts.get(reserved.listTrait(list)) ?? 0]))
}

async function auditList(
  sql: Sql,
  actor: Actor,
  entry: { action: string; publicId: string; detail: Record<string, unknown> },
): Promise<void> {
  const { action, publicId, detail } = entry
  const { workspace } = actor
  await audit(sql, { workspace, actor, action, subject: `list:${publicId}`, detail })
}
