import { reasonTexts } from '../collect/index.ts'
import { HOUR_MS } from '../platform/durations.ts'
import { Problem } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { type HourCounts, type HourJudged, judgeHour } from './balanceRules.ts'
import type { BalanceView, SourceBalance } from './healthSchema.ts'
import { type AskHistory, iso } from './history.ts'
import type { LocalText } from './names.ts'
import type { RecentAnswers } from './recent.ts'
import { progressOf, readShards } from './shards.ts'

export const BALANCE_DAYS_MAX = 31
/**
 * An event is appended at most this long after the instant of its acceptance: before, an hour that
 * is over may still grow.
 */
const SETTLES_MS = 60_000
/** Reasons are kept for 30 days; the oldest of them may be gone already. */
const REASONS_MS = 30 * 24 * HOUR_MS - HOUR_MS

export type BalanceQuestion = {
  workspaces: readonly number[]
  now: number
  /** The beginnings of the first hour and of the one after the last, epoch ms. */
  from: number
  to: number
  /** Public id of the one source that is asked about. */
  source: string | null
  /** Sources after this one; null: from the beginning. */
  after: number | null
  limit: number
}

/**
 * What final hours were found to hold, for some minutes: nothing is added to them any more, and a
 * week of a hundred sources is two million rows.
 */
export type FinalHours = {
  counts: RecentAnswers<Map<string, HourCounts>>
  rows: RecentAnswers<Map<string, number>>
}

type Reading = { sql: Sql; ask: AskHistory; held: FinalHours }
type Source = {
  id: number
  workspace: number
  public_id: string
  name: string
  kind: string
  archived: boolean
}

/**
 * I2 by hour and source: received = accepted + rejected at the door, and accepted = applied +
 * duplicate + dead-lettered + on the way. What an hour that is final lacks is an alarm.
 */
export async function readBalance(
  { sql, ask, held }: Reading,
  question: BalanceQuestion,
): Promise<BalanceView> {
  const { now } = question
  // Before the counts: whatever the flow is said to have passed is then in them.
  const shards = await readShards(sql)
  const { flowWaitsSince, historyWaitsSince } = progressOf(shards)
  const sources = await readSources(sql, question)
  const page = sources.slice(0, question.limit)
  const last = page.at(-1)
  const hours = hoursOf(question)
  const handledTo = finalTo(now, flowWaitsSince)
  const writtenTo = finalTo(now, historyWaitsSince)
  const inTwo = <Found>(known: RecentAnswers<Map<string, Found>>, parts: InTwo<Found>) =>
    readInTwo(known, { question, page, ...parts })
  const [counts, reasons, rows] = await Promise.all([
    inTwo(held.counts, { cut: handledTo, read: (part) => readCounts(sql, part, page) }),
    readReasons(sql, question, page),
    inTwo(held.rows, { cut: writtenTo, read: (part) => readHistory(ask, part, page) }).catch(
      nothingWhenAway,
    ),
  ])
  const judged = page.map((source): SourceBalance => {
    const { workspace, id, public_id, name, kind, archived } = source
    const found = hours.map((hour) => {
      const at = cellKey(workspace, id, hour)
      // In an hour that goes on the two are read at different moments.
      const hasReasons = hour < handledTo && hour >= now - REASONS_MS
      const isWritten = rows !== null && hour < writtenTo
      return judgeHour({
        ...(counts.get(at) ?? NOTHING),
        reasons: hasReasons ? (reasons.byHour.get(at) ?? 0) : null,
        isFinal: hour < handledTo,
        history: isWritten ? (rows.get(at) ?? 0) : null,
      })
    })
    return {
      source: id === 0 ? null : { id: public_id, name, kind, archived },
      ...columnsOf(found),
      history: rows === null ? null : found.map(({ history }) => history),
      reasons: reasons.bySource.get(`${workspace}/${id}`) ?? [],
    }
  })
  return {
    asOf: iso(now),
    hours: hours.map(iso),
    final: hours.map((hour) => hour < handledTo),
    history: { state: rows ? 'counted' : 'away' },
    data: judged,
    next: sources.length > question.limit && last ? String(last.id) : null,
    alarms: alarmsOf(judged, hours),
  }
}

/** The hours before this one are over, and everything that came in during them has been passed. */
function finalTo(now: number, waitsSince: number | null): number {
  return Math.floor((Math.min(now, waitsSince ?? now) - SETTLES_MS) / HOUR_MS) * HOUR_MS
}

type InTwo<Found> = {
  /** Hours before it are final. */
  cut: number
  read(part: BalanceQuestion): Promise<Map<string, Found>>
}

/** Final hours from memory where they are known, the others afresh. */
async function readInTwo<Found>(
  known: RecentAnswers<Map<string, Found>>,
  parts: InTwo<Found> & { question: BalanceQuestion; page: readonly Source[] },
): Promise<Map<string, Found>> {
  const { question, page, read } = parts
  const { workspaces, from, to, now } = question
  const cut = Math.min(to, Math.max(from, parts.cut))
  const key = [workspaces, from, cut, page.map(({ id }) => id)].join(':')
  const [final, open] = await Promise.all([
    cut > from ? known.get(key, now, () => read({ ...question, to: cut })) : [],
    cut < to ? read({ ...question, from: cut }) : [],
  ])
  return new Map([...final, ...open])
}

type Numbers = Omit<HourJudged, 'history'>

function columnsOf(hours: readonly HourJudged[]): Record<keyof Numbers, number[]> {
  const column = (name: keyof Numbers) => hours.map((hour) => hour[name])
  return {
    received: column('received'),
    accepted: column('accepted'),
    rejected: column('rejected'),
    applied: column('applied'),
    duplicate: column('duplicate'),
    deadLettered: column('deadLettered'),
    onTheWay: column('onTheWay'),
    difference: column('difference'),
    unexplained: column('unexplained'),
  }
}

function alarmsOf(
  judged: readonly SourceBalance[],
  hours: readonly number[],
): BalanceView['alarms'] {
  return judged.flatMap(({ source, ...one }) =>
    hours.flatMap((at, index) => {
      const difference = one.difference[index] ?? 0
      const unexplained = one.unexplained[index] ?? 0
      if (difference === 0 && unexplained === 0) return []
      return [{ source: source?.id ?? null, hour: iso(at), difference, unexplained }]
    }),
  )
}

const NOTHING: HourCounts = {
  accepted: 0,
  rejected: 0,
  applied: 0,
  duplicate: 0,
  deadLettered: 0,
}

const cellKey = (workspace: number, source: number, hour: number): string =>
  `${workspace}/${source}/${hour}`

function hoursOf({ from, to }: BalanceQuestion): number[] {
  return Array.from({ length: (to - from) / HOUR_MS }, (_, index) => from + index * HOUR_MS)
}

/** One more than a page, archived sources among them: what they sent must add up as well. */
async function readSources(sql: Sql, question: BalanceQuestion): Promise<Source[]> {
  const rows = await sql.query<Source>(
    `SELECT id, workspace, public_id, name, kind, archived_at IS NOT NULL AS archived
     FROM source
     WHERE workspace = ANY($1) AND id > $2 AND ($3::text IS NULL OR public_id::text = $3)
     ORDER BY id LIMIT $4`,
    [question.workspaces, question.after ?? 0, question.source, question.limit + 1],
  )
  if (!question.workspaces.includes(NOBODY.workspace)) return rows
  if (question.source === UNKNOWN_SOURCE) return [NOBODY]
  return question.after === null && question.source === null ? [NOBODY, ...rows] : rows
}

/** What `source` is called when the requests without a known key are asked about. */
export const UNKNOWN_SOURCE = 'unknown'
/** Requests whose write key nobody knows are counted under no workspace and no source. */
const NOBODY: Source = { id: 0, workspace: 0, public_id: '', name: '', kind: '', archived: false }

type Found = { workspace: number; source: number; hour: Date }

function bounds(question: BalanceQuestion, page: readonly Source[]): unknown[] {
  const { workspaces, from, to } = question
  return [workspaces, page.map(({ id }) => id), new Date(from), new Date(to)]
}

async function readCounts(
  sql: Sql,
  question: BalanceQuestion,
  page: readonly Source[],
): Promise<Map<string, HourCounts>> {
  const rows = await sql.query<Found & HourCounts>(
    `SELECT workspace, source, date_trunc('hour', minute, 'UTC') AS hour,
       sum(accepted)::int AS accepted, sum(rejected)::int AS rejected,
       sum(applied)::int AS applied, sum(duplicate)::int AS duplicate,
       sum(dead_lettered)::int AS "deadLettered"
     FROM intake_minute
     WHERE workspace = ANY($1) AND source = ANY($2) AND minute >= $3 AND minute < $4
     GROUP BY 1, 2, 3`,
    bounds(question, page),
  )
  return new Map(rows.map((row) => [cellKey(row.workspace, row.source, +row.hour), row]))
}

type Reasons = {
  byHour: Map<string, number>
  bySource: Map<string, SourceBalance['reasons']>
}

async function readReasons(
  sql: Sql,
  question: BalanceQuestion,
  page: readonly Source[],
): Promise<Reasons> {
  const [hours, reasons] = await Promise.all([
    sql.query<Found & { n: number }>(
      `SELECT workspace, source, date_trunc('hour', minute, 'UTC') AS hour, sum(n)::int AS n
       FROM rejection_minute
       WHERE workspace = ANY($1) AND source = ANY($2) AND minute >= $3 AND minute < $4
       GROUP BY 1, 2, 3`,
      bounds(question, page),
    ),
    sql.query<
      { workspace: number; source: number } & Omit<SourceBalance['reasons'][number], 'text'>
    >(
      `SELECT workspace, source, reason AS code, 'rejected' AS outcome, sum(n)::int AS count
       FROM rejection_minute
       WHERE workspace = ANY($1) AND source = ANY($2) AND minute >= $3 AND minute < $4
       GROUP BY 1, 2, 3
       UNION ALL
       SELECT workspace, source, reason, 'dead-lettered', count(*)::int
       FROM dead_letter
       WHERE workspace = ANY($1) AND source = ANY($2) AND at >= $3 AND at < $4
       GROUP BY 1, 2, 3
       ORDER BY count DESC, code`,
      bounds(question, page),
    ),
  ])
  const bySource: Reasons['bySource'] = new Map()
  for (const { workspace, source, code, outcome, count } of reasons) {
    const key = `${workspace}/${source}`
    const text = outcome === 'rejected' ? reasonTexts(code).text : deadLetterText(code)
    bySource.set(key, [...(bySource.get(key) ?? []), { code, outcome, text, count }])
  }
  const byHour = new Map(hours.map((row) => [cellKey(row.workspace, row.source, +row.hour), row.n]))
  return { byHour, bySource }
}

/** Why an event was set aside: the flow knows one reason by name, the others are faults. */
function deadLetterText(code: string): LocalText {
  return code === 'no_usable_identifier'
    ? {
        fr: 'Ses identifiants ne désignent personne.',
        en: 'Its identifiers name nobody.',
      }
    : {
        fr: 'Il n’a pas pu être appliqué.',
        en: 'It could not be applied.',
      }
}

/** Rows of ClickHouse by hour and source. */
async function readHistory(
  ask: AskHistory,
  question: BalanceQuestion,
  page: readonly Source[],
): Promise<Map<string, number>> {
  const rows = await ask<{ workspace: number; source: number; hour: number; n: number }>(
    `SELECT workspace, source,
       intDiv(toUnixTimestamp64Milli(received_at), ${HOUR_MS}) * ${HOUR_MS} AS hour, count() AS n
     FROM event
     WHERE workspace IN {workspaces:Array(UInt32)} AND source IN {sources:Array(UInt32)}
       AND received_at >= fromUnixTimestamp64Milli({from:Int64})
       AND received_at < fromUnixTimestamp64Milli({to:Int64})
     GROUP BY workspace, source, hour`,
    {
      workspaces: question.workspaces,
      sources: page.map(({ id }) => id),
      from: question.from,
      to: question.to,
    },
    'heavy',
  )
  return new Map(rows.map((row) => [cellKey(row.workspace, row.source, row.hour), row.n]))
}

function nothingWhenAway(error: unknown): null {
  if (error instanceof Problem && (error.status === 503 || error.status === 499)) return null
  throw error
}

export type WrongHours = { hours: number; since: string | null }

/** Hours of the last days that are final and do not add up, over all sources of a workspace. */
export async function countWrongHours(
  sql: Sql,
  { workspace, now }: { workspace: number; now: number },
): Promise<WrongHours> {
  const { flowWaitsSince } = progressOf(await readShards(sql))
  const end = finalTo(now, flowWaitsSince)
  const [row] = await sql.query<{ hours: number; since: Date | null }>(
    `SELECT count(*) AS hours, min(hour) AS since FROM (
       SELECT date_trunc('hour', minute, 'UTC') AS hour FROM intake_minute
       WHERE workspace = $1 AND minute >= $2
       GROUP BY source, hour
       HAVING CASE WHEN date_trunc('hour', minute, 'UTC') < $3
         THEN sum(accepted) <> sum(applied) + sum(duplicate) + sum(dead_lettered)
         ELSE sum(accepted) < sum(applied) + sum(duplicate) + sum(dead_lettered) END
     ) AS wrong`,
    [workspace, new Date(now - ALARM_DAYS * 24 * HOUR_MS), new Date(end)],
  )
  return { hours: row?.hours ?? 0, since: row?.since?.toISOString() ?? null }
}

const ALARM_DAYS = 7
