import type { Actor } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { badRequest, notFound } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { audit } from '../workspace/index.ts'
import { composeClasses } from './classes.ts'
import { readConsumers, refuseInUse } from './consumers.ts'
import { assertUnused, readDirectory } from './directory.ts'
import { NOBODY } from './drafts.ts'
import { announce, lockFlow } from './publish.ts'
import { type Published, publishRules, restartFilling } from './publishing.ts'
import type { Rule, SegmentState } from './rule.ts'
import { type LocalName, listClasses, type SegmentRow } from './segments.ts'

/** Ordered classes of which each person is in exactly one; each is a segment of its own. */
export type Segmentation = {
  id: number
  public_id: string
  name_fr: string
  name_en: string
  description: string
  version: number
  includes_staff: boolean
  archived_at: Date | null
  created_at: Date
  updated_at: Date
  updated_by: string
  /** In their order, the one for everybody else last. */
  classes: SegmentRow[]
}

/** `id`: of a class that is there already; without it a new one is made. */
export type ClassInput = { id?: string; name: LocalName; rule: Rule }
export type OtherwiseInput = Omit<ClassInput, 'rule'>

/** A version as it was written. */
export type WrittenClasses = { classes: ClassInput[]; otherwise: OtherwiseInput }

/** In force for whoever is in none of the classes before. */
const EVERYBODY: Rule = { all: [] }

/** All of a workspace, or the one of a public id: the last changed first. */
export async function readSegmentations(
  sql: Sql,
  workspace: number,
  publicId: string | null,
): Promise<Segmentation[]> {
  const rows = await sql.query<Omit<Segmentation, 'classes'>>(
    `SELECT id, public_id, name_fr, name_en, description, version, includes_staff, archived_at,
       created_at, updated_at, updated_by
     FROM segmentation WHERE workspace = $1 AND ($2::uuid IS NULL OR public_id = $2)
     ORDER BY updated_at DESC, id DESC`,
    [workspace, publicId],
  )
  const ids = rows.map(({ id }) => id)
  const classes = Map.groupBy(await listClasses(sql, ids), (row) => row.segmentation)
  return rows.map((row) => ({ ...row, classes: classes.get(row.public_id) ?? [] }))
}

/** Throws a 404 when the workspace has no such segmentation. */
export async function findSegmentation(
  sql: Sql,
  workspace: number,
  publicId: string,
): Promise<Segmentation> {
  const [found] = await readSegmentations(sql, workspace, publicId)
  if (!found) throw notFound('There is no such segmentation. It may belong to another workspace.')
  return found
}

export type NewSegmentation = {
  name: LocalName
  description: string
  written: WrittenClasses
  includesStaff: boolean
  fires: boolean
}

/** Makes a segmentation; its classes are filled together, in the background. */
export async function createSegmentation(
  deps: Deps,
  actor: Actor,
  made: NewSegmentation,
): Promise<Segmentation> {
  const publicId = deps.newId()
  const now = new Date(deps.clock.now())
  await deps.postgres.transaction(async (sql) => {
    await lockFlow(sql)
    const [row] = await sql.query<{ id: number }>(
      `INSERT INTO segmentation (public_id, workspace, name_fr, name_en, description, version,
         created_at, updated_at, updated_by, includes_staff)
       VALUES ($1, $2, $3, $4, $5, 0, $6, $6, $7, $8) RETURNING id`,
      [
        ...[publicId, actor.workspace, made.name.fr, made.name.en, made.description, now],
        ...[actor.name, made.includesStaff],
      ],
    )
    const { written, fires, includesStaff: includes_staff } = made
    const held = { id: row?.id ?? 0, version: 0, includes_staff, classes: [] }
    await publishClasses(sql, { deps, actor, now }, { held, written, fires })
    await auditSegmentation(sql, actor, { action: 'segmentation.created', publicId })
    await announce(sql)
  })
  return findSegmentation(deps.postgres, actor.workspace, publicId)
}

export type SegmentationChange = {
  name?: LocalName
  description?: string
  written?: WrittenClasses
  includesStaff?: boolean
  state?: 'live' | 'paused'
  fires?: boolean
}

/** Changes a segmentation. New classes, and coming back, fill all of them again. */
export async function changeSegmentation(
  deps: Deps,
  actor: Actor,
  { publicId, change }: { publicId: string; change: SegmentationChange },
): Promise<Segmentation> {
  const { workspace } = actor
  const now = new Date(deps.clock.now())
  await deps.postgres.transaction(async (sql) => {
    await lockFlow(sql)
    const before = await findSegmentation(sql, workspace, publicId)
    const held = { ...before, includes_staff: change.includesStaff ?? before.includes_staff }
    await sql.query(
      `UPDATE segmentation SET name_fr = $2, name_en = $3, description = $4, updated_at = $5,
         updated_by = $6, includes_staff = $7
       WHERE id = $1`,
      [
        held.id,
        change.name?.fr ?? held.name_fr,
        change.name?.en ?? held.name_en,
        change.description ?? held.description,
        now,
        actor.name,
        held.includes_staff,
      ],
    )
    const fires = change.fires === true
    if (change.written) {
      await publishClasses(sql, { deps, actor, now }, { held, written: change.written, fires })
    } else if (held.includes_staff !== before.includes_staff) {
      await followStaff(sql, workspace, { held, fires })
    }
    if (change.state) await setState(sql, workspace, { held, state: change.state, fires })
    await auditSegmentation(sql, actor, { action: 'segmentation.changed', publicId })
    await announce(sql)
  })
  return findSegmentation(deps.postgres, workspace, publicId)
}

/** Fills the classes again, where others can be in them now; what rests is left to rest. */
async function followStaff(
  sql: Sql,
  workspace: number,
  { held, fires }: { held: Segmentation; fires: boolean },
): Promise<void> {
  const includesStaff = held.includes_staff
  const publicIds = held.classes.map((row) => row.public_id)
  await sql.query('UPDATE segment SET includes_staff = $2 WHERE public_id = ANY($1)', [
    publicIds,
    includesStaff,
  ])
  if (held.classes.some(isResting)) return
  const published = held.classes.map((row) => ({ ...publishedOf(row), includesStaff }))
  await publishRules(sql, workspace, { published, isNew: true })
  await setStates(sql, publicIds, 'backfilling')
  await restartFilling(sql, { publicIds, fires })
}

const isResting = ({ state }: SegmentRow): boolean => state === 'paused' || state === 'archived'

async function setState(
  sql: Sql,
  workspace: number,
  { held, state, fires }: { held: Segmentation; state: 'live' | 'paused'; fires: boolean },
): Promise<void> {
  const publicIds = held.classes.map((row) => row.public_id)
  if (state === 'paused') {
    await assertFree(sql, workspace, publicIds)
    await setStates(sql, publicIds, 'paused')
    return
  }
  if (!held.classes.some(isResting)) return
  const published = held.classes.map(publishedOf)
  await publishRules(sql, workspace, { published, isNew: false })
  await sql.query('UPDATE segmentation SET archived_at = NULL WHERE id = $1', [held.id])
  await setStates(sql, publicIds, 'backfilling')
  await restartFilling(sql, { publicIds, fires })
}

const publishedOf = (row: SegmentRow): Published => {
  const name = { fr: row.name_fr, en: row.name_en }
  const { public_id: publicId, rule, includes_staff: includesStaff } = row
  return { publicId, name, rule, isComposed: true, includesStaff }
}

async function setStates(
  sql: Sql,
  publicIds: readonly string[],
  state: SegmentState,
): Promise<void> {
  await sql.query('UPDATE segment SET state = $2, reason = NULL WHERE public_id = ANY($1)', [
    publicIds,
    state,
  ])
}

/** Refuses to let classes rest that segments outside refer to. */
async function assertFree(sql: Sql, workspace: number, classes: readonly string[]): Promise<void> {
  const directory = await readDirectory(sql, workspace)
  const segments = new Map(directory.segments)
  for (const id of classes) segments.delete(id)
  for (const id of classes) assertUnused(id, { ...directory, segments })
}

/** Archives a segmentation with its classes. @throws a 409 while something uses one of them. */
export async function archiveSegmentation(
  deps: Deps,
  actor: Actor,
  { publicId, evenIfUsed }: { publicId: string; evenIfUsed: boolean },
): Promise<void> {
  const { workspace } = actor
  await deps.postgres.transaction(async (sql) => {
    await lockFlow(sql)
    const held = await findSegmentation(sql, workspace, publicId)
    const publicIds = held.classes.map((row) => row.public_id)
    await assertFree(sql, workspace, publicIds)
    if (!evenIfUsed) {
      for (const segment of [publicId, ...publicIds]) {
        const { destinations } = await readConsumers(sql, { workspace, segment })
        refuseInUse({ destinations, segments: [] })
      }
    }
    await setStates(sql, publicIds, 'archived')
    await sql.query('DELETE FROM membership WHERE segment = ANY($1)', [
      held.classes.map((row) => row.id),
    ])
    await sql.query('UPDATE segmentation SET archived_at = $2 WHERE id = $1', [
      held.id,
      new Date(deps.clock.now()),
    ])
    await auditSegmentation(sql, actor, { action: 'segmentation.archived', publicId })
    await announce(sql)
  })
}

type Publishing = { deps: Deps; actor: Actor; now: Date }
type ClassRow = Published & { written: Rule; order: number }

/** Puts classes in force, all together, as the next version. */
async function publishClasses(
  sql: Sql,
  { deps, actor, now }: Publishing,
  {
    held,
    written,
    fires,
  }: {
    held: Pick<Segmentation, 'id' | 'version' | 'includes_staff' | 'classes'>
    written: WrittenClasses
    fires: boolean
  },
): Promise<void> {
  const { workspace } = actor
  const rows = classRows(written, { deps, includesStaff: held.includes_staff })
  await refuseStrangers(sql, { segmentation: held.id, written })
  const gone = held.classes.filter((one) => rows.every((row) => row.publicId !== one.public_id))
  await retire(sql, workspace, gone)
  await publishRules(sql, workspace, { published: rows, isNew: true })
  const version = held.version + 1
  for (const row of rows) await writeClass(sql, { row, segmentation: held.id, version, actor, now })
  const kept = rows.map(({ publicId: id, name, written: rule }) => ({ id, name, rule }))
  const filled = [...kept.map(({ id }) => id), ...gone.map((row) => row.public_id)]
  await restartFilling(sql, { publicIds: filled, fires })
  await sql.query('UPDATE segmentation SET version = $2, archived_at = NULL WHERE id = $1', [
    held.id,
    version,
  ])
  await sql.query(
    `INSERT INTO segmentation_version (segmentation, version, classes, at, author)
     VALUES ($1, $2, $3, $4, $5)`,
    [held.id, version, JSON.stringify(kept), now, actor.name],
  )
}

function classRows(
  { classes, otherwise }: WrittenClasses,
  { deps, includesStaff }: { deps: Deps; includesStaff: boolean },
): ClassRow[] {
  const composed = composeClasses(classes.map(({ rule }) => rule))
  const inputs = [...classes, { ...otherwise, rule: EVERYBODY }]
  return inputs.map(({ id, name, rule }, order) => ({
    publicId: id ?? deps.newId(),
    ...{ name, order, written: rule, rule: composed[order] ?? NOBODY },
    ...{ isComposed: true, includesStaff },
  }))
}

/** A class keeps its id, and with it its members, through versions; it must be one of these. */
async function refuseStrangers(
  sql: Sql,
  { segmentation, written }: { segmentation: number; written: WrittenClasses },
): Promise<void> {
  const ids = [...written.classes, written.otherwise].flatMap(({ id }) => id ?? [])
  const rows = await sql.query(
    'SELECT 1 FROM segment WHERE segmentation = $1 AND public_id = ANY($2)',
    [segmentation, ids],
  )
  if (rows.length === ids.length) return
  throw badRequest(
    'unknown_class',
    'A class has an id that no class of this segmentation has, or two have the same. ' +
      'Leave the id out to make a new one.',
  )
}

/** Classes that are no more: nobody is in them, and they end with the filling. */
async function retire(sql: Sql, workspace: number, gone: readonly SegmentRow[]): Promise<void> {
  for (const row of gone) {
    refuseInUse(await readConsumers(sql, { workspace, segment: row.public_id }))
  }
  await sql.query(
    `UPDATE segment SET class_order = NULL, rule = $2, state = 'backfilling' WHERE id = ANY($1)`,
    [gone.map((row) => row.id), JSON.stringify(NOBODY)],
  )
}

async function writeClass(
  sql: Sql,
  {
    row,
    segmentation,
    version,
    actor,
    now,
  }: { row: ClassRow; segmentation: number; version: number; actor: Actor; now: Date },
): Promise<void> {
  const { publicId, name, rule, written, order } = row
  const [segment] = await sql.query<{ id: number }>(
    `INSERT INTO segment (public_id, workspace, name_fr, name_en, rule, written, state, version,
       segmentation, class_order, created_at, updated_at, updated_by, includes_staff)
     VALUES ($1, $2, $3, $4, $5, $6, 'backfilling', $7, $8, $9, $10, $10, $11, $12)
     ON CONFLICT (workspace, public_id) DO UPDATE SET
       name_fr = excluded.name_fr, name_en = excluded.name_en, rule = excluded.rule,
       written = excluded.written, state = excluded.state, version = excluded.version,
       class_order = excluded.class_order, updated_at = excluded.updated_at,
       updated_by = excluded.updated_by, includes_staff = excluded.includes_staff, reason = NULL
     RETURNING id`,
    [
      ...[publicId, actor.workspace, name.fr, name.en],
      ...[JSON.stringify(rule), JSON.stringify(written), version, segmentation, order],
      ...[now, actor.name, row.includesStaff],
    ],
  )
  await sql.query(
    `INSERT INTO segment_version (segment, version, rule, at, author)
     VALUES ($1, $2, $3, $4, $5)`,
    [segment?.id, version, JSON.stringify(written), now, actor.name],
  )
}

async function auditSegmentation(
  sql: Sql,
  actor: Actor,
  { action, publicId }: { action: string; publicId: string },
): Promise<void> {
  const { workspace } = actor
  await audit(sql, { workspace, actor, action, subject: `segmentation:${publicId}`, detail: {} })
}
