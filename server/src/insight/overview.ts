import { MINUTE_MS } from '../platform/durations.ts'
import type { Sql } from '../platform/postgres.ts'
import { readAttention } from './attention.ts'
import type { WrongHours } from './balance.ts'
import { readFlow } from './flowPicture.ts'
import { type AskHistory, iso } from './history.ts'
import {
  type ChecklistItem,
  type MovingSegment,
  type OverviewView,
  PERIODS,
  type Period,
} from './overviewSchema.ts'
import { readTiles } from './tiles.ts'

type Reading = {
  sql: Sql
  ask: AskHistory
  /** Asked through a memory of the caller's: it looks at days of counts. */
  readWrongHours(workspace: number): Promise<WrongHours>
}

const MOVING_MAX = 8

/** Home: what flows, what it comes to, what to do next. `now`: epoch ms. */
export async function readOverview(
  reading: Reading,
  { workspace, now, period }: { workspace: number; now: number; period: Period },
): Promise<OverviewView> {
  const question = { workspace, now, periodMs: PERIODS[period] }
  const [wrong, flow, tiles, started, moving] = await Promise.all([
    reading.readWrongHours(workspace),
    readFlow(reading, question),
    readTiles(reading, question),
    readStarted(reading.sql, workspace),
    readMoving(reading, question),
  ])
  return {
    period,
    asOf: iso(now),
    flow,
    tiles,
    checklist: checklistOf(started, tiles.people.value),
    attention: await readAttention(reading.sql, { workspace, now, flow, wrong }),
    segmentsMoving: moving,
    firstEventAt: started.first_event?.toISOString() ?? null,
  }
}

type Started = {
  source: Date | null
  first_event: Date | null
  segment: Date | null
  destination: Date | null
  delivery: Date | null
}

const nothing: Started = {
  source: null,
  first_event: null,
  segment: null,
  destination: null,
  delivery: null,
}

/** When each first step was taken. */
async function readStarted(sql: Sql, workspace: number): Promise<Started> {
  const [row] = await sql.query<Started>(
    `SELECT
       (SELECT min(created_at) FROM source WHERE workspace = $1) AS source,
       (SELECT min(minute) FROM intake_minute WHERE workspace = $1 AND accepted > 0) AS first_event,
       (SELECT min(created_at) FROM segment WHERE workspace = $1) AS segment,
       (SELECT min(created_at) FROM destination WHERE workspace = $1) AS destination,
       (SELECT min(updated_at) FROM delivery WHERE workspace = $1 AND state = 'delivered')
         AS delivery`,
    [workspace],
  )
  return row ?? nothing
}

function checklistOf(started: Started, people: number): ChecklistItem[] {
  const step = (key: string, at: Date | null): ChecklistItem => ({
    key,
    done: at !== null,
    at: at?.toISOString() ?? null,
  })
  return [
    step('source', started.source),
    step('firstEvent', started.first_event),
    { key: 'people', done: people > 0, at: null },
    step('segment', started.segment),
    step('destination', started.destination),
    step('delivery', started.delivery),
  ]
}

type SegmentRow = { id: number; public_id: string; fr: string; en: string; size: number }
type Moves = { segment: number; entered: number; left: number }

/** The segments that people entered or left most in the period. */
async function readMoving(
  { sql, ask }: Reading,
  { workspace, now, periodMs }: { workspace: number; now: number; periodMs: number },
): Promise<MovingSegment[]> {
  const moves = await ask<Moves>(
    `SELECT segment, countIf(change = 'entered') AS entered, countIf(change = 'left') AS left
     FROM membership_change
     WHERE workspace = {workspace:UInt32} AND cause <> 'backfill'
       AND at >= fromUnixTimestamp64Milli({from:Int64})
     GROUP BY segment ORDER BY entered + left DESC, segment LIMIT {rows:UInt32}`,
    { workspace, from: now - periodMs - MINUTE_MS, rows: MOVING_MAX },
  )
  const rows = await sql.query<SegmentRow>(
    `SELECT id, public_id, name_fr AS fr, name_en AS en,
       (SELECT count(*) FROM membership WHERE segment = s.id) AS size
     FROM segment s WHERE workspace = $1 AND id = ANY($2) AND state <> 'archived'`,
    [workspace, moves.map(({ segment }) => segment)],
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  return moves.flatMap(({ segment, entered, left }) => {
    const row = byId.get(segment)
    if (!row) return []
    const { public_id: id, fr, en, size } = row
    return [{ id, name: { fr, en }, size, entered, left }]
  })
}
