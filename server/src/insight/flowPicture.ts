import { HOUR_MS, MINUTE_MS } from '../platform/durations.ts'
import { Problem } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import type { AskHistory } from './history.ts'
import { minuteOf, ratePerSecond, readIntakeTotals, readMinuteCounts } from './intakeCounts.ts'
import type { FlowView } from './overviewSchema.ts'
import { ageOf, progressOf, readShards } from './shards.ts'

type Reading = { sql: Sql; ask: AskHistory }
type Question = { workspace: number; now: number; periodMs: number }

const MINUTES = 60
/** A source that spoke twice an hour all day, and has said nothing for this long, is silent. */
const SILENT_MS = 30 * MINUTE_MS
const TALKATIVE_EVENTS_A_DAY = 48
/** A delivery that waits longer than this is late. */
const LATE_MS = 60_000

/** What flows through right now, from the sources to the destinations. */
export async function readFlow(reading: Reading, question: Question): Promise<FlowView> {
  const { sql } = reading
  const { workspace, now, periodMs } = question
  const [sources, minutes, totals, shards, changes, destinations] = await Promise.all([
    readSources(sql, question),
    readMinuteCounts(sql, { workspace, now, minutes: MINUTES }),
    readIntakeTotals(sql, { workspace, from: now - periodMs }),
    readShards(sql),
    membershipChanges(reading, question),
    readDestinations(sql, question),
  ])
  const { waiting, flowWaitsSince, historyWaitsSince } = progressOf(shards)
  const flowLagMs = ageOf(flowWaitsSince, now)
  const delivered = sumOf(destinations.map(({ perMinute }) => perMinute))
  const late = Math.max(0, ...destinations.map(({ waitsMs }) => waitsMs))
  const stage = (key: Stage['key'], lagMs: number, series: number[]): Stage => ({
    key,
    perSecond: ratePerSecond(series, now),
    lagMs,
    series,
  })
  const { received, accepted, rejected, deadLettered, duplicate, applied } = totals
  return {
    sources,
    stages: [
      stage('log', 0, minutes.accepted),
      stage('resolve', flowLagMs, minutes.handled),
      stage('profile', flowLagMs, minutes.applied),
      stage('segment', flowLagMs, changes),
      stage('deliver', late, delivered),
    ],
    destinations: destinations.map(({ id, name, kind, perMinute, waitsMs }) => ({
      id,
      name,
      kind,
      perSecond: ratePerSecond(perMinute, now),
      lateBy: waitsMs > LATE_MS ? waitsMs : null,
    })),
    sinkLagMs: ageOf(historyWaitsSince, now),
    waiting,
    rejected,
    deadLettered,
    balance: {
      received,
      accepted,
      rejected,
      deadLettered,
      // What was handled was accepted before: more of it would be events out of nowhere.
      balanced: applied + duplicate <= accepted,
    },
  }
}

type Stage = FlowView['stages'][number]

function sumOf(series: readonly (readonly number[])[]): number[] {
  return Array.from({ length: MINUTES }, (_, index) =>
    series.reduce((sum, one) => sum + (one[index] ?? 0), 0),
  )
}

type SourceRow = {
  public_id: string
  name: string
  kind: string
  lately: number
  period: number
  day: number
  last: Date | null
}

async function readSources(sql: Sql, question: Question): Promise<FlowView['sources']> {
  const { workspace, now, periodMs } = question
  const previousMinute = minuteOf(now) - MINUTE_MS
  const rows = await sql.query<SourceRow>(
    `SELECT s.public_id, s.name, s.kind, sum(m.accepted) FILTER (WHERE m.minute >= $2) AS lately,
       sum(m.accepted) FILTER (WHERE m.minute >= $3) AS period,
       sum(m.accepted) FILTER (WHERE m.minute >= $4) AS day,
       max(m.minute) FILTER (WHERE m.accepted > 0) AS last
     FROM source s
     LEFT JOIN intake_minute m
       ON m.workspace = s.workspace AND m.source = s.id
       AND m.minute >= least($3::timestamptz, $4::timestamptz)
     WHERE s.workspace = $1 AND s.archived_at IS NULL
     GROUP BY s.id ORDER BY period DESC NULLS LAST, s.id`,
    [
      workspace,
      new Date(previousMinute),
      new Date(minuteOf(now - periodMs)),
      new Date(minuteOf(now - 24 * HOUR_MS)),
    ],
  )
  const all = rows.reduce((sum, row) => sum + Number(row.period ?? 0), 0)
  return rows.map((row) => ({
    id: row.public_id,
    name: row.name,
    kind: row.kind,
    perSecond: ratePerSecond([Number(row.lately ?? 0)], now),
    share: all === 0 ? 0 : Number(row.period ?? 0) / all,
    silentSince: silence({ last: row.last, day: Number(row.day ?? 0) }, now),
  }))
}

/** Since when a source that usually speaks has said nothing; null when it speaks, or rarely did. */
export function silence(source: { last: Date | null; day: number }, now: number): string | null {
  if (source.last === null || source.day < TALKATIVE_EVENTS_A_DAY) return null
  const end = source.last.getTime() + MINUTE_MS
  return now - end >= SILENT_MS ? source.last.toISOString() : null
}

/** Entries and exits by minute; none while ClickHouse is away: the picture matters just then. */
async function membershipChanges({ ask }: Reading, question: Question): Promise<number[]> {
  const from = minuteOf(question.now) - (MINUTES - 1) * MINUTE_MS
  const series = Array<number>(MINUTES).fill(0)
  const rows = await ask<{ minute: number; n: number }>(
    `SELECT intDiv(toUnixTimestamp64Milli(recorded_at) - {from:Int64}, ${MINUTE_MS}) AS minute,
       count() AS n
     FROM membership_change
     WHERE workspace = {workspace:UInt32} AND recorded_at >= fromUnixTimestamp64Milli({from:Int64})
     GROUP BY minute`,
    { workspace: question.workspace, from },
  ).catch(nothingWhenAway)
  for (const { minute, n } of rows) series[Math.min(MINUTES - 1, minute)] = n
  return series
}

function nothingWhenAway(error: unknown): [] {
  if (error instanceof Problem && error.status === 503) return []
  throw error
}

type DestinationRow = {
  id: string
  name: string
  kind: string
  waiting_since: Date | null
  ages: number[] | null
}

async function readDestinations(sql: Sql, { workspace, now }: Question) {
  const rows = await sql.query<DestinationRow>(
    `SELECT t.id, t.name, t.kind,
       (SELECT min(created_at) FROM delivery
        WHERE destination = t.id AND state IN ('waiting', 'retrying')) AS waiting_since,
       (SELECT array_agg(floor(extract(epoch FROM $2::timestamptz - updated_at) / 60)::int)
        FROM delivery WHERE destination = t.id AND state = 'delivered'
          AND updated_at > $3) AS ages
     FROM destination t WHERE t.workspace = $1 AND t.deleted_at IS NULL AND t.enabled
     ORDER BY t.created_at`,
    [workspace, new Date(minuteOf(now) + MINUTE_MS), new Date(now - MINUTES * MINUTE_MS)],
  )
  return rows.map(({ waiting_since, ages, ...row }) => {
    const perMinute = Array<number>(MINUTES).fill(0)
    for (const age of ages ?? []) {
      const index = MINUTES - 1 - Math.max(0, age)
      if (index >= 0) perMinute[index] = (perMinute[index] ?? 0) + 1
    }
    return { ...row, perMinute, waitsMs: waiting_since ? now - waiting_since.getTime() : 0 }
  })
}
