import { isDeepStrictEqual } from 'node:util'
import type { Actor } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { DAY_MS } from '../platform/durations.ts'
import { badRequest, conflict, notFound } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { audit } from '../workspace/index.ts'
import { readConsumers, refuseInUse } from './consumers.ts'
import { assertUnused, readDirectory } from './directory.ts'
import { NOBODY } from './drafts.ts'
import { parseRule } from './parse.ts'
import { ownerOf, type Place, placeSegment } from './place.ts'
import { announce, lockFlow } from './publish.ts'
import { publishRules, restartFilling } from './publishing.ts'
import type { AskedRule } from './references.ts'
import type { Rule, SegmentState } from './rule.ts'
import type { Stay } from './stays.ts'

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
  folder: string
  tags: string[]
  owner: string | null
  owner_name: string | null
  /** JSON of a rule that somebody works on; see `draftView`. */
  draft: string | null
  /** When somebody last opened it, to the day. */
  looked_at: Date | null
  archived_from: SegmentState | null
  /** Destinations that are triggered by it. */
  destinations: number
  /** When a destination that is gone, or was changed, still was. */
  let_go_at: Date | null
  stays: Stay[]
  /** As somebody wrote it; `rule` is what is asked. */
  written: Rule
  includes_staff: boolean
  /** Of a class: its segmentation, and its place in the order; null once it is none any more. */
  segmentation: string | null
  segmentation_fr: string | null
  segmentation_en: string | null
  class_order: number | null
}

const COLUMNS = `s.id, s.public_id, s.name_fr, s.name_en, s.description, s.rule, s.version, s.state,
  s.progress, s.reason, s.created_at, s.updated_at, s.updated_by,
  (SELECT count(*) FROM membership m WHERE m.segment = s.id) AS size,
  s.folder, s.tags, s.stays, s.includes_staff, s.owner, s.draft, s.looked_at, s.archived_from,
  (SELECT u.name FROM user_account u WHERE u.id = s.owner) AS owner_name,
  used.destinations, used.let_go_at,
  coalesce(s.written, s.rule) AS written, s.class_order, g.public_id AS segmentation,
  g.name_fr AS segmentation_fr, g.name_en AS segmentation_en`
const FROM = `segment s LEFT JOIN segmentation g ON g.id = s.segmentation
  CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE d.deleted_at IS NULL) AS destinations,
    max(d.deleted_at) AS let_go_at
  FROM destination d WHERE d.workspace = s.workspace
    AND d.triggers @> jsonb_build_array(jsonb_build_object('segment', s.public_id::text))) AS used`

/** All segments of a workspace, the archived ones included, the last changed first. */
export async function listSegments(sql: Sql, workspace: number): Promise<SegmentRow[]> {
  return sql.query<SegmentRow>(
    `SELECT ${COLUMNS} FROM ${FROM} WHERE s.workspace = $1
     ORDER BY s.updated_at DESC, s.id DESC`,
    [workspace],
  )
}

/** The classes of segmentations (their numbers), each segmentation's in its order. */
export async function listClasses(
  sql: Sql,
  segmentations: readonly number[],
): Promise<SegmentRow[]> {
  return sql.query<SegmentRow>(
    `SELECT ${COLUMNS} FROM ${FROM}
     WHERE s.segmentation = ANY($1) AND s.class_order IS NOT NULL ORDER BY s.class_order`,
    [segmentations],
  )
}

/** Throws a 404 when the workspace has no such segment. */
export async function findSegment(
  sql: Sql,
  workspace: number,
  publicId: string,
): Promise<SegmentRow> {
  const [row] = await sql.query<SegmentRow>(
    `SELECT ${COLUMNS} FROM ${FROM} WHERE s.workspace = $1 AND s.public_id = $2`,
    [workspace, publicId],
  )
  if (!row) throw notFound('There is no such segment. It may belong to another workspace.')
  return row
}

export type LocalName = { fr: string; en: string }

/** `draft` (JSON) instead of a rule: nothing is published yet. */
export type NewSegment = {
  name: LocalName
  description: string
  place?: Place
  stays?: readonly Stay[]
  /** Whether staff and test profiles can be members. */
  includesStaff?: boolean
  /** Tells destinations of those who are members from the start. */
  fires?: boolean
} & ({ rule: Rule; draft?: never } | { rule?: never; draft: string })

const LOOK_MS = DAY_MS

/** Remembers, to the day, that somebody opened a segment. */
export async function noteLook({ postgres, clock }: Deps, segment: SegmentRow): Promise<void> {
  const now = clock.now()
  if (segment.looked_at !== null && segment.looked_at.getTime() > now - LOOK_MS) return
  await postgres.query('UPDATE segment SET looked_at = $2 WHERE id = $1', [
    segment.id,
    new Date(now),
  ])
}

/** Makes a segment; its members are filled in the background, without effects. */
export async function createSegment(
  deps: Deps,
  actor: Actor,
  made: NewSegment,
): Promise<SegmentRow> {
  const publicId = deps.newId()
  const now = new Date(deps.clock.now())
  const { name, rule = NOBODY, draft = null, includesStaff = false } = made
  const [state, version] = draft === null ? ['backfilling', 1] : ['draft', 0]
  await deps.postgres.transaction(async (sql) => {
    if (draft === null) {
      await lockFlow(sql)
      const published = [{ publicId, name, rule, includesStaff, isComposed: false }]
      await publishRules(sql, actor.workspace, { published, isNew: true })
    }
    const [row] = await sql.query<{ id: number }>(
      `INSERT INTO segment (public_id, workspace, name_fr, name_en, description, rule, state,
         created_at, updated_at, updated_by, version, draft, fires, stays, includes_staff)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11, $12, $13, $14) RETURNING id`,
      [
        publicId,
        actor.workspace,
        name.fr,
        name.en,
        made.description,
        JSON.stringify(rule),
        state,
        now,
        actor.name,
        version,
        draft,
        made.fires ?? false,
        JSON.stringify(made.stays ?? []),
        includesStaff,
      ],
    )
    const segment = row?.id ?? 0
    await placeSegment(sql, actor.workspace, { segment, place: made.place ?? {} })
    if (draft === null) await writeVersion(sql, { segment, version: 1, rule, now, actor })
    await auditSegment(sql, actor, { action: 'segment.created', publicId })
  })
  return findSegment(deps.postgres, actor.workspace, publicId)
}

export type SegmentChange = {
  name?: LocalName
  description?: string
  place?: Place
  /** Published; what was a draft is none any more. */
  rule?: Rule
  /** JSON of a rule to go on with later; `null` throws it away. */
  draft?: string | null
  /** Of what has never been published, `live` publishes the draft. */
  state?: 'live' | 'paused' | 'archived'
  stays?: readonly Stay[]
  includesStaff?: boolean
  /** Tells destinations of those who enter or leave by this very change. */
  fires?: boolean
  /** Archive it although destinations are triggered by it. */
  evenIfUsed?: boolean
}

const isPublished = ({ version }: SegmentRow): boolean => version > 0

/** PostgreSQL keeps the keys of an object in an order of its own. */
const isSame = (rule: Rule, held: Rule): boolean =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(rule)), held)

/** The draft of a segment that goes live for the first time. @throws a 400 while it has faults. */
function draftToPublish(held: SegmentRow, { state }: SegmentChange): Rule | undefined {
  if (isPublished(held) || state === undefined || state === 'archived') return undefined
  if (state === 'live') return parseRule(JSON.parse(held.draft ?? 'null'))
  throw badRequest('not_published', 'A draft has no members yet: publish it before it can rest.')
}

/** What is still to be published after a change. */
function nextDraft(held: SegmentRow, { rule, draft, state }: SegmentChange): string | null {
  if (rule || (state === 'live' && !isPublished(held))) return null
  if (draft === null && !isPublished(held)) {
    throw badRequest('not_published', 'This segment is nothing but a draft: archive it instead.')
  }
  return draft === undefined ? held.draft : draft
}

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

/** A class is changed with its segmentation: alone it would leave people in none, or in two. */
function refuseClass({ segmentation }: SegmentRow): void {
  if (segmentation === null) return
  throw conflict(
    'belongs_to_segmentation',
    'This segment is a class of a segmentation: change its rule or state there.',
  )
}

/** Whether the flow has to know of a change. */
const asksFlow = ({ rule, state, stays, includesStaff }: SegmentChange): boolean =>
  Boolean(rule ?? state ?? stays) || includesStaff !== undefined

/** Changes a segment. A new rule, and coming back from a pause, fill its members again. */
export async function changeSegment(
  deps: Deps,
  actor: Actor,
  { publicId, change }: { publicId: string; change: SegmentChange },
): Promise<SegmentRow> {
  const { workspace } = actor
  const now = new Date(deps.clock.now())
  await deps.postgres.transaction(async (sql) => {
    const touchesFlow = asksFlow(change)
    if (touchesFlow) await lockFlow(sql)
    const held = await findSegment(sql, workspace, publicId)
    if (touchesFlow || change.draft) refuseClass(held)
    await placeSegment(sql, workspace, { segment: held.id, place: change.place ?? {} })
    await sql.query(
      `UPDATE segment SET name_fr = $2, name_en = $3, description = $4, draft = $5,
         updated_at = $6, updated_by = $7
       WHERE id = $1`,
      [
        held.id,
        change.name?.fr ?? held.name_fr,
        change.name?.en ?? held.name_en,
        change.description ?? held.description,
        nextDraft(held, change),
        now,
        actor.name,
      ],
    )
    if (touchesFlow) await publishChange(sql, actor, { held, change, now })
    const action = change.state === 'archived' ? 'segment.archived' : 'segment.changed'
    await auditSegment(sql, actor, { action, publicId })
    await announce(sql)
  })
  return findSegment(deps.postgres, workspace, publicId)
}

/** Puts a new rule or another state in force. The caller holds the flow. */
async function publishChange(
  sql: Sql,
  actor: Actor,
  { held, change, now }: { held: SegmentRow; change: SegmentChange; now: Date },
): Promise<void> {
  const { workspace } = actor
  const published = change.rule ?? draftToPublish(held, change)
  const rule = published ?? held.written
  const isNewRule = isPublished(held) ? !isSame(rule, held.written) : published !== undefined
  const wanted = change.state ?? (isPublished(held) || !published ? held.state : 'live')
  const { stays = held.stays, includesStaff = held.includes_staff } = change
  const asksOthers = isNewRule || includesStaff !== held.includes_staff
  // The timers of those who are members already are armed when they are filled again.
  const isFilledAgain = isPublished(held)
    ? asksOthers || !isDeepStrictEqual(stays, held.stays)
    : isNewRule
  const { state, refill } = nextState(held.state, wanted, isFilledAgain)
  if (state === 'archived' && change.evenIfUsed !== true) {
    refuseInUse(await readConsumers(sql, { workspace, segment: held.public_id }))
  }
  await publish(sql, workspace, { held, asked: { rule, includesStaff }, state, asksOthers })
  await sql.query(
    `UPDATE segment SET rule = $2, state = $3, version = version + $4, reason = NULL, stays = $5,
       includes_staff = $6,
       archived_from = CASE WHEN $3 <> 'archived' THEN NULL
         WHEN state = 'archived' THEN archived_from ELSE state END
     WHERE id = $1`,
    [
      ...[held.id, JSON.stringify(rule), state, isNewRule ? 1 : 0, JSON.stringify(stays)],
      includesStaff,
    ],
  )
  if (refill)
    await restartFilling(sql, { publicIds: [held.public_id], fires: change.fires === true })
  if (state === 'archived') await sql.query('DELETE FROM membership WHERE segment = $1', [held.id])
  if (isNewRule) {
    await writeVersion(sql, { segment: held.id, version: held.version + 1, rule, now, actor })
  }
}

/** Brings an archived segment back as what it was: its members are filled again. */
export async function unarchiveSegment(
  deps: Deps,
  actor: Actor,
  publicId: string,
): Promise<SegmentRow> {
  const { state, archived_from: before } = await findSegment(
    deps.postgres,
    actor.workspace,
    publicId,
  )
  if (state !== 'archived') throw conflict('not_archived', 'This segment is not in the archive.')
  if (before !== 'draft') {
    const change = { state: before === 'paused' ? before : 'live' } as const
    return changeSegment(deps, actor, { publicId, change })
  }
  await deps.postgres.transaction(async (sql) => {
    await sql.query(
      `UPDATE segment SET state = 'draft', archived_from = NULL
       WHERE workspace = $1 AND public_id = $2 AND state = 'archived'`,
      [actor.workspace, publicId],
    )
    await auditSegment(sql, actor, { action: 'segment.changed', publicId })
  })
  return findSegment(deps.postgres, actor.workspace, publicId)
}

/** Makes ready what the flow needs; what is to rest must not be asked by others. */
async function publish(
  sql: Sql,
  workspace: number,
  change: { held: SegmentRow; asked: AskedRule; state: SegmentState; asksOthers: boolean },
): Promise<void> {
  const { held, asked, state, asksOthers } = change
  if (state === 'paused' || state === 'archived') {
    if (state !== held.state) assertUnused(held.public_id, await readDirectory(sql, workspace))
    return
  }
  const name = { fr: held.name_fr, en: held.name_en }
  const published = [{ publicId: held.public_id, name, ...asked, isComposed: false }]
  await publishRules(sql, workspace, { published, isNew: asksOthers })
}

/** A draft with the rule of another segment, beside it on the shelf. */
export async function cloneSegment(
  deps: Deps,
  actor: Actor,
  { publicId, name }: { publicId: string; name?: LocalName },
): Promise<SegmentRow> {
  const held = await findSegment(deps.postgres, actor.workspace, publicId)
  return createSegment(deps, actor, {
    name: name ?? { fr: `${held.name_fr} (copie)`, en: `${held.name_en} (copy)` },
    description: held.description,
    draft: held.draft ?? JSON.stringify(held.written),
    includesStaff: held.includes_staff,
    place: { folder: held.folder, tags: held.tags, owner: ownerOf(actor) },
  })
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
  const { workspace } = actor
  await audit(sql, { workspace, actor, action, subject: `segment:${publicId}`, detail: {} })
}
