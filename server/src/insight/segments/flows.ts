import type { QueryParams } from '../../platform/clickhouse.ts'
import type { Sql } from '../../platform/postgres.ts'
import type { AskHistory } from '../history.ts'
import type { LocalText } from '../names.ts'
import { movesOf } from './ledger.ts'

/** What is told, in place of a segment, of where somebody came from or went. */
export const VIA_NUMBERS: Readonly<Record<string, number>> = { none: 0, new: -1, filled: -2 }

/** How far an exit and the entry after it may be apart, where nothing else is asked. */
export const WITHIN_DAYS = 7

export type NamedSegment = { id: string; name: LocalText }

/** Segments of the workspace that people may be in, by number; the oldest first. */
export async function activeSegments(
  sql: Sql,
  workspace: number,
): Promise<Map<number, NamedSegment>> {
  const rows = await sql.query<{ number: number; id: string; fr: string; en: string }>(
    `SELECT id AS number, public_id AS id, name_fr AS fr, name_en AS en FROM segment
     WHERE workspace = $1 AND state NOT IN ('archived', 'draft') ORDER BY id`,
    [workspace],
  )
  return new Map(rows.map(({ number, id, fr, en }) => [number, { id, name: { fr, en } }]))
}

export type FlowQuestion = {
  workspace: number
  segment: number
  /** Those that somebody may have come from or gone to. */
  others: readonly number[]
  change: 'entered' | 'left'
  /** Epoch ms, `to` left out. */
  from: number
  to: number
  /** An exit and an entry this far apart at the most are one move, ms. */
  withinMs: number
}

/**
 * Each entry or exit with its other end, as columns `person` and `via`: the number of a segment, or
 * 0 `none`, -1 `new`, -2 `filled`. Who enters comes from the segment that they left last; who
 * leaves goes to the one that they enter next. Of several at one instant it is the oldest segment.
 * A segment that is being filled moves nobody.
 */
export function flowsSql(question: FlowQuestion): { sql: string; params: QueryParams } {
  const { workspace, segment, others, change, from, to, withinMs } = question
  const isEntry = change === 'entered'
  const moved = `
    SELECT person, at, cause FROM (${movesOf('segments')})
    WHERE ${isEntry ? 'inside' : 'NOT inside'}
      AND at >= fromUnixTimestamp64Milli({flowFrom:Int64})
      AND at < fromUnixTimestamp64Milli({flowTo:Int64})`
  const sql = `
    SELECT person, multiIf(
        ${isEntry ? "cause = 'backfill', toInt64(-2)," : ''}
        near, toInt64(other),
        ${isEntry ? 'isNew, toInt64(-1),' : ''}
        toInt64(0)) AS via
    FROM (
      SELECT m.person AS person, m.cause AS cause, o.other AS other,
        o.other > 0 AND abs(toUnixTimestamp64Milli(m.at) - toUnixTimestamp64Milli(o.at))
          <= {flowWithin:Int64} AS near,
        m.at <= p.first_seen + toIntervalMillisecond({flowWithin:Int64}) AS isNew
      FROM (${moved}) AS m
      ASOF LEFT JOIN (
        SELECT person, at, min(segment) AS other
        FROM (${movesOf('others', `SELECT person FROM (${moved})`)})
        WHERE ${isEntry ? 'NOT inside' : 'inside'} AND cause <> 'backfill'
        GROUP BY person, at
      ) AS o ON o.person = m.person AND o.at ${isEntry ? '<=' : '>='} m.at
      LEFT JOIN (
        SELECT profile, first_seen FROM profile_current FINAL
        WHERE workspace = {workspace:UInt32} AND profile IN (SELECT person FROM (${moved}))
      ) AS p ON p.profile = m.person
    )`
  const params = {
    ...{ workspace, segments: [segment], others, flowFrom: from, flowTo: to },
    flowWithin: withinMs,
  }
  return { sql, params }
}

export type Flow = { via: number; n: number }

/** How many came from, or went to, each segment; see `flowsSql` for what is no segment. */
export function readFlows(ask: AskHistory, question: FlowQuestion): Promise<Flow[]> {
  const { sql, params } = flowsSql(question)
  return ask<Flow>(
    `SELECT via, count() AS n FROM (${sql}) GROUP BY via ORDER BY n DESC, via`,
    params,
    'heavy',
  )
}
