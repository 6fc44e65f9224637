import { HOUR_MS } from '../platform/durations.ts'
import type { NewId } from '../platform/ids.ts'
import type { Sql } from '../platform/postgres.ts'
import { type Standing, standings } from '../privacy/index.ts'
import { type Document, factsOf, type Registry, type StoredProfile } from '../profile/index.ts'
import {
  type Evaluation,
  evaluateSegments,
  type LiveSegment,
  pauseBroken,
  type Touched,
  type WorkspaceDefinitions,
} from '../segment/index.ts'
import type { WorkingSet } from './documents.ts'

export type Cause = 'event' | 'timer' | 'backfill' | 'merge'

/** One line of the membership ledger. */
export type MembershipChange = {
  profile: string
  segment: number
  version: number
  change: 'entered' | 'left'
  /** Of a move between two classes of a segmentation: the one on the other side. */
  counterpart?: number
  cause: Cause
  /** When it took place, epoch ms. */
  at: number
}

/** One line of the ledger of stays: how long a member had been one. */
export type StayLine = {
  profile: string
  segment: number
  version: number
  stayedMs: number
  at: number
}

export type OutboxRow = { key: string; profile: string; body: Record<string, unknown> }

export type TimerWrite = { profile: string; due: number | null }

/** What follows from a batch besides the documents; written in the same transaction. */
export type Effects = {
  memberships: MembershipChange[]
  stays: StayLine[]
  /** Segments that could not be evaluated, by number, and why. */
  broken: Map<number, string>
  outbox: OutboxRow[]
  timers: TimerWrite[]
  /** Profiles that a merge emptied → the one that took their fragments. */
  absorbed: { from: string; to: string }[]
  /** Memberships that a merge ends: who took the profile in is in another class already. */
  dropped: { profile: string; segment: number }[]
}

export const noEffects = (): Effects => ({
  memberships: [],
  stays: [],
  broken: new Map(),
  outbox: [],
  timers: [],
  absorbed: [],
  dropped: [],
})

/** Transitions older than this (imports) have no effects, in milliseconds. */
const EFFECT_AGE_MS_MAX = HOUR_MS

export type EffectContext = {
  definitions: WorkspaceDefinitions
  registry: Registry
  /** Of the profiles at hand, where rules ask for them. */
  around: ReadonlyMap<string, Standing>
  newId: NewId
  now: number
  /** False while state is rebuilt, or a segment is filled: nothing may be sent. */
  sends: boolean
}

/**
 * A profile that was absorbed hands its memberships on, so that nobody enters a second time. Of the
 * classes of a segmentation the heir keeps the one that it has: what becomes of it is no move.
 */
export function inheritMemberships(
  set: WorkingSet,
  { groupOf }: Pick<WorkspaceDefinitions, 'groupOf'>,
  effects: Effects,
): void {
  for (const from of set.absorbed.keys()) {
    if (set.document(from).fragments.length > 0) continue
    const to = lastHeir(set, from)
    const heir = set.document(to).segments
    const classes = new Map([...heir.keys()].map((segment) => [groupOf(segment), segment]))
    for (const [segment, at] of set.document(from).segments) {
      const group = groupOf(segment)
      const held = group === null ? undefined : classes.get(group)
      if (held !== undefined && held !== segment) {
        effects.dropped.push({ profile: from, segment })
        continue
      }
      heir.set(segment, Math.min(heir.get(segment) ?? at, at))
    }
    set.document(from).segments.clear()
    inheritTimer(set.document(from).timerDue, { id: to, document: set.document(to) }, effects)
    effects.absorbed.push({ from, to })
  }
}

/** What was due for the one that is no more is due for its heir. */
function inheritTimer(
  due: number | null,
  { id, document }: { id: string; document: Document },
  effects: Effects,
): void {
  if (due === null || (document.timerDue !== null && document.timerDue <= due)) return
  document.timerDue = due
  effects.timers.push({ profile: id, due })
}

/** Who took it in, or took in who did: several merges may meet in one batch. */
function lastHeir(set: WorkingSet, from: string): string {
  const passed = new Set([from])
  let heir = set.absorbed.get(from) ?? from
  while (set.document(heir).fragments.length === 0 && !passed.has(heir)) {
    passed.add(heir)
    heir = set.absorbed.get(heir) ?? heir
  }
  return heir
}

/** Evaluates one changed profile and notes what follows; changes its document's memberships. */
export function evaluateProfile(
  profile: StoredProfile,
  happened: { touched: Touched; cause: Cause; at: number; trace?: string | undefined },
  context: EffectContext,
  effects: Effects,
): void {
  const { document } = profile
  if (document.fragments.length === 0) {
    if (document.timerDue !== null) effects.timers.push({ profile: profile.id, due: null })
    document.timerDue = null
    return
  }
  if (document.kind === 'account') return
  const { transitions, stays, broken, nextChangeAt } = evaluateSegments(
    {
      facts: factsOf(document, context.definitions.keepOf),
      around: context.around.get(profile.id) ?? standings.NONE,
      memberOf: document.segments,
      touched: happened.touched,
      // Somebody new may fulfil rules about what is missing: no event will concern those later.
      isNew: profile.version === 0,
      changedAt: happened.at,
      byTime: happened.cause === 'timer',
      now: context.now,
    },
    context.definitions,
    context.registry,
  )
  for (const { segment, reason } of broken) effects.broken.set(segment, reason)
  for (const stay of stays) noteStay(profile.id, stay, context, effects)
  for (const { segment, change, at, counterpart } of transitions) {
    if (change === 'entered') document.segments.set(segment.id, at)
    else document.segments.delete(segment.id)
    const line = {
      ...{ profile: profile.id, segment: segment.id, version: segment.version, change, at },
      ...(counterpart ? { counterpart: counterpart.id } : {}),
      cause: happened.cause,
    }
    effects.memberships.push(line)
    const isFresh = context.now - at <= EFFECT_AGE_MS_MAX
    // A move is told once, with the class that was entered.
    const isToldThere = counterpart !== null && change === 'left'
    if (context.sends && !segment.quiet && isFresh && !isToldThere) {
      const told = { ...line, trace: happened.trace, from: counterpart }
      effects.outbox.push(outboxRow(segment, told, context.newId()))
    }
  }
  armTimer(profile, nextChangeAt, happened.cause, effects)
}

function noteStay(
  profile: string,
  { segment, entered, at, stayedMs }: Evaluation['stays'][number],
  context: EffectContext,
  effects: Effects,
): void {
  const { publicId, name, version, segmentation } = segment
  effects.stays.push({ profile, segment: segment.id, version, stayedMs, at })
  if (!context.sends || segment.quiet || context.now - at > EFFECT_AGE_MS_MAX) return
  effects.outbox.push({
    // Of the stay itself: however often it were found due, it is told once.
    key: `stay:${publicId}:${profile}:${entered}:${stayedMs}`,
    profile,
    body: {
      segment: { id: publicId, name },
      change: 'stayed',
      ...(segmentation ? { segmentation } : {}),
      stayedSeconds: stayedMs / 1_000,
      at: new Date(at).toISOString(),
      ...{ version, profile, cause: 'timer' },
    },
  })
}

/** A timer is written only when it must fire earlier; one that fired early is armed again. */
function armTimer(
  { id, document }: StoredProfile,
  nextChangeAt: number | null,
  cause: Cause,
  effects: Effects,
): void {
  const armed = cause === 'timer' ? null : document.timerDue
  if (nextChangeAt === null && armed === document.timerDue) return
  const due = armed === null ? nextChangeAt : Math.min(armed, nextChangeAt ?? armed)
  if (due === document.timerDue) return
  document.timerDue = due
  effects.timers.push({ profile: id, due })
}

function outboxRow(
  segment: LiveSegment,
  line: MembershipChange & { trace: string | undefined; from: LiveSegment | null },
  id: string,
): OutboxRow {
  const { from } = line
  return {
    key: `seg:${segment.publicId}:${line.profile}:${id}`,
    profile: line.profile,
    body: {
      segment: { id: segment.publicId, name: segment.name },
      change: from ? 'moved' : line.change,
      ...(from ? { from: { id: from.publicId, name: from.name } } : {}),
      ...(segment.segmentation ? { segmentation: segment.segmentation } : {}),
      at: new Date(line.at).toISOString(),
      version: line.version,
      profile: line.profile,
      cause: line.cause,
      ...(line.trace ? { trace: line.trace } : {}),
    },
  }
}

/** Writes memberships, timers and the outbox of a workspace. */
export async function writeEffects(
  sql: Sql,
  { workspace, now }: { workspace: number; now: number },
  effects: Effects,
): Promise<void> {
  await writeAbsorbed(sql, effects)
  await writeMemberships(sql, workspace, effects.memberships)
  await writeTimers(sql, workspace, effects.timers)
  await pauseBroken(
    sql,
    [...effects.broken].map(([segment, reason]) => ({ segment, reason })),
  )
  if (effects.outbox.length === 0) return
  await sql.query(
    `INSERT INTO outbox (workspace, kind, key, profile, body, created_at)
     SELECT $1, 'segment', key, profile, body, $5
     FROM unnest($2::text[], $3::uuid[], $4::jsonb[]) AS new (key, profile, body)
     ON CONFLICT (key) DO NOTHING`,
    [
      workspace,
      effects.outbox.map((row) => row.key),
      effects.outbox.map((row) => row.profile),
      effects.outbox.map((row) => JSON.stringify(row.body)),
      new Date(now),
    ],
  )
}

async function writeAbsorbed(
  sql: Sql,
  { absorbed, dropped }: Pick<Effects, 'absorbed' | 'dropped'>,
): Promise<void> {
  if (absorbed.length === 0) return
  if (dropped.length > 0) {
    await sql.query(
      `DELETE FROM membership USING unnest($1::int[], $2::uuid[]) AS gone (segment, profile)
       WHERE membership.segment = gone.segment AND membership.profile = gone.profile`,
      [dropped.map((one) => one.segment), dropped.map((one) => one.profile)],
    )
  }
  const values = [absorbed.map((one) => one.from), absorbed.map((one) => one.to)]
  await sql.query(
    `INSERT INTO membership (workspace, segment, profile, entered_at)
     SELECT m.workspace, m.segment, moved.heir, min(m.entered_at)
     FROM membership m JOIN unnest($1::uuid[], $2::uuid[]) AS moved (absorbed, heir)
       ON m.profile = moved.absorbed
     GROUP BY 1, 2, 3
     ON CONFLICT (segment, profile) DO UPDATE
       SET entered_at = least(membership.entered_at, excluded.entered_at)`,
    values,
  )
  await sql.query('DELETE FROM membership WHERE profile = ANY($1)', [values[0]])
}

async function writeMemberships(
  sql: Sql,
  workspace: number,
  changes: readonly MembershipChange[],
): Promise<void> {
  const left = changes.filter((one) => one.change === 'left')
  const entered = changes.filter((one) => one.change === 'entered')
  if (left.length > 0) {
    await sql.query(
      `DELETE FROM membership USING unnest($1::int[], $2::uuid[]) AS gone (segment, profile)
       WHERE membership.segment = gone.segment AND membership.profile = gone.profile`,
      [left.map((one) => one.segment), left.map((one) => one.profile)],
    )
  }
  if (entered.length > 0) {
    await sql.query(
      `INSERT INTO membership (workspace, segment, profile, entered_at)
       SELECT $1, * FROM unnest($2::int[], $3::uuid[], $4::timestamptz[])
       ON CONFLICT (segment, profile) DO NOTHING`,
      [
        workspace,
        entered.map((one) => one.segment),
        entered.map((one) => one.profile),
        entered.map((one) => new Date(one.at)),
      ],
    )
  }
}

async function writeTimers(
  sql: Sql,
  workspace: number,
  timers: readonly TimerWrite[],
): Promise<void> {
  // The last word on a profile counts.
  const last = [...new Map(timers.map((one) => [one.profile, one])).values()]
  const off = last.filter((one) => one.due === null).map((one) => one.profile)
  const on = last.flatMap(({ profile, due }) => (due === null ? [] : [{ profile, due }]))
  if (off.length > 0) await sql.query('DELETE FROM timer WHERE profile = ANY($1)', [off])
  if (on.length === 0) return
  await sql.query(
    `INSERT INTO timer (profile, workspace, due)
     SELECT profile, $1, due FROM unnest($2::uuid[], $3::timestamptz[]) AS new (profile, due)
     ON CONFLICT (profile) DO UPDATE SET due = excluded.due`,
    [workspace, on.map((one) => one.profile), on.map((one) => new Date(one.due))],
  )
}
