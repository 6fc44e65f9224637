import { DAY_MS } from '../platform/durations.ts'
import type { Postgres, Sql } from '../platform/postgres.ts'
import type { DedupBucket, Item } from './items.ts'

type EventItem = Extract<Item, { kind: 'event' }>

const WEEK_MS = 7 * DAY_MS
/** A message is remembered for 28 days: its own week of arrival and the four before. */
const WEEKS_PROBED = 4

/**
 * Makes the partitions that a batch needs. Outside the batch's transaction, so that whoever needs
 * the same one waits for it no longer than it takes.
 */
export async function createDedupPartitions(
  postgres: Postgres,
  items: readonly Item[],
  known: Set<string>,
): Promise<void> {
  const missing = new Map<string, DedupBucket>()
  for (const item of items) {
    if (item.kind !== 'event') continue
    const { table, date } = item.bucket
    if (!known.has(`${table}|${date}`)) missing.set(`${table}|${date}`, item.bucket)
  }
  for (const [key, bucket] of missing) {
    await postgres.transaction((sql) => createPartition(sql, bucket))
    known.add(key)
  }
}

/**
 * Made beside the table and then attached, which locks out neither those who write to it nor those
 * who read it for long, such as a backup; to make it as a partition at once would wait for them,
 * and everybody else behind it.
 */
async function createPartition(sql: Sql, bucket: DedupBucket): Promise<void> {
  const name = partitionName(bucket)
  // Another shard may need the same one now.
  await sql.query('SELECT pg_advisory_xact_lock($1)', [PARTITION_LOCK])
  const held = await sql.query(
    `SELECT 1 FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid
     WHERE inhparent = $1::regclass AND part.relname = $2`,
    [bucket.table, name],
  )
  if (held.length > 0) return
  // The date comes from a clock or a parsed timestamp, never from a sender's text.
  await sql.query(`CREATE TABLE ${name} (LIKE ${bucket.table} INCLUDING ALL)`)
  await sql.query(
    `ALTER TABLE ${bucket.table} ATTACH PARTITION ${name} FOR VALUES IN ('${bucket.date}')`,
  )
}

const PARTITION_LOCK = 0x1d_e9

function partitionName({ table, date }: DedupBucket): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) throw new Error('A partition is named by a date.')
  return `${table}_${date.replaceAll('-', '')}`
}

/** Remembers the messages of a batch and says which of them had not been seen before. */
export async function firstSeen(sql: Sql, items: readonly EventItem[]): Promise<Set<EventItem>> {
  const byKey = new Map<string, EventItem>()
  for (const item of items) {
    const id = `${item.bucket.table}|${item.bucket.date}|${item.key.toString('latin1')}`
    // Of two copies in one batch the first in the log counts.
    if (!byKey.has(id)) byKey.set(id, item)
  }
  const fresh = new Set<EventItem>()
  const groups = Map.groupBy(byKey.values(), (item) => item.bucket.table)
  for (const [table, group] of groups) {
    const inserted = await insertKeys(sql, table, group)
    for (const { bucket, key } of inserted) {
      const item = byKey.get(`${table}|${bucket}|${key.toString('latin1')}`)
      if (item) fresh.add(item)
    }
  }
  return fresh
}

async function insertKeys(
  sql: Sql,
  table: DedupBucket['table'],
  items: readonly EventItem[],
): Promise<{ bucket: string; key: Buffer }[]> {
  // In key order, so that two batches with the same messages cannot wait for each other.
  const sorted = [...items].sort((x, y) => Buffer.compare(x.key, y.key))
  const values = [sorted.map((item) => item.bucket.date), sorted.map((item) => item.key)]
  if (table === 'dedup') {
    return sql.query(
      `INSERT INTO dedup (bucket, key) SELECT * FROM unnest($1::date[], $2::bytea[])
       ON CONFLICT DO NOTHING RETURNING bucket::text AS bucket, key`,
      values,
    )
  }
  const weeks = [...new Set(sorted.map((item) => item.bucket.date))].flatMap(weeksBefore)
  return sql.query(
    `INSERT INTO dedup_arrival (bucket, key)
     SELECT new.bucket, new.key FROM unnest($1::date[], $2::bytea[]) AS new (bucket, key)
     WHERE NOT EXISTS (
       SELECT 1 FROM dedup_arrival AS held
       WHERE held.key = new.key AND held.bucket = ANY($3::date[]) AND held.bucket < new.bucket
         AND held.bucket >= new.bucket - ${WEEKS_PROBED * 7})
     ON CONFLICT DO NOTHING RETURNING bucket::text AS bucket, key`,
    [...values, weeks],
  )
}

function weeksBefore(monday: string): string[] {
  return Array.from({ length: WEEKS_PROBED }, (_, index) =>
    new Date(Date.parse(monday) - (index + 1) * WEEK_MS).toISOString().slice(0, 10),
  )
}
