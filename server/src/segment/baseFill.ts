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
import { devicesJoin, findIdentifiersById, type Login, OWNER, ownerAt } from '../resolve/index.ts'
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
const EVENTS_PER_CHUNK = 200_000
const CHUNKS_MAX = 64
/** Anchors written in one transaction, and transactions side by side: one waits, one works. */
const ANCHORS_PER_WRITE = 500
const WRITES_ABREAST = 2

export async function fillStream(
  deps: { postgres: Postgres; clickhouse: ClickHouse },
  stream: StreamToFill,
  report: { now: number; onProgress: (share: number) => Promise<void> },
): Promise<void> {
  const chunks = await countChunks(deps.clickhouse, stream)
  const ask = (chunk: number) =>
    baseRows(deps.clickhouse, stream, { chunk, chunks, now: report.now })
  let asked = chunks > 0 ? ask(0) : null
  for (let chunk = 0; asked !== null; chunk += 1) {
    const rows = await asked
    // ClickHouse looks for the next ones while these are written.
    asked = chunk + 1 < chunks ? ask(chunk + 1) : null
    // Where writing fails, nobody waits for them any more.
    asked?.catch(() => {})
    await writeBase(deps.postgres, stream, rows)
    await report.onProgress((chunk + 1) / chunks)
  }
}

async function writeBase(
  postgres: Postgres,
  stream: StreamToFill,
  rows: readonly BaseRow[],
): Promise<void> {
  let next = 0
  const write = async () => {
    while (next < rows.length) {
      const part = rows.slice(next, next + ANCHORS_PER_WRITE)
      next += ANCHORS_PER_WRITE
      await postgres.transaction((sql) => joinBase(sql, stream, part))
    }
  }
  await Promise.all(Array.from({ length: WRITES_ABREAST }, write))
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
  const isInChunk = (id: string) =>
    `cityHash64(${id}) % ${chunks} = ${builder.bind('UInt32', chunk)}`
  const conditions = [
    `e.workspace = ${builder.bind('UInt32', stream.workspace)}`,
    'e.counted',
    isInChunk('e.anchor'),
    ...(stream.keep_ms === null ? [] : [`e.time > ${builder.instant(now - stream.keep_ms)}`]),
    ...eventConditions(kept, builder),
    ...spanConditions(spanOf(kept.period, now, calendar), builder),
  ]
  const newest = builder.bind('UInt32', stream.keep_newest)
  const entry = `(v, item) -> tuple(toUnixTimestamp64Milli(e.time), e.hash, item - 1, v.1, v.2, toString(v.3))`
  // Of a device each stretch of time is by itself, so that the newest ones of each owner are kept.
  return clickhouse.query<BaseRow>(
    `SELECT anchor, arraySlice(arraySort(x -> (-x.1, -toInt64(x.2), x.3),
       groupArrayArray(arrayMap(${entry}, values, arrayEnumerate(values)))), 1, ${newest})
       AS entries
     FROM (
       SELECT e.anchor AS anchor, e.time AS time, e.hash AS hash,
         ${keptSql(kept.value, builder)} AS values, ${OWNER} AS owner
       FROM event AS e ${devicesJoin(isInChunk('device'))}
       WHERE ${conditions.join(' AND ')}
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
  const found = [...(await additionsByProfile(sql, rows)).keys()]
  const locked = await lockProfiles(sql, found)
  const additions = await additionsByProfile(sql, rows)
  const isSame = additions.size === found.length && found.every((id) => additions.has(id))
  const stored = isSame ? locked : await lockProfiles(sql, [...additions.keys()])
  const changed = [...stored.values()].filter(({ id, document }) => {
    const joined = (additions.get(id) ?? []).map((addition) => join(document, stream, addition))
    return joined.includes(true)
  })
  await writeProfiles(sql, stream.workspace, changed)
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

/** True when the document holds more than before. */
function join(document: Document, stream: StreamToFill, addition: Addition): boolean {
  const { owner, anchor } = addition
  const fragment = document.fragments.find(
    (one) => one.owner === owner && (one.via === anchor || (one.via === null && owner === anchor)),
  )
  if (!fragment) return false
  const held = fragment.streams.get(stream.id) ?? []
  const sorted = [...addition.entries].sort(compareEntries)
  // The stream may have been widened since it was asked for: what is held stays.
  const newest = Math.max(stream.keep_newest, held.length)
  const merged = mergeEntries(held, sorted, newest)
  fragment.streams.set(stream.id, merged)
  return merged.some((entry, index) => entry !== held[index])
}
