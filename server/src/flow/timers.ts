import type { ShardName } from '../platform/log/log.ts'
import type { Sql } from '../platform/postgres.ts'
import { writeProfiles } from '../profile/index.ts'
import type { Definitions } from '../segment/index.ts'
import { advanceCursor, lockCursor, type Position } from './cursor.ts'
import { evaluateProfile, type MembershipChange, noEffects, writeEffects } from './effects.ts'
import { insertVerdict, OUTCOMES, type StoredFacts } from './verdict.ts'
import type { FlowWorld } from './world.ts'

/** `lateMs`: how late the oldest of them was at its commit. */
export type Fired = { fired: number; lateMs: number; memberships: MembershipChange[][] }

type DueRow = { profile: string; workspace: number; due: Date }

/**
 * Evaluates profiles whose answers change by time alone (I6). Each batch takes one position of the
 * lane `inner`, so that the sink finds what it did in the same way as for events. Null when there
 * was nothing due.
 */
export async function runTimers(
  world: FlowWorld,
  lease: ShardName & Position,
  limit: number,
): Promise<Fired | null> {
  const now = world.clock.now()
  const due = await dueTimers(world.postgres, now, limit)
  const [oldest] = due
  if (!oldest) return null
  const memberships: Fired['memberships'] = []
  const position = lease.position + 1
  await world.postgres.transaction(async (sql) => {
    await lockCursor(sql, lease, lease)
    const definitions = await world.refresh(sql)
    const facts: StoredFacts[] = []
    for (const workspace of new Set(due.map((row) => row.workspace))) {
      const own = due.filter((row) => row.workspace === workspace)
      const fact = await fireTimers(sql, world, { workspace, own, lease, definitions, now })
      memberships.push(fact.memberships)
      facts.push(fact)
    }
    const outcomes = Buffer.of(OUTCOMES.indexOf('applied'))
    // Not the time at which the batch began: how late an exit was is read from this.
    const recordedAt = world.clock.now()
    await insertVerdict(sql, { ...lease, first: position, outcomes, facts }, recordedAt)
    await advanceCursor(sql, lease, position)
  })
  lease.position = position
  const lateMs = world.clock.now() - oldest.due.getTime()
  return { fired: due.length, lateMs, memberships }
}

async function dueTimers(sql: Sql, now: number, limit: number): Promise<DueRow[]> {
  return sql.query<DueRow>(
    'SELECT profile, workspace, due FROM timer WHERE due <= $1 ORDER BY due LIMIT $2',
    [new Date(now), limit],
  )
}

async function fireTimers(
  sql: Sql,
  world: FlowWorld,
  batch: {
    workspace: number
    own: readonly DueRow[]
    lease: ShardName
    definitions: Definitions
    now: number
  },
): Promise<StoredFacts> {
  const { workspace, own, now } = batch
  const tools = await world.toolsFor(sql, { ...batch, shard: batch.lease })
  const { definitions, registry } = tools
  const stored = await tools.lock(own.map((row) => row.profile))
  const effects = noEffects()
  const around = await tools.around([...stored.keys()])
  const context = { definitions, around, registry, newId: world.newId, now, sends: world.sends }
  for (const { profile, due } of own) {
    const held = stored.get(profile)
    if (!held) {
      // Merged away since: its timer went with it.
      effects.timers.push({ profile, due: null })
      continue
    }
    // A late worker must not make an exit look late: it took place when it was due.
    const happened = { touched: 'everything', cause: 'timer', at: due.getTime() } as const
    evaluateProfile(held, happened, context, effects)
  }
  await writeProfiles(sql, workspace, [...stored.values()])
  await writeEffects(sql, { workspace, now }, effects)
  return {
    workspace,
    anchors: [],
    traits: [],
    memberships: effects.memberships,
    stays: effects.stays,
    moved: [],
    devices: [],
    profiles: [...stored.keys()],
  }
}
