import type { Deps } from '../platform/deps.ts'
import { HOUR_MS } from '../platform/durations.ts'
import { badRequest, notFound } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { audit } from './audit.ts'
import type { Actor } from './permissions.ts'
import { newWriteKey } from './secrets.ts'
import type { ChangeSettings } from './settings.ts'
import { readVolumes, type SourceVolume } from './sourceVolumes.ts'

export const SOURCE_KINDS = [
  'web',
  'server',
  'mobile',
  'pos',
  'crm',
  'newsletter',
  'support',
  'import',
  'other',
] as const

export type SourceKind = (typeof SOURCE_KINDS)[number]

/** Whose data a source brings: the company's own, a partner's own, or bought and aggregated. */
export const SOURCE_PARTIES = ['first', 'second', 'third'] as const

export type SourceParty = (typeof SOURCE_PARTIES)[number]

export type SourceRow = {
  id: number
  public_id: string
  name: string
  kind: SourceKind
  party: SourceParty
  write_key: string
  previous_key_until: Date | null
  fixed: boolean
  created_at: Date
}

export type SourceWithVolume = SourceRow & { volume: SourceVolume }

type Store = Pick<Deps, 'postgres' | 'clock' | 'newId'>
/** Whose data a source brings is what rules ask. */
type AskedStore = Store & { changeSettings: ChangeSettings }

const SOURCES_MAX = 500
const COLUMNS = 'id, public_id, name, kind, party, write_key, previous_key_until, fixed, created_at'

/** Makes a source with a write key of its own. Throws a 400 at 500 sources. */
export async function createSource(
  deps: AskedStore,
  actor: Actor,
  wish: { name: string; kind: SourceKind; party?: SourceParty },
): Promise<SourceWithVolume> {
  const { workspace } = actor
  const { party = 'first' } = wish
  const write = async (sql: Sql) => {
    const [count] = await sql.query<{ n: number }>(
      'SELECT count(*) AS n FROM source WHERE workspace = $1 AND archived_at IS NULL',
      [workspace],
    )
    if ((count?.n ?? 0) >= SOURCES_MAX) {
      const detail = `A workspace has at most ${SOURCES_MAX} sources. Archive one first.`
      throw badRequest('too_many_sources', detail)
    }
    const [created] = await sql.query<SourceRow>(
      `INSERT INTO source (workspace, public_id, name, kind, party, write_key, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
      [
        ...[workspace, deps.newId(), wish.name, wish.kind, party, newWriteKey()],
        new Date(deps.clock.now()),
      ],
    )
    if (!created) throw new Error('The source was not created.')
    const subject = `source:${created.public_id}`
    await audit(sql, { workspace, actor, action: 'source.created', subject, detail: wish })
    return created
  }
  // What is not named is of the first party, as what is not there yet.
  const row = await (party === 'first'
    ? deps.postgres.transaction(write)
    : deps.changeSettings(workspace, write))
  return withVolume(deps, workspace, row)
}

/** Sources in use, oldest first, each with what arrived lately. */
export async function listSources(
  deps: Pick<Deps, 'postgres' | 'clock'>,
  question: { workspace: number; after: number | null; limit: number },
): Promise<SourceWithVolume[]> {
  const rows = await deps.postgres.query<SourceRow>(
    `SELECT ${COLUMNS} FROM source
     WHERE workspace = $1 AND archived_at IS NULL AND kind <> 'list' AND id > $2
     ORDER BY id LIMIT $3`,
    [question.workspace, question.after ?? 0, question.limit],
  )
  const volumes = await readVolumes(deps, {
    workspace: question.workspace,
    sources: rows.map((row) => row.id),
  })
  return rows.map((row) => ({ ...row, volume: volumes(row.id) }))
}

/** Throws a 404 for a source that is archived or of another workspace. */
export async function readSource(
  deps: Pick<Deps, 'postgres' | 'clock'>,
  workspace: number,
  publicId: string,
): Promise<SourceWithVolume> {
  const row = await findSource(deps.postgres, workspace, publicId)
  return withVolume(deps, workspace, row)
}

/** What is left out stays. Segments follow a source to another party in the same transaction. */
export async function changeSource(
  deps: AskedStore,
  actor: Actor,
  change: {
    publicId: string
    name?: string | undefined
    kind?: SourceKind | undefined
    party?: SourceParty | undefined
  },
): Promise<SourceWithVolume> {
  const { workspace } = actor
  const { publicId, ...detail } = change
  const write = async (sql: Sql) => {
    const [changed] = await sql.query<SourceRow>(
      `UPDATE source SET name = coalesce($3, name), kind = coalesce($4, kind),
         party = coalesce($5, party)
       WHERE workspace = $1 AND public_id = $2 AND archived_at IS NULL AND kind <> 'list'
       RETURNING ${COLUMNS}`,
      [workspace, publicId, detail.name ?? null, detail.kind ?? null, detail.party ?? null],
    )
    if (!changed) throw noSuchSource()
    const subject = `source:${publicId}`
    await audit(sql, { workspace, actor, action: 'source.changed', subject, detail })
    return changed
  }
  const row = await (detail.party === undefined
    ? deps.postgres.transaction(write)
    : deps.changeSettings(workspace, write))
  return withVolume(deps, workspace, row)
}

/** The source's keys stop working at once; its events and its name stay. */
export async function archiveSource(deps: Store, actor: Actor, publicId: string): Promise<void> {
  const { workspace } = actor
  await deps.postgres.transaction(async (sql) => {
    const archived = await sql.query(
      `UPDATE source SET archived_at = $3
       WHERE workspace = $1 AND public_id = $2 AND archived_at IS NULL AND kind <> 'list'
       RETURNING id`,
      [workspace, publicId, new Date(deps.clock.now())],
    )
    if (archived.length === 0) throw noSuchSource()
    const subject = `source:${publicId}`
    await audit(sql, { workspace, actor, action: 'source.archived', subject })
  })
}

/**
 * Gives the source a new write key. The one it had stays valid for `overlapHours`, so that pages
 * and apps can change over; a key that was still in its overlap from an earlier rotation ends.
 */
export async function rotateWriteKey(
  deps: Store,
  actor: Actor,
  wish: { publicId: string; overlapHours: number },
): Promise<SourceWithVolume> {
  const { workspace } = actor
  const { publicId, overlapHours } = wish
  const now = deps.clock.now()
  const row = await deps.postgres.transaction(async (sql) => {
    const source = await findSource(sql, workspace, publicId)
    if (source.fixed) {
      throw badRequest(
        'key_fixed_by_environment',
        'This key is fixed by CLIENTELE_WRITE_KEY. Change that setting and restart.',
      )
    }
    const [rotated] = await sql.query<SourceRow>(
      `UPDATE source
       SET write_key = $3,
           previous_key = CASE WHEN $4::timestamptz > $5 THEN write_key END,
           previous_key_until = CASE WHEN $4::timestamptz > $5 THEN $4::timestamptz END
       WHERE id = $1 AND workspace = $2 RETURNING ${COLUMNS}`,
      [source.id, workspace, newWriteKey(), new Date(now + overlapHours * HOUR_MS), new Date(now)],
    )
    if (!rotated) throw noSuchSource()
    const subject = `source:${publicId}`
    const detail = { overlapHours }
    await audit(sql, { workspace, actor, action: 'source.key_rotated', subject, detail })
    return rotated
  })
  return withVolume(deps, workspace, row)
}

async function findSource(sql: Sql, workspace: number, publicId: string): Promise<SourceRow> {
  const [row] = await sql.query<SourceRow>(
    `SELECT ${COLUMNS} FROM source
     WHERE workspace = $1 AND public_id = $2 AND archived_at IS NULL AND kind <> 'list'`,
    [workspace, publicId],
  )
  if (!row) throw noSuchSource()
  return row
}

async function withVolume(
  deps: Pick<Deps, 'postgres' | 'clock'>,
  workspace: number,
  row: SourceRow,
): Promise<SourceWithVolume> {
  const volumes = await readVolumes(deps, { workspace, sources: [row.id] })
  return { ...row, volume: volumes(row.id) }
}

const noSuchSource = () => notFound('There is no such source. It may have been archived.')
