import type { Sql } from '../platform/postgres.ts'
import { devicesJoin, OWNER } from '../resolve/index.ts'
import type { AskHistory } from './history.ts'
import type { TilesView, TileView } from './overviewSchema.ts'

type Reading = { sql: Sql; ask: AskHistory }
/** `now`: epoch ms, the end of the period. */
export type TilesQuestion = { workspace: number; now: number; periodMs: number }

const BUCKETS = 30
/** The purpose that "reachable" is about. */
const MARKETING = 'marketing'

/** The numbers of Home, each with what it was a period ago and its course over the period. */
export async function readTiles(reading: Reading, question: TilesQuestion): Promise<TilesView> {
  const [people, events, matchRate, entries, deliveries, consented] = await Promise.all([
    readPeople(reading.ask, question),
    readEventCounts(reading.ask, question),
    readMatchRate(reading.ask, question),
    readEntries(reading.ask, question),
    readDeliveries(reading.sql, question),
    readConsented(reading.sql, question),
  ])
  const cumulated = countsToLevels(people)
  return {
    people: levelTile(cumulated),
    events: sumTile(bucketsOf(events)),
    matchRate: rateTile(matchRate),
    reachableEmail: shareTile(countsToLevels(consented), cumulated),
    entries: sumTile(bucketsOf(entries)),
    deliveries: sumTile(bucketsOf(deliveries)),
  }
}

/** A count in a bucket of the time; `bucket` counts from the start of the period before. */
type Count = { bucket: number; n: number }

/** Twice as many buckets as shown: the period before, for comparison, and the period. */
const bucketMs = ({ periodMs }: TilesQuestion): number => periodMs / BUCKETS
const startOf = ({ now, periodMs }: TilesQuestion): number => now - 2 * periodMs

/** An SQL expression of the bucket of a DateTime64(3); before the first one: negative. */
const BUCKET = (column: string): string =>
  `toInt32(floor((toUnixTimestamp64Milli(${column}) - {start:Int64}) / {bucket:Int64}))`

const bound = (question: TilesQuestion) => ({
  workspace: question.workspace,
  start: startOf(question),
  end: question.now,
  bucket: bucketMs(question),
})

function readPeople(ask: AskHistory, question: TilesQuestion): Promise<Count[]> {
  return ask<Count>(
    `SELECT greatest(${BUCKET('first_seen')}, -1) AS bucket, count() AS n
     FROM profile_current FINAL WHERE workspace = {workspace:UInt32} AND kind = 'person'
     GROUP BY bucket`,
    bound(question),
  )
}

function readEventCounts(ask: AskHistory, question: TilesQuestion): Promise<Count[]> {
  return ask<Count>(
    `SELECT ${BUCKET('time')} AS bucket, count() AS n FROM event
     WHERE workspace = {workspace:UInt32} AND time >= fromUnixTimestamp64Milli({start:Int64})
       AND time <= fromUnixTimestamp64Milli({end:Int64})
     GROUP BY bucket`,
    bound(question),
  )
}

function readEntries(ask: AskHistory, question: TilesQuestion): Promise<Count[]> {
  return ask<Count>(
    `SELECT ${BUCKET('at')} AS bucket, count() AS n FROM membership_change
     WHERE workspace = {workspace:UInt32} AND change = 'entered' AND cause <> 'backfill'
       AND at >= fromUnixTimestamp64Milli({start:Int64})
       AND at <= fromUnixTimestamp64Milli({end:Int64})
     GROUP BY bucket`,
    bound(question),
  )
}

type Match = { bucket: number; matched: number; unknown: number }

/** Events that named only a device: those whose person is known, and the others. */
function readMatchRate(ask: AskHistory, question: TilesQuestion): Promise<Match[]> {
  return ask<Match>(
    `SELECT ${BUCKET('time')} AS bucket, countIf(owner <> anchor) AS matched,
       countIf(owner = anchor AND anchor IN (
         SELECT profile FROM profile_current FINAL
         WHERE workspace = {workspace:UInt32} AND NOT known)) AS unknown
     FROM (
       SELECT e.time AS time, e.anchor AS anchor, ${OWNER} AS owner
       FROM event AS e ${devicesJoin()}
       WHERE e.workspace = {workspace:UInt32} AND e.time >= fromUnixTimestamp64Milli({start:Int64})
         AND e.time <= fromUnixTimestamp64Milli({end:Int64})
     )
     GROUP BY bucket`,
    bound(question),
    'heavy',
  )
}

function readDeliveries(sql: Sql, question: TilesQuestion): Promise<Count[]> {
  return sql.query<Count>(
    `SELECT count(*)::int AS n,
       floor(extract(epoch FROM d.updated_at - $2::timestamptz) * 1000 / $3::float8)::int AS bucket
     FROM delivery d JOIN destination t ON t.id = d.destination
     WHERE t.workspace = $1 AND d.state = 'delivered' AND d.updated_at >= $2
     GROUP BY bucket`,
    [question.workspace, new Date(startOf(question)), bucketMs(question)],
  )
}

/**
 * People who have an e-mail address and whose last word on marketing by e-mail is yes, by when they
 * said so. Consents given on a device alone reach nobody's letter box.
 */
function readConsented(sql: Sql, question: TilesQuestion): Promise<Count[]> {
  return sql.query<Count>(
    `WITH addressed AS (
       SELECT DISTINCT coalesce(a.profile, i.id) AS profile
       FROM identifier i LEFT JOIN profile_alias a ON a.identifier = i.id
       WHERE i.workspace = $1 AND i.namespace = 'email'
     ), answers AS (
       SELECT DISTINCT ON (coalesce(a.profile, i.id), c.channel)
         coalesce(a.profile, i.id) AS profile, c.channel, c.granted, c.at
       FROM consent_state c
       JOIN identifier i ON i.workspace = c.workspace
         AND i.namespace = split_part(c.identifier, ':', 1)
         AND i.value = substr(c.identifier, strpos(c.identifier, ':') + 1)
       LEFT JOIN profile_alias a ON a.identifier = i.id
       WHERE c.workspace = $1 AND c.purpose = $4 AND c.channel IN ('email', '*')
       ORDER BY coalesce(a.profile, i.id), c.channel, c.at DESC, c.granted
     ), consented AS (
       SELECT profile, max(at) AS at FROM answers JOIN addressed USING (profile)
       GROUP BY profile HAVING bool_and(granted)
     )
     SELECT count(*)::int AS n, greatest(-1,
       floor(extract(epoch FROM at - $2::timestamptz) * 1000 / $3::float8))::int AS bucket
     FROM consented GROUP BY bucket`,
    [question.workspace, new Date(startOf(question)), bucketMs(question), MARKETING],
  )
}

/** The period before and the period, bucket by bucket. */
export function bucketsOf(counts: readonly Count[]): number[] {
  const buckets = Array<number>(2 * BUCKETS).fill(0)
  for (const { bucket, n } of counts) {
    const index = Math.min(bucket, buckets.length - 1)
    if (index >= 0) buckets[index] = (buckets[index] ?? 0) + n
  }
  return buckets
}

/** How many there were at the end of each bucket; bucket -1 holds those from before. */
function countsToLevels(counts: readonly Count[]): number[] {
  const before = counts.filter(({ bucket }) => bucket < 0).reduce((sum, { n }) => sum + n, 0)
  let level = before
  return bucketsOf(counts).map((n) => {
    level += n
    return level
  })
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

/** Growth as a share; null where there was nothing to grow from. */
const growth = (value: number, before: number): number | null =>
  before === 0 ? null : (value - before) / before

/** How many happened in the period. */
export function sumTile(buckets: readonly number[]): TileView {
  const series = buckets.slice(BUCKETS)
  const value = sum(series)
  return { value, change: growth(value, sum(buckets.slice(0, BUCKETS))), series }
}

/** How many there are at the end of the period. */
export function levelTile(levels: readonly number[]): TileView {
  const value = levels.at(-1) ?? 0
  return { value, change: growth(value, levels[BUCKETS - 1] ?? 0), series: levels.slice(BUCKETS) }
}

function rateTile(rows: readonly Match[]): TileView {
  const pick = (name: 'matched' | 'unknown') =>
    bucketsOf(rows.map((row) => ({ bucket: row.bucket, n: row[name] })))
  const [matched, unknown] = [pick('matched'), pick('unknown')]
  const rate = (from: number, to: number) => {
    const [yes, no] = [sum(matched.slice(from, to)), sum(unknown.slice(from, to))]
    return yes + no === 0 ? null : yes / (yes + no)
  }
  const value = rate(BUCKETS, 2 * BUCKETS)
  const before = rate(0, BUCKETS)
  let last = before ?? value ?? 0
  const series = Array.from({ length: BUCKETS }, (_, index) => {
    // A bucket without events keeps the rate of the one before it.
    last = rate(BUCKETS + index, BUCKETS + index + 1) ?? last
    return last
  })
  const change = value === null || before === null ? null : value - before
  return { value: value ?? 0, change, series }
}

/** A level as a share of another one. */
function shareTile(part: readonly number[], whole: readonly number[]): TileView {
  const shares = part.map((n, index) => Math.min(1, n / Math.max(1, whole[index] ?? 0)))
  const value = shares.at(-1) ?? 0
  const isNew = (whole[BUCKETS - 1] ?? 0) === 0
  const change = isNew ? null : value - (shares[BUCKETS - 1] ?? 0)
  return { value, change, series: shares.slice(BUCKETS) }
}
