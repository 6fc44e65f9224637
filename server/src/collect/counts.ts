/** What came in, by source and minute: nothing is received that is not counted here. */
import type { Entry, Lane, ShardName } from '../platform/log/log.ts'
import type { Sql, Statement } from '../platform/postgres.ts'
import { limits } from './limits.ts'
import { batchRanges } from './ranges.ts'

const minuteMs = 60_000

export type Appended = { shard: ShardName; entries: readonly Entry[] }

/** `at` in epoch ms: the minute it counts for. */
export type IntakeCount = {
  workspace: number
  source: number
  at: number
  accepted?: number
  rejected?: number
  flagged?: number
  duplicate?: number
  applied?: number
  deadLettered?: number
}

export type RejectionCount = {
  workspace: number
  source: number
  at: number
  reason: string
  n: number
  sample: Uint8Array | null
}

/**
 * What counts the events of entries that are being appended, to be run in the statement of the
 * append: the accepted ones, and those of the same requests that were rejected, with their reasons.
 */
export function countAccepted({ shard, entries }: Appended): Statement[] {
  const counts: IntakeCount[] = []
  const rejections: RejectionCount[] = []
  for (const entry of entries) {
    const { header } = entry
    if (header.kind !== 'request') continue
    const { workspace, source, receivedAt: at } = header
    const rejected = header.rejected?.length ?? 0
    counts.push({ workspace, source, at, accepted: header.count, rejected })
    if (rejected > 0) rejections.push(...rejectionsOf(entry))
  }
  const statements: Statement[] = []
  if (counts.length > 0) statements.push(countStatement(writerOf(shard, 0), counts))
  if (rejections.length > 0) statements.push(rejectionStatement(rejections))
  return statements
}

/**
 * Counts what became of accepted events (`applied`, `duplicate`, `deadLettered`, `flagged`), in the
 * flow's own transaction. `at` is the acceptance of the event, so that it joins its minute.
 */
export async function countOutcomes(
  sql: Sql,
  shard: ShardName,
  counts: readonly IntakeCount[],
): Promise<void> {
  await addCounts(sql, writerOf(shard, flowWriters), counts)
}

/**
 * Counts accepted events, and what was rejected beside them, in the flow's own transaction: for a
 * log whose appends have none (`Log.countsWhenApplied`). Each position passes once.
 */
export async function countTaken(
  sql: Sql,
  shard: ShardName,
  taken: readonly { workspace: number; source: number; receivedAt: number; rejectedIn?: Entry }[],
): Promise<void> {
  const counts = taken.map(({ workspace, source, receivedAt, rejectedIn }) => {
    const rejected = rejectedIn?.header.rejected?.length ?? 0
    return { workspace, source, at: receivedAt, accepted: 1, rejected }
  })
  await addCounts(sql, writerOf(shard, 0), counts)
  const rejections = taken.flatMap(({ rejectedIn }) => (rejectedIn ? rejectionsOf(rejectedIn) : []))
  await addRejections(sql, rejections)
}

const lanes: readonly Lane[] = ['live', 'bulk', 'inner']
const shardsMax = 1_000
/** The flow's rows come after those of the log. */
const flowWriters = lanes.length * shardsMax

/** Which of the rows of a minute belongs to a shard; 0 belongs to the counter of refusals. */
function writerOf({ lane, shard }: ShardName, first: number): number {
  return first + lanes.indexOf(lane) * shardsMax + shard + 1
}

/** What the door noted in an entry's header, by reason, each with its last example. */
export function rejectionsOf(entry: Entry): RejectionCount[] {
  const { workspace, source, receivedAt, rejected, facts } = entry.header
  const reasons = (facts?.rejections ?? '').split(',')
  const whole = { start: 0, end: entry.body.byteLength }
  const ranges = facts?.type === undefined ? batchRanges(entry.body) : [whole]
  const byReason = new Map<string, RejectionCount>()
  for (const [at, index] of (rejected ?? []).entries()) {
    const reason = reasons[at] ?? 'unknown'
    const range = ranges[index]
    const sample = range ? entry.body.subarray(range.start, range.end) : null
    const n = (byReason.get(reason)?.n ?? 0) + 1
    byReason.set(reason, { workspace, source, at: receivedAt, reason, n, sample })
  }
  return [...byReason.values()]
}

export async function addCounts(
  sql: Sql,
  writer: number,
  counts: readonly IntakeCount[],
): Promise<void> {
  if (counts.length === 0) return
  const { text, values, name } = countStatement(writer, counts)
  await sql.query(text, values, name)
}

/** Rows are taken in the order of their keys, so two writers never wait in a circle. */
function countStatement(writer: number, counts: readonly IntakeCount[]): Statement {
  const rows = mergeCounts(counts)
  return {
    name: 'intake_counts',
    text: `INSERT INTO intake_minute AS held
       (workspace, source, minute, writer, accepted, rejected, flagged, duplicate, applied,
        dead_lettered)
     SELECT workspace, source, to_timestamp(minute), $10, accepted, rejected, flagged, duplicate,
            applied, dead_lettered
       FROM unnest($1::int[], $2::int[], $3::float8[], $4::int[], $5::int[], $6::int[], $7::int[],
                   $8::int[], $9::int[])
         AS added (workspace, source, minute, accepted, rejected, flagged, duplicate, applied,
                   dead_lettered)
      ORDER BY 1, 2, 3
     ON CONFLICT (workspace, source, minute, writer) DO UPDATE SET
       accepted = held.accepted + excluded.accepted,
       rejected = held.rejected + excluded.rejected,
       flagged = held.flagged + excluded.flagged,
       duplicate = held.duplicate + excluded.duplicate,
       applied = held.applied + excluded.applied,
       dead_lettered = held.dead_lettered + excluded.dead_lettered`,
    values: [
      rows.map((row) => row.workspace),
      rows.map((row) => row.source),
      rows.map((row) => minuteOf(row.at) * 60),
      ...countNames.map((name) => rows.map((row) => row[name] ?? 0)),
      writer,
    ],
  }
}

const countNames = [
  'accepted',
  'rejected',
  'flagged',
  'duplicate',
  'applied',
  'deadLettered',
] as const // the order of the statement's parameters

function mergeCounts(counts: readonly IntakeCount[]): IntakeCount[] {
  const merged = new Map<string, IntakeCount>()
  for (const count of counts) {
    const key = `${count.workspace}/${count.source}/${minuteOf(count.at)}`
    const held = merged.get(key)
    if (!held) merged.set(key, { ...count })
    else for (const name of countNames) held[name] = (held[name] ?? 0) + (count[name] ?? 0)
  }
  return [...merged.values()]
}

/** Adds to the rejections by reason, each with its last example. */
export async function addRejections(
  sql: Sql,
  rejections: readonly RejectionCount[],
): Promise<void> {
  if (rejections.length === 0) return
  const { text, values, name } = rejectionStatement(rejections)
  await sql.query(text, values, name)
}

function rejectionStatement(rejections: readonly RejectionCount[]): Statement {
  const rows = mergeRejections(rejections)
  return {
    name: 'intake_rejections',
    text: `INSERT INTO rejection_minute AS held
       (workspace, source, minute, reason, n, first_at, last_at, sample)
     SELECT workspace, source, to_timestamp(minute), reason, n, to_timestamp(at), to_timestamp(at),
            sample
       FROM unnest($1::int[], $2::int[], $3::float8[], $4::text[], $5::int[], $6::float8[],
                   $7::bytea[])
         AS added (workspace, source, minute, reason, n, at, sample)
      ORDER BY 1, 2, 3, 4
     ON CONFLICT (workspace, source, minute, reason) DO UPDATE SET
       n = held.n + excluded.n,
       last_at = greatest(held.last_at, excluded.last_at),
       sample = coalesce(excluded.sample, held.sample)`,
    values: [
      rows.map((row) => row.workspace),
      rows.map((row) => row.source),
      rows.map((row) => minuteOf(row.at) * 60),
      rows.map((row) => row.reason),
      rows.map((row) => row.n),
      rows.map((row) => row.at / 1_000),
      rows.map((row) => (row.sample ? Buffer.from(row.sample) : null)),
    ],
  }
}

/** One row for each source, minute and reason. */
export function mergeRejections(rejections: readonly RejectionCount[]): RejectionCount[] {
  const merged = new Map<string, RejectionCount>()
  for (const one of rejections) {
    const key = `${one.workspace}/${one.source}/${minuteOf(one.at)}/${one.reason}`
    const held = merged.get(key)
    const sample = one.sample?.subarray(0, limits.sampleBytes) ?? held?.sample ?? null
    merged.set(key, { ...one, sample, n: one.n + (held?.n ?? 0) })
  }
  return [...merged.values()]
}

function minuteOf(epochMs: number): number {
  return Math.floor(epochMs / minuteMs)
}
