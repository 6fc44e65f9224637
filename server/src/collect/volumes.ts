/** Questions to the minute counts of the intake. */

import { HOUR_MS } from '../platform/durations.ts'
import type { Sql } from '../platform/postgres.ts'
import { nobody } from './intakeSource.ts'
import { type LocalText, reasonTexts } from './reasons.ts'

export type SourceName = { id: string; name: string }

const minuteMs = 60_000

export type Counts = {
  received: number
  accepted: number
  rejected: number
  deadLettered: number
  duplicate: number
  flagged: number
}

export type Totals = Counts & {
  applied: number
  waiting: number
  balanced: boolean
  byHour: { hour: string; received: number; accepted: number; rejected: number }[]
  bySource: (Counts & { source: SourceName })[]
}

type TotalsRow = {
  hour: Date
  source: string
  name: string
  accepted: number
  rejected: number
  flagged: number
  duplicate: number
  applied: number
  dead_lettered: number
}

/**
 * What came in over the last `hours`. `accepted` leaves out what was dead-lettered later, so that
 * received = accepted + rejected + dead-lettered.
 */
export async function readTotals(
  sql: Sql,
  { workspace, hours, now }: { workspace: number; hours: number; now: number },
): Promise<Totals> {
  const from = Math.floor(now / HOUR_MS) * HOUR_MS - (hours - 1) * HOUR_MS
  const rows = await sql.query<TotalsRow>(
    `SELECT date_trunc('hour', minute, 'UTC') AS hour, s.public_id AS source, s.name,
            sum(accepted) AS accepted, sum(rejected) AS rejected, sum(flagged) AS flagged,
            sum(duplicate) AS duplicate, sum(applied) AS applied,
            sum(dead_lettered) AS dead_lettered
       FROM intake_minute JOIN source s ON s.workspace = intake_minute.workspace
                                       AND s.id = intake_minute.source
      WHERE intake_minute.workspace = $1 AND minute >= $2
      GROUP BY 1, s.id ORDER BY s.id`,
    [workspace, new Date(from)],
  )
  const sources = Map.groupBy(rows, (row) => row.source)
  const applied = sumOf(rows, 'applied')
  const waiting =
    sumOf(rows, 'accepted') - applied - sumOf(rows, 'duplicate') - sumOf(rows, 'dead_lettered')
  return {
    ...countsOf(rows),
    applied,
    waiting,
    balanced: waiting >= 0,
    byHour: byHour(rows, { from, hours }),
    bySource: [...sources].map(([id, own]) => ({
      source: { id, name: own[0]?.name ?? '' },
      ...countsOf(own),
    })),
  }
}

function byHour(rows: readonly TotalsRow[], { from, hours }: { from: number; hours: number }) {
  const byTime = Map.groupBy(rows, (row) => row.hour.getTime())
  return Array.from({ length: hours }, (_, index) => {
    const hour = from + index * HOUR_MS
    const { received, accepted, rejected } = countsOf(byTime.get(hour) ?? [])
    return { hour: new Date(hour).toISOString(), received, accepted, rejected }
  })
}

function countsOf(rows: readonly TotalsRow[]): Counts {
  const deadLettered = sumOf(rows, 'dead_lettered')
  const accepted = sumOf(rows, 'accepted') - deadLettered
  const rejected = sumOf(rows, 'rejected')
  const received = accepted + rejected + deadLettered
  const duplicate = sumOf(rows, 'duplicate')
  return { received, accepted, rejected, deadLettered, duplicate, flagged: sumOf(rows, 'flagged') }
}

type Summed = 'accepted' | 'rejected' | 'flagged' | 'duplicate' | 'applied' | 'dead_lettered'

function sumOf(rows: readonly TotalsRow[], name: Summed): number {
  return rows.reduce((sum, row) => sum + row[name], 0)
}

export type Volume = { minute: string; accepted: number; rejected: number; flagged: number }

/** Counts of the last `minutes`, oldest first, the current minute last; quiet ones are zeros. */
export async function readMinutes(
  sql: Sql,
  question: { workspace: number; source: number | null; minutes: number; now: number },
): Promise<Volume[]> {
  const { workspace, source, minutes, now } = question
  const from = Math.floor(now / minuteMs) * minuteMs - (minutes - 1) * minuteMs
  const rows = await sql.query<{ minute: Date } & Omit<Volume, 'minute'>>(
    `SELECT minute, sum(accepted) AS accepted, sum(rejected) AS rejected, sum(flagged) AS flagged
       FROM intake_minute
      WHERE workspace = $1 AND minute >= $2 AND ($3::int IS NULL OR source = $3)
      GROUP BY minute`,
    [workspace, new Date(from), source],
  )
  const byMinute = new Map(rows.map((row) => [row.minute.getTime(), row]))
  return Array.from({ length: minutes }, (_, index) => {
    const at = from + index * minuteMs
    const row = byMinute.get(at)
    const minute = new Date(at).toISOString()
    return {
      minute,
      accepted: row?.accepted ?? 0,
      rejected: row?.rejected ?? 0,
      flagged: row?.flagged ?? 0,
    }
  })
}

export type IntakeProblem = {
  code: string
  text: LocalText
  hint: LocalText
  count: number
  firstAt: string
  lastAt: string
  sources: SourceName[]
  sample: { raw: string } | null
}

type ProblemRow = {
  reason: string
  n: number
  first_at: Date
  last_at: Date
  sources: SourceName[]
  sample: Buffer | null
}

/** Why events were rejected in the last 24 hours, the most frequent reason first. */
export async function readProblems(
  sql: Sql,
  { workspaces, now }: { workspaces: readonly number[]; now: number },
): Promise<IntakeProblem[]> {
  const rows = await sql.query<ProblemRow>(
    `SELECT reason, sum(n) AS n, min(first_at) AS first_at, max(last_at) AS last_at,
            coalesce(jsonb_agg(DISTINCT jsonb_build_object('id', s.public_id, 'name', s.name))
                       FILTER (WHERE s.id IS NOT NULL), '[]') AS sources,
            (array_agg(sample ORDER BY last_at DESC) FILTER (WHERE sample IS NOT NULL))[1] AS sample
       FROM rejection_minute LEFT JOIN source s ON s.workspace = rejection_minute.workspace
                                               AND s.id = rejection_minute.source
      WHERE rejection_minute.workspace = ANY($1::int[]) AND minute >= $2
      GROUP BY reason ORDER BY n DESC, reason`,
    [workspaces, new Date(now - 24 * HOUR_MS)],
  )
  return rows.map((row) => ({
    code: row.reason,
    ...reasonTexts(row.reason),
    count: row.n,
    firstAt: row.first_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    sources: row.sources,
    sample: row.sample ? { raw: row.sample.toString('utf8') } : null,
  }))
}

/**
 * The workspaces whose intake somebody of this one may look at: its own, and where it is the only
 * one, also the requests with an unknown key, which can then only be meant for it.
 */
export async function readableWorkspaces(sql: Sql, workspace: number): Promise<number[]> {
  const [row] = await sql.query<{ n: number }>('SELECT count(*) AS n FROM workspace')
  return row?.n === 1 ? [workspace, nobody.workspace] : [workspace]
}

/** A source of the workspace by the id that the API shows; null when there is none. */
export async function findSource(
  sql: Sql,
  workspace: number,
  publicId: string,
): Promise<{ id: number; name: string } | null> {
  const rows = await sql.query<{ id: number; name: string }>(
    `SELECT id, name FROM source
      WHERE workspace = $1 AND public_id::text = $2 AND archived_at IS NULL`,
    [workspace, publicId],
  )
  return rows[0] ?? null
}
