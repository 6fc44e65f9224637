import type { ShardName } from '../platform/log/log.ts'
import type { Sql } from '../platform/postgres.ts'
import { type StoredProfile, writeProfiles } from '../profile/index.ts'
import { announce, type Definitions } from '../segment/index.ts'
import type { BatchTools } from './batch.ts'
import { advanceCursor, lockCursor, type Position } from './cursor.ts'
import {
  type Effects,
  evaluateProfile,
  type MembershipChange,
  noEffects,
  writeEffects,
} from './effects.ts'
import { insertVerdict, OUTCOMES } from './verdict.ts'
import type { FlowWorld } from './world.ts'

/** Segments of one workspace that have come equally far: everybody is looked at once for all. */
type Filling = {
  workspace: number
  segments: number[]
  filledTo: string | null
  filled: number
  /** Whether those whom the change moves are told to the outside. */
  fires: boolean
}

/** What one step works with; `definitions` know the segments. */
type Step = { filling: Filling; lease: ShardName; definitions: Definitions; now: number }

/** Looking at somebody costs a part of changing him: a step looks at so many more. */
const LOOKED_AT_PER_CHANGE = 4

/**
 * Evaluates the next profiles for segments that are new, in id order; without effects, unless their
 * change asked for them. A step is a batch of the lane `inner`, like timers. Null when there was
 * nothing to fill.
 *
 * Most people are concerned by no new segment. So they are looked at first, without a lock, and
 * only those of whom something changes are locked and evaluated for good. Whoever else is written
 * after the look is evaluated by who writes: from the moment that a segment is filled, the flow
 * knows it.
 */
export async function runFilling(
  world: FlowWorld,
  lease: ShardName & Position,
  limit: number,
): Promise<MembershipChange[] | null> {
  const filling = await nextFilling(world.postgres)
  if (!filling) return null
  let memberships: MembershipChange[] = []
  const now = world.clock.now()
  const position = lease.position + 1
  const definitions = await world.refresh(world.postgres)
  const step = { filling, lease, definitions, now }
  const ids = await nextIds(world.postgres, filling, limit * LOOKED_AT_PER_CHANGE)
  const concerned = await lookAt(world, step, ids)
  await world.postgres.transaction(async (sql) => {
    await lockCursor(sql, lease, lease)
    // Changed meanwhile: what was seen was seen with other rules, so it is looked for again.
    if ((await world.refresh(sql)) !== definitions) return
    if (!(await isStillFilling(sql, filling))) return
    const fact = await changeAll(sql, world, step, concerned)
    await reportStep(sql, world, filling, ids)
    memberships = fact.memberships
    const row = { ...lease, first: position, facts: [fact] }
    const outcomes = Buffer.of(OUTCOMES.indexOf('applied'))
    await insertVerdict(sql, { ...row, outcomes }, now)
    await advanceCursor(sql, lease, position)
    lease.position = position
  })
  return memberships
}

async function nextFilling(sql: Sql): Promise<Filling | null> {
  const [row] = await sql.query<Filling>(
    `WITH first AS (
       SELECT workspace, filled_to, fires FROM segment
       WHERE state = 'backfilling' AND evaluated ORDER BY id LIMIT 1)
     SELECT first.workspace, first.filled_to AS "filledTo", first.fires, max(s.filled) AS filled,
       array_agg(s.id ORDER BY s.id) AS segments
     FROM first JOIN segment AS s ON s.workspace = first.workspace AND s.fires = first.fires
       AND s.filled_to IS NOT DISTINCT FROM first.filled_to
     WHERE s.state = 'backfilling' AND s.evaluated GROUP BY 1, 2, 3`,
  )
  return row ?? null
}

/** Locks the segments; false when one of them is no longer where it was. */
async function isStillFilling(sql: Sql, { segments, filledTo }: Filling): Promise<boolean> {
  const rows = await sql.query(
    `SELECT 1 FROM segment
     WHERE id = ANY($1) AND state = 'backfilling' AND evaluated
       AND filled_to IS NOT DISTINCT FROM $2 ORDER BY id FOR UPDATE`,
    [segments, filledTo],
  )
  return rows.length === segments.length
}

/** Those of whom something would change. Nobody is locked and nothing is written. */
async function lookAt(world: FlowWorld, step: Step, ids: readonly string[]): Promise<string[]> {
  const sql = world.postgres
  const { workspace } = step.filling
  const tools = await world.toolsFor(sql, { ...step, workspace, shard: step.lease })
  const seen = await tools.read(ids)
  const { changed } = await evaluate(sql, world, step, { tools, stored: seen })
  return changed.map((profile) => profile.id)
}

async function changeAll(sql: Sql, world: FlowWorld, step: Step, ids: readonly string[]) {
  const { filling, now } = step
  const { workspace } = filling
  const tools = await world.toolsFor(sql, { ...step, workspace, shard: step.lease })
  const stored = await tools.lock(ids)
  const { effects, changed } = await evaluate(sql, world, step, { tools, stored })
  await writeProfiles(sql, workspace, changed)
  await writeEffects(sql, { workspace, now }, effects)
  const profiles = changed.map((profile) => profile.id)
  const nothing = { anchors: [], traits: [], moved: [], devices: [] }
  const { memberships, stays } = effects
  return { workspace, ...nothing, memberships, stays, profiles }
}

/** Evaluates profiles for the new segments: what follows, and whose documents are others now. */
async function evaluate(
  sql: Sql,
  world: FlowWorld,
  { filling, now }: Step,
  { tools, stored }: { tools: BatchTools; stored: ReadonlyMap<string, StoredProfile> },
): Promise<{ effects: Effects; changed: StoredProfile[] }> {
  const corrected = await followRecords(sql, filling.segments, [...stored.values()])
  const effects = noEffects()
  const context = {
    definitions: tools.definitions.only(filling.segments),
    registry: tools.registry,
    around: await tools.around([...stored.keys()]),
    newId: world.newId,
    now,
    sends: world.sends && filling.fires,
  }
  for (const profile of stored.values()) {
    const happened = { touched: 'everything', cause: 'backfill', at: now } as const
    evaluateProfile(profile, happened, context, effects)
  }
  return { effects, changed: changedIn(effects, corrected, stored) }
}

async function nextIds(sql: Sql, filling: Filling, limit: number): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT id FROM profile WHERE workspace = $1 AND ($2::uuid IS NULL OR id > $2)
     ORDER BY id LIMIT $3`,
    [filling.workspace, filling.filledTo, limit],
  )
  return rows.map((row) => row.id)
}

/**
 * Who is a member is told by the records: a document may remember a segment's former life.
 * @returns the profiles whose documents did.
 */
async function followRecords(
  sql: Sql,
  segments: readonly number[],
  profiles: readonly StoredProfile[],
): Promise<string[]> {
  const remembering = profiles.filter(({ document }) =>
    segments.some((segment) => document.segments.has(segment)),
  )
  if (remembering.length === 0) return []
  const rows = await sql.query<{ profile: string; segment: number }>(
    'SELECT profile, segment FROM membership WHERE segment = ANY($1) AND profile = ANY($2)',
    [segments, remembering.map((one) => one.id)],
  )
  const members = new Set(rows.map(({ profile, segment }) => `${profile}:${segment}`))
  return remembering
    .filter(({ id, document }) => {
      const former = segments.filter((segment) => !members.has(`${id}:${segment}`))
      return former.map((segment) => document.segments.delete(segment)).includes(true)
    })
    .map((profile) => profile.id)
}

function changedIn(
  effects: Effects,
  corrected: readonly string[],
  stored: ReadonlyMap<string, StoredProfile>,
): StoredProfile[] {
  const ids = new Set([
    ...corrected,
    ...effects.memberships.map((one) => one.profile),
    ...effects.timers.map((one) => one.profile),
  ])
  return [...ids].flatMap((id) => stored.get(id) ?? [])
}

async function reportStep(
  sql: Sql,
  world: FlowWorld,
  { workspace, segments, filledTo, filled }: Filling,
  ids: readonly string[],
): Promise<void> {
  const last = ids.at(-1)
  if (last === undefined) {
    // A class that is no more was filled to let its members go.
    await sql.query(
      `UPDATE segment SET progress = 1, fires = false, state =
         CASE WHEN segmentation IS NOT NULL AND class_order IS NULL THEN 'archived' ELSE 'live' END
       WHERE id = ANY($1)`,
      [segments],
    )
    // They are no longer quiet: every worker has to read them again.
    await announce(sql)
    return
  }
  const people = await world.peopleIn(sql, workspace, { again: filledTo === null })
  await sql.query(
    `UPDATE segment SET filled_to = $2, filled = $3,
       progress = greatest(progress, least(0.99, 0.5 + 0.5 * $4))
     WHERE id = ANY($1)`,
    [segments, last, filled + ids.length, (filled + ids.length) / Math.max(1, people)],
  )
}
