import type { ShardName } from '../platform/log/log.ts'
import type { Sql } from '../platform/postgres.ts'
import { type StoredProfile, writeProfiles } from '../profile/index.ts'
import { announce, type Definitions } from '../segment/index.ts'
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

type FillingSegment = {
  id: number
  workspace: number
  filled_to: string | null
  filled: number
  progress: number
  fires: boolean
}

/**
 * Evaluates the next profiles for a segment that is new, in id order; without effects, unless its
 * change asked for them. A step is a batch of the lane `inner`, like timers. Null when there was
 * nothing to fill.
 */
export async function runFilling(
  world: FlowWorld,
  lease: ShardName & Position,
  limit: number,
): Promise<MembershipChange[] | null> {
  const [waiting] = await world.postgres.query<{ id: number }>(
    "SELECT id FROM segment WHERE state = 'backfilling' AND evaluated ORDER BY id LIMIT 1",
  )
  if (!waiting) return null
  let memberships: MembershipChange[] = []
  const now = world.clock.now()
  const position = lease.position + 1
  await world.postgres.transaction(async (sql) => {
    await lockCursor(sql, lease, lease)
    const definitions = await world.refresh(sql)
    const [segment] = await sql.query<FillingSegment>(
      `SELECT id, workspace, filled_to, filled, progress, fires FROM segment
       WHERE id = $1 AND state = 'backfilling' AND evaluated FOR UPDATE`,
      [waiting.id],
    )
    if (!segment) return
    const fact = await fillStep(sql, world, { segment, lease, definitions, now, limit })
    memberships = fact.memberships
    const row = { ...lease, first: position, facts: [fact] }
    const outcomes = Buffer.of(OUTCOMES.indexOf('applied'))
    await insertVerdict(sql, { ...row, outcomes }, now)
    await advanceCursor(sql, lease, position)
    lease.position = position
  })
  return memberships
}

async function fillStep(
  sql: Sql,
  world: FlowWorld,
  step: {
    segment: FillingSegment
    lease: ShardName
    definitions: Definitions
    now: number
    limit: number
  },
) {
  const { segment, now, limit } = step
  const { workspace } = segment
  const ids = await nextIds(sql, segment, limit)
  const at = { workspace, shard: step.lease, definitions: step.definitions, now }
  const tools = await world.toolsFor(sql, at)
  const { definitions, registry } = tools
  const stored = await tools.lock(ids)
  const corrected = await followRecords(sql, segment.id, [...stored.values()])
  const effects = noEffects()
  const context = {
    definitions: definitions.only(segment.id),
    registry,
    newId: world.newId,
    now,
    sends: world.sends && segment.fires,
  }
  for (const profile of stored.values()) {
    const happened = { touched: 'everything', cause: 'backfill', at: now } as const
    evaluateProfile(profile, happened, context, effects)
  }
  const changed = changedIn(effects, corrected, stored)
  await writeProfiles(sql, workspace, changed)
  await writeEffects(sql, { workspace, now }, effects)
  await reportStep(sql, segment, ids)
  const profiles = changed.map((profile) => profile.id)
  const nothing = { anchors: [], traits: [], moved: [], devices: [] }
  return { workspace, ...nothing, memberships: effects.memberships, profiles }
}

async function nextIds(sql: Sql, segment: FillingSegment, limit: number): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT id FROM profile WHERE workspace = $1 AND ($2::uuid IS NULL OR id > $2)
     ORDER BY id LIMIT $3`,
    [segment.workspace, segment.filled_to, limit],
  )
  return rows.map((row) => row.id)
}

/**
 * Who is a member is told by the records: a document may remember a segment's former life.
 * @returns the profiles whose documents did.
 */
async function followRecords(
  sql: Sql,
  segment: number,
  profiles: readonly StoredProfile[],
): Promise<string[]> {
  const rows = await sql.query<{ profile: string }>(
    'SELECT profile FROM membership WHERE segment = $1 AND profile = ANY($2)',
    [segment, profiles.map((one) => one.id)],
  )
  const members = new Set(rows.map((row) => row.profile))
  return profiles
    .filter(({ id, document }) => !members.has(id) && document.segments.delete(segment))
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
  segment: FillingSegment,
  ids: readonly string[],
): Promise<void> {
  const last = ids.at(-1)
  if (last === undefined) {
    await sql.query(
      "UPDATE segment SET state = 'live', progress = 1, fires = false WHERE id = $1",
      [segment.id],
    )
    // It is no longer quiet: every worker has to read it again.
    await announce(sql)
    return
  }
  await sql.query(
    `UPDATE segment SET filled_to = $2, filled = filled + $3,
       progress = greatest(progress, least(0.99, 0.5 + 0.5 * (filled + $3) /
         greatest(1, (SELECT count(*) FROM profile WHERE workspace = $4))))
     WHERE id = $1`,
    [segment.id, last, ids.length, segment.workspace],
  )
}
