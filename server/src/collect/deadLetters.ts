/**
 * Events that were accepted and could not be applied. Each is kept with its bytes and the reason;
 * a replay appends it to the log once more, as it was received and with the time of its reception,
 * so that it has the same message id, and however often it is replayed it is applied once.
 */
import { notFound, Problem } from '../platform/errors.ts'
import { acceptedIndexes } from '../platform/log/erase.ts'
import { type Entry, type Lane, type Log, LogOverloaded } from '../platform/log/log.ts'
import type { Postgres, Sql } from '../platform/postgres.ts'
import { audit } from '../workspace/index.ts'
import { validateBatch } from './decide.ts'
import { isEventType } from './fields.ts'
import { entryOfOne } from './read.ts'
import type { SourceName } from './volumes.ts'

/** Its place in the log, which is also its name: `live-0-4711`. */
export type LetterPlace = { lane: Lane; shard: number; position: number }

export type DeadLetter = LetterPlace & {
  at: Date
  reason: string
  raw: Buffer
  replayed_at: Date | null
  source: SourceName | null
}

type LetterActor = Parameters<typeof audit>[1]['actor']

const LETTER_ID = /^(live|bulk|inner)-(\d{1,4})-(\d{1,15})$/

export const idOfLetter = ({ lane, shard, position }: LetterPlace): string =>
  `${lane}-${shard}-${position}`

/** @throws Problem 404 when no dead letter could have this id. */
export function placeOfLetter(id: string): LetterPlace {
  const [, lane, shard, position] = LETTER_ID.exec(id) ?? []
  if (lane === undefined) throw missing()
  return { lane: lane as Lane, shard: Number(shard), position: Number(position) }
}

const missing = () => notFound('There is no dead letter with this id. See the list of them.')

/** What waits to be replayed, newest first; with `replayed` also what was. */
export async function listDeadLetters(
  sql: Sql,
  question: { workspace: number; reason: string | null; replayed: boolean; limit: number },
): Promise<DeadLetter[]> {
  const rows = await sql.query<Omit<DeadLetter, 'source'> & { source: string; name: string }>(
    `SELECT d.lane, d.shard, d.position, d.at, d.reason, d.raw, d.replayed_at,
            s.public_id AS source, s.name
     FROM dead_letter d LEFT JOIN source s ON s.workspace = d.workspace AND s.id = d.source
     WHERE d.workspace = $1 AND ($2::text IS NULL OR d.reason = $2)
       AND ($3 OR d.replayed_at IS NULL)
     ORDER BY d.at DESC, d.lane, d.shard, d.position DESC LIMIT $4`,
    [question.workspace, question.reason, question.replayed, question.limit],
  )
  return rows.map(({ source, name, ...row }) => ({
    ...row,
    source: source === null ? null : { id: source, name },
  }))
}

/** How many wait to be replayed. */
export async function countDeadLetters(
  sql: Sql,
  { workspace, reason }: { workspace: number; reason: string | null },
): Promise<number> {
  const [row] = await sql.query<{ n: number }>(
    `SELECT count(*) AS n FROM dead_letter
     WHERE workspace = $1 AND replayed_at IS NULL AND ($2::text IS NULL OR reason = $2)`,
    [workspace, reason],
  )
  return row?.n ?? 0
}

export type Replaying = {
  postgres: Postgres
  log: Pick<Log, 'append' | 'read'>
  workspace: number
  actor: LetterActor
  /** Epoch ms. */
  now: number
}

export type Replayed = 'replayed' | 'already_replayed' | 'erased'

/**
 * Appends a dead letter to the log once more and notes that it was. A crash between the two lets
 * it be replayed again; what is in the log twice is applied once.
 * @throws Problem 404 when there is none, 429 when the log can take no more for now.
 */
export function replayDeadLetter(replaying: Replaying, place: LetterPlace): Promise<Replayed> {
  const { postgres, log, workspace, actor, now } = replaying
  const key = [workspace, place.lane, place.shard, place.position]
  return postgres.transaction(async (sql) => {
    const [row] = await sql.query<{ replayed_at: Date | null }>(
      `SELECT replayed_at FROM dead_letter
       WHERE workspace = $1 AND lane = $2 AND shard = $3 AND position = $4 FOR UPDATE`,
      key,
    )
    if (!row) throw missing()
    if (row.replayed_at !== null) return 'already_replayed'
    const entry = await entryAt(log, place)
    if (entry === null) return 'erased'
    const shardKey = `${workspace}:${anchorOf(entry)}`
    try {
      await log.append({ lane: place.lane, shardKey, entry })
    } catch (error) {
      if (!(error instanceof LogOverloaded)) throw error
      throw new Problem(429, { code: 'overloaded', detail: error.message, cause: error })
    }
    await sql.query(
      `UPDATE dead_letter SET replayed_at = $5
       WHERE workspace = $1 AND lane = $2 AND shard = $3 AND position = $4`,
      [...key, new Date(now)],
    )
    const subject = `dead_letter:${idOfLetter(place)}`
    await audit(sql, { workspace, actor, action: 'dead_letter.replayed', subject })
    return 'replayed'
  })
}

/** The one event at a position of the log, alone in an entry; null when it was erased there. */
async function entryAt(log: Pick<Log, 'read'>, place: LetterPlace): Promise<Entry | null> {
  const blocks = await log.read(place, place.position - 1, 1)
  for (const block of blocks) {
    let first = block.first
    for (const entry of block.entries) {
      const offset = place.position - first
      first += entry.header.count
      if (offset < 0 || offset >= entry.header.count) continue
      const index = acceptedIndexes(entry)[offset] ?? 0
      return entry.header.erased?.includes(index) ? null : entryOfOne(entry, index)
    }
  }
  throw new Error(`The log has no position ${place.position} in the shard of a dead letter.`)
}

/** What the shard is chosen by, as when it was first taken. */
function anchorOf({ header, body }: Entry): string {
  if (header.kind === 'control') return ''
  const type = header.facts?.type
  const decision = validateBatch(body, isEventType(type) ? type : null)
  return decision.kind === 'read' ? decision.anchor : ''
}
