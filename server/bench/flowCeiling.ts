/**
 * What the flow could do at best on this machine: transactions that make the same look-ups, reads
 * and writes for the same events over the same tables, set by set, as many side by side as the flow
 * has shards, and decide nothing. No decoding, no folding, no segments. Documents, versions and
 * devices are written as they were read, so that the program finds its state unchanged. A process
 * of its own; its order comes as JSON in the first argument, its result leaves as JSON on stdout.
 */
import { randomBytes } from 'node:crypto'
import { SHARDS } from '../src/platform/log/postgresLog.ts'
import { openPostgres, type Postgres, type Sql } from '../src/platform/postgres.ts'
import {
  deviceName,
  emailOf,
  isReturning,
  personOf,
  typeOf,
  userName,
  type Workload,
} from './workload.ts'

export type CeilingOrder = {
  postgresUrl: string
  workspace: number
  workload: Workload
  /** Number of the first event. */
  first: number
  count: number
  batch: number
  /** Bytes of one event in a verdict, as the flow's own verdicts have them. */
  verdictBytes: number
}

export type CeilingResult = { events: number; seconds: number; cpu_us: number }

/** `seen`: people of this quarter of an hour; the flow writes a device's login once a visit. */
type Ceiling = CeilingOrder & { seen: Set<number> }

/** Tables of its own for what must not mix with the program's. */
async function prepare(sql: Sql): Promise<void> {
  await sql.query('CREATE SCHEMA IF NOT EXISTS bench')
  for (const table of ['verdict', 'flow_cursor']) {
    await sql.query(
      `CREATE TABLE IF NOT EXISTS bench.${table} (LIKE public.${table} INCLUDING ALL)`,
    )
  }
  await sql.query(
    `INSERT INTO bench.flow_cursor SELECT * FROM public.flow_cursor ON CONFLICT DO NOTHING`,
  )
  await sql.query(
    'CREATE TABLE IF NOT EXISTS bench.dedup (bucket date, key bytea, PRIMARY KEY (bucket, key))',
  )
}

async function run(postgres: Postgres, ceiling: Ceiling): Promise<CeilingResult> {
  let next = ceiling.first
  const end = ceiling.first + ceiling.count
  const work = async (shard: number) => {
    while (next < end) {
      const indexes = Array.from(
        { length: Math.min(ceiling.batch, end - next) },
        (_, i) => next + i,
      )
      next += indexes.length
      await postgres.transaction((sql) => runBatch(sql, ceiling, { shard, indexes }))
    }
  }
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: SHARDS.live }, (_, shard) => work(shard)))
  const seconds = (performance.now() - startedAt) / 1_000
  const used = process.cpuUsage(cpu)
  return { events: ceiling.count, seconds, cpu_us: used.user + used.system }
}

async function runBatch(
  sql: Sql,
  ceiling: Ceiling,
  { shard, indexes }: { shard: number; indexes: readonly number[] },
): Promise<void> {
  const place = ['live', shard]
  await sql.query(
    'SELECT 1 FROM bench.flow_cursor WHERE lane = $1 AND shard = $2 FOR UPDATE',
    place,
  )
  const keys = indexes.map(() => randomBytes(16)).sort(Buffer.compare)
  await sql.query(
    `INSERT INTO bench.dedup SELECT '2026-01-01', * FROM unnest($1::bytea[])
     ON CONFLICT DO NOTHING RETURNING key`,
    [keys],
  )
  const profiles = await lookUp(sql, ceiling, indexes)
  await rewriteProfiles(sql, ceiling.workspace, [...profiles].sort())
  await sql.query(
    `INSERT INTO bench.verdict (lane, shard, first, count, outcomes, facts, committed_at)
     VALUES ('live', $1, $2, $3, $4, $5, now()) ON CONFLICT DO NOTHING`,
    [
      shard,
      indexes[0],
      indexes.length,
      Buffer.alloc(indexes.length),
      randomBytes(Math.round(ceiling.verdictBytes * indexes.length)),
    ],
  )
  await sql.query('UPDATE bench.flow_cursor SET position = $3 WHERE lane = $1 AND shard = $2', [
    ...place,
    indexes.at(-1),
  ])
}

type Found = {
  id: string
  namespace: string
  value: string
  profile: string
  logins: Buffer | null
}

/** Identifiers, evidence of those who identify themselves, logins of those who come back. */
async function lookUp(
  sql: Sql,
  ceiling: Ceiling,
  indexes: readonly number[],
): Promise<Set<string>> {
  const { workload, workspace, seen } = ceiling
  const { run } = workload
  const people = new Set(indexes.map((index) => personOf(index, workload)))
  const named = new Set(
    indexes.filter((index) => typeOf(index) === 'identify').map((one) => personOf(one, workload)),
  )
  const wanted = [
    ...[...people].map((person) => ['user_id', userName(person, run)] as const),
    ...[...people].map((person) => ['anonymous_id', deviceName(person, run)] as const),
    ...[...named].map((person) => ['email', emailOf(person, run)] as const),
  ]
  const found = await sql.query<Found>(
    `SELECT i.id, i.namespace, i.value, coalesce(a.profile, i.id) AS profile, d.logins
     FROM identifier i
     LEFT JOIN profile_alias a ON a.identifier = i.id
     LEFT JOIN device d ON d.id = i.id
     JOIN unnest($2::text[], $3::text[]) AS wanted (namespace, value)
       ON i.namespace = wanted.namespace AND i.value = wanted.value
     WHERE i.workspace = $1`,
    [workspace, wanted.map(([namespace]) => namespace), wanted.map(([, value]) => value)],
  )
  const emails = found.filter((one) => one.namespace === 'email').map((one) => one.id)
  await sql.query('SELECT * FROM evidence WHERE a = ANY($1) OR b = ANY($1)', [emails])
  const back = [...people].filter((person) => !seen.has(person) && isReturning(person))
  for (const person of people) seen.add(person)
  const devices = new Set(back.map((person) => deviceName(person, run)))
  await rewriteDevices(
    sql,
    workspace,
    found.filter((one) => devices.has(one.value)),
  )
  return new Set(found.filter((one) => one.namespace === 'user_id').map((one) => one.profile))
}

async function rewriteDevices(sql: Sql, workspace: number, devices: readonly Found[]) {
  if (devices.length === 0) return
  const sorted = [...devices].sort((x, y) => (x.id < y.id ? -1 : 1))
  await sql.query(
    `INSERT INTO device (id, workspace, logins)
     SELECT id, $1, logins FROM unnest($2::uuid[], $3::bytea[]) AS new (id, logins)
     ON CONFLICT (id) DO UPDATE SET logins = device.logins`,
    [workspace, sorted.map((one) => one.id), sorted.map((one) => one.logins)],
  )
}

async function rewriteProfiles(sql: Sql, workspace: number, ids: readonly string[]): Promise<void> {
  const rows = await sql.query<{ id: string; version: number; document: Buffer }>(
    'SELECT id, version, document FROM profile WHERE id = ANY($1) ORDER BY id FOR UPDATE',
    [ids],
  )
  await sql.query(
    `INSERT INTO profile (id, workspace, version, document)
     SELECT id, $1, version, document
     FROM unnest($2::uuid[], $3::bigint[], $4::bytea[]) AS new (id, version, document)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, document = excluded.document`,
    [
      workspace,
      rows.map((row) => row.id),
      rows.map((row) => row.version),
      rows.map((row) => row.document),
    ],
  )
}

if (import.meta.main) {
  const order = JSON.parse(process.argv[2] ?? '') as CeilingOrder
  const postgres = openPostgres({ url: order.postgresUrl, connectionsMax: SHARDS.live + 1 })
  await prepare(postgres)
  const seen = new Set<number>()
  // Who came earlier in this quarter of an hour has a login already.
  for (let index = 0; index < order.first; index += 1) seen.add(personOf(index, order.workload))
  const result = await run(postgres, { ...order, seen })
  await postgres.close()
  process.stdout.write(JSON.stringify(result))
}
