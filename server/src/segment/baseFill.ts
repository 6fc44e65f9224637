import type { ClickHouse } from '../platform/clickhouse.ts'
import type { Postgres, Sql } from '../platform/postgres.ts'
import {
  compareEntries,
  type Document,
  decimalFrom,
  lockProfiles,
  mergeEntries,
  type StreamEntry,
  writeProfiles,
} from '../profile/index.ts'
import { findIdentifiersById, type Login, ownerAt } from '../resolve/index.ts'
import { calendarOf } from './calendar.ts'
import { eventConditions, spanConditions } from './eventStreams.ts'
import { ITEM_TYPES } from './operators/index.ts'
import { valuesSql } from './operators/values.ts'
import { spanOf } from './period.ts'
import { SqlBuilder } from './sqlBuilder.ts'
import { storedStream } from './streams.ts'

/**
 * Fills a stream for the time before it was registered: ClickHouse computes the base per anchor,
 * which joins what the documents gathered since. Entries form a set, so an entry that is in both
 * counts once and the whole may be repeated.
 */

export type StreamToFill = {
  id: number
  workspace: number
  definition: string
  keep_newest: number
  keep_ms: number | null
  /** Of its workspace. */
  time_zone: string
}

/** An entry as ClickHouse tells it: time, hash, item, and type, text and number of its value. */
type BaseEntry = [number, number, number, number, string, string]
type BaseRow = { anchor: string; entries: BaseEntry[] }

/** Events behind one answer, so that it stays small: the anchors are asked for in parts. */
const EVENTS_PER_CHUNK = 50_000
const CHUNKS_MAX = 64
/** Anchors written in one transaction. */
const ANCHORS_PER_WRITE = 500

export async function fillStream(
  deps: { postgres: Postgres; clickhouse: ClickHouse },
  stream: StreamToFill,
  report: { now: number; onProgress: (share: number) => Promise<void> },
): Promise<void> {
  const chunks = await countChunks(deps.clickhouse, stream)
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const rows = await baseRows(deps.clickhouse, stream, { chunk, chunks, now: report.now })
    for (let from = 0; from < rows.length; from += ANCHORS_PER_WRITE) {
      const part = rows.slice(from, from + ANCHORS_PER_WRITE)
      await deps.postgres.transaction((sql) => joinBase(sql, stream, part))
    }
    await report.onProgress((chunk + 1) / chunks)
  }
}

async function countChunks(clickhouse: ClickHouse, stream: StreamToFill): Promise<number> {
  const { did } = storedStream(stream.definition)
  const [row] = await clickhouse.query<{ events: number }>(
    `SELECT count() AS events FROM event
     WHERE workspace = {workspace:UInt32} AND ({any:Bool} OR event = {event:String})`,
    { workspace: stream.workspace, any: did === null, event: did ?? '' },
    { lane: 'heavy' },
  )
  return Math.min(CHUNKS_MAX, Math.ceil((row?.events ?? 0) / EVENTS_PER_CHUNK))
}

async function baseRows(
  clickhouse: ClickHouse,
  stream: StreamToFill,
  { chunk, chunks, now }: { chunk: number; chunks: number; now: number },
): Promise<BaseRow[]> {
  const kept = storedStream(stream.definition)
  const calendar = calendarOf(stream.time_zone)
  const builder = new SqlBuilder({ workspace: stream.workspace, now, calendar })
  const conditions = [
    `e.workspace = ${builder.bind('UInt32', stream.workspace)}`,
    'e.counted',
    `cityHash64(e.anchor) % ${chunks} = ${builder.bind('UInt32', chunk)}`,
    ...(stream.keep_ms === null ? [] : [`e.time > ${builder.instant(now - stream.keep_ms)}`]),
    ...eventConditions(kept, builder),
    ...spanConditions(spanOf(kept.period, now, calendar), builder),
  ]
  const newest = builder.bind('UInt32', stream.keep_newest)
  const entry = `(v, item) -> tuple(toUnixTimestamp64Milli(e.time), e.hash, item - 1, v.1, v.2, toString(v.3))`
  return clickhouse.query<BaseRow>(
    `SELECT anchor, arraySlice(arraySort(x -> (-x.1, -toInt64(x.2), x.3),
       groupArrayArray(arrayMap(${entry}, values, arrayEnumerate(values)))), 1, ${newest})
       AS entries
     FROM (
       SELECT e.*, ${keptSql(kept.value, builder)} AS values
       FROM event_of_profile AS e WHERE ${conditions.join(' AND ')}
     ) AS e
     GROUP BY e.anchor AS anchor, e.owner`,
    builder.params,
    { lane: 'heavy' },
  )
}

/** Type of an entry without a value. */
const NO_VALUE = 3

/** What the entries of an event keep: one at least, as the fold has it. */
function keptSql(value: string | null, builder: SqlBuilder): string {
  const none = `[tuple(toUInt8(${NO_VALUE}), '', toDecimal128(0, 6))]`
  if (value === null) return none
  const values = valuesSql(value, builder)
  return `if(empty(${values}), ${none}, ${values})`
}

function entryFrom([at, hash, item, type, text, number]: BaseEntry): StreamEntry {
  if (type === NO_VALUE) return { at, hash, item, value: null }
  if (type === ITEM_TYPES.number) return { at, hash, item, value: decimalFrom(number) }
  return { at, hash, item, value: type === ITEM_TYPES.boolean ? text === 'true' : text }
}

type Addition = { owner: string; anchor: string; entries: StreamEntry[] }

async function joinBase(sql: Sql, stream: StreamToFill, rows: readonly BaseRow[]): Promise<void> {
  // A merge may come between finding whose the entries are and locking those people: asked again
  // under the locks, the answer holds until the end.
  await lockProfiles(sql, [...(await additionsByProfile(sql, rows)).keys()])
  const additions = await additionsByProfile(sql, rows)
  const stored = await lockProfiles(sql, [...additions.keys()])
  for (const [profile, list] of additions) {
    for (const addition of list) join(stored.get(profile)?.document, stream, addition)
  }
  await writeProfiles(sql, stream.workspace, [...stored.values()])
}

async function additionsByProfile(
  sql: Sql,
  rows: readonly BaseRow[],
): Promise<Map<string, Addition[]>> {
  const anchors = await findIdentifiersById(
    sql,
    rows.map((row) => row.anchor),
  )
  const ownerIds = [...anchors.values()].flatMap((one) => one.logins ?? []).map((one) => one.owner)
  const owners = await findIdentifiersById(sql, [...new Set(ownerIds)])
  const additions = new Map<string, Addition[]>()
  for (const row of rows) {
    for (const addition of additionsOf(row, anchors.get(row.anchor)?.logins ?? [])) {
      const { owner } = addition
      const profile = (anchors.get(owner) ?? owners.get(owner))?.profile ?? owner
      additions.set(profile, [...(additions.get(profile) ?? []), addition])
    }
  }
  return additions
}

/** A device's entries go to who owned it at their time, by the logins of today. */
function additionsOf({ anchor, entries }: BaseRow, logins: readonly Login[]): Addition[] {
  const byOwner = Map.groupBy(entries, ([at]) => ownerAt(logins, at) ?? anchor)
  return [...byOwner].map(([owner, own]) => ({
    owner,
    anchor,
    entries: own.map(entryFrom),
  }))
}

function join(document: Document | undefined, stream: StreamToFill, addition: Addition): void {
  const { owner, anchor } = addition
  const fragment = document?.fragments.find(
    (one) => one.owner === owner && (one.via === anchor || (one.via === null && owner === anchor)),
  )
  if (!fragment) return
  const held = fragment.streams.get(stream.id) ?? []
  const sorted = [...addition.entries].sort(compareEntries)
  // The stream may have been widened since it was asked for: what is held stays.
  const newest = Math.max(stream.keep_newest, held.length)
  fragment.streams.set(stream.id, mergeEntries(held, sorted, newest))
}
