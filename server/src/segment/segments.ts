import { isDeepStrictEqual } from 'node:util'
import type { Actor } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { notFound } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { audit } from '../workspace/index.ts'
import { assertUnused, publishedRule, readDirectory, resolvedDependents } from './directory.ts'
import { announce, lockFlow, registerStreams } from './publish.ts'
import type { Rule, SegmentState } from './rule.ts'

export type SegmentRow = {
  id: number
  public_id: string
  name_fr: string
  name_en: string
  description: string
  rule: Rule
  version: number
  state: SegmentState
  progress: number
  reason: string | null
  created_at: Date
  updated_at: Date
  updated_by: string
  size: number
}

const COLUMNS = `s.id, s.public_id, s.name_fr, s.name_en, s.description, s.rule, s.version, s.state,
  s.progress, s.reason, s.created_at, s.updated_at, s.updated_by,
  (SELECT count(*) FROM membership m WHERE m.segment = s.id) AS size`

export async function listSegments(sql: Sql, workspace: number): Promise<SegmentRow[]> {
  return sql.query<SegmentRow>(
    `SELECT ${COLUMNS} FROM segment s WHERE s.workspace = $1 AND s.state <> 'archived'
     ORDER BY s.updated_at DESC, s.id DESC`,
    [workspace],
  )
}

/** Throws a 404 when the workspace has no such segment. */
export async function findSegment(
  sql: Sql,
  workspace: number,
  publicId: string,
): Promise<SegmentRow> {
  const [row] = await sql.query<SegmentRow>(
    `SELECT ${COLUMNS} FROM segment s WHERE s.workspace = $1 AND s.public_id = $2`,
    [workspace, publicId],
  )
  if (!row) throw notFound('There is no such segment. It may belong to another workspace.')
  return row
}

export type SegmentDraft = {
  name: { fr: string; en: string }
  description: string
  rule: Rule
}

/** Makes a segment; its members are filled in the background, without effects. */
export async function createSegment(
  deps: Deps,
  actor: Actor,
  draft: SegmentDraft,
): Promise<SegmentRow> {
  const publicId = deps.newId()
  const now = new Date(deps.clock.now())
  await deps.postgres.transaction(async (sql) => {
    await lockFlow(sql)
    const directory = await readDirectory(sql, actor.workspace)
    const asked = publishedRule(draft.rule, directory)
    await registerStreams(sql, actor.workspace, [asked])
    const [row] = await sql.query<{ id: number }>(
      `INSERT INTO segment (public_id, workspace, name_fr, name_en, description, rule, state,
         created_at, updated_at, updated_by)
       VALUES ($1, $2, $3, $4, $5, $6, 'backfilling', $7, $7, $8) RETURNING id`,
      [
        publicId,
        actor.workspace,
        draft.name.fr,
        draft.name.en,
        draft.description,
        JSON.stringify(draft.rule),
        now,
        actor.name,
      ],
    )
    await writeVersion(sql, { segment: row?.id ?? 0, version: 1, rule: draft.rule, now, actor })
    await auditSegment(sql, actor, { action: 'segment.created', publicId })
  })
  return findSegment(deps.postgres, actor.workspace, publicId)
}

export type SegmentChange = Partial<SegmentDraft> & { state?: 'live' | 'paused' | 'archived' }

/** A new rule, and coming back, fill the members again; what rests is filled when it comes back. */
function nextState(
  held: SegmentState,
  wanted: SegmentState,
  isNewRule: boolean,
): { state: SegmentState; refill: boolean } {
  if (wanted === 'paused' || wanted === 'archived') return { state: wanted, refill: false }
  const refill = isNewRule || held === 'paused' || held === 'archived'
  return { state: refill ? 'backfilling' : held, refill }
}

/** Changes a segment. A new rule, and coming back from a pause, fill its members again. */
export async function changeSegment(
  deps: Deps,
  actor: Actor,
  { publicId, change }: { publicId: string; change: SegmentChange },
): Promise<SegmentRow> {
  const now = new Date(deps.clock.now())
  await deps.postgres.transaction(async (sql) => {
    await lockFlow(sql)
    const held = await findSegment(sql, actor.workspace, publicId)
    const rule = change.rule ?? held.rule
    // PostgreSQL keeps the keys of an object in an order of its own.
    const isNewRule = !isDeepStrictEqual(JSON.parse(JSON.stringify(rule)), held.rule)
    const { state, refill } = nextState(held.state, change.state ?? held.state, isNewRule)
    await publish(sql, actor.workspace, { held, rule, state, isNewRule })
    await sql.query(
      `UPDATE segment SET name_fr = $2, name_en = $3, description = $4, rule = $5, state = $6,
         version = version + $7, updated_at = $8, updated_by = $9, reason = NULL
       WHERE id = $1`,
      [
        held.id,
        change.name?.fr ?? held.name_fr,
        change.name?.en ?? held.name_en,
        change.description ?? held.description,
        JSON.stringify(rule),
        state,
        isNewRule ? 1 : 0,
        now,
        actor.name,
      ],
    )
    if (refill) await restartFilling(sql, publicId)
    if (state === 'archived')
      await sql.query('DELETE FROM membership WHERE segment = $1', [held.id])
    if (isNewRule) {
      await writeVersion(sql, { segment: held.id, version: held.version + 1, rule, now, actor })
    }
    const action = state === 'archived' ? 'segment.archived' : 'segment.changed'
    await auditSegment(sql, actor, { action, publicId })
    await announce(sql)
  })
  return findSegment(deps.postgres, actor.workspace, publicId)
}

/**
 * Makes ready what the flow needs for a rule, and for the segments that refer to it: their answers
 * change with it, so they are filled again, without effects.
 */
async function publish(
  sql: Sql,
  workspace: number,
  change: { held: SegmentRow; rule: Rule; state: SegmentState; isNewRule: boolean },
): Promise<void> {
  const { held, rule, state, isNewRule } = change
  const directory = await readDirectory(sql, workspace)
  if (state === 'paused' || state === 'archived') {
    if (state !== held.state) assertUnused(held.public_id, directory)
    return
  }
  const name = { fr: held.name_fr, en: held.name_en }
  directory.set(held.public_id, { name, rule, state })
  const asked = publishedRule(rule, directory, held.public_id)
  const dependents = isNewRule ? resolvedDependents(held.public_id, directory) : new Map()
  await registerStreams(sql, workspace, [asked, ...dependents.values()])
  await sql.query(
    `UPDATE segment SET state = 'backfilling' WHERE workspace = $1 AND public_id = ANY($2)
       AND state IN ('live', 'backfilling')`,
    [workspace, [...dependents.keys()]],
  )
  for (const publicId of dependents.keys()) await restartFilling(sql, publicId)
}

async function restartFilling(sql: Sql, publicId: string): Promise<void> {
  await sql.query(
    `UPDATE segment SET evaluated = false, progress = 0, filled_to = NULL, filled = 0
     WHERE public_id = $1`,
    [publicId],
  )
}

async function writeVersion(
  sql: Sql,
  row: { segment: number; version: number; rule: Rule; now: Date; actor: Actor },
): Promise<void> {
  await sql.query(
    `INSERT INTO segment_version (segment, version, rule, at, author)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [row.segment, row.version, JSON.stringify(row.rule), row.now, row.actor.name],
  )
}

async function auditSegment(
  sql: Sql,
  actor: Actor,
  { action, publicId }: { action: string; publicId: string },
): Promise<void> {
  await audit(sql, {
    workspace: actor.workspace,
    actor,
    action,
    subject: `segment:${publicId}`,
    detail: {},
  })
}

export async function segmentVersions(sql: Sql, segment: number) {
  return sql.query<{ version: number; rule: Rule; at: Date; author: string }>(
    'SELECT version, rule, at, author FROM segment_version WHERE segment = $1 ORDER BY version DESC',
    [segment],
  )
}
