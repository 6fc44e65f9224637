import { randomBytes } from 'node:crypto'
import type { Postgres, Sql } from '../src/platform/postgres.ts'

const BATCH = 1_000

export type FlowCeiling = { events_per_s: number; events: number; seconds: number }

type Known = { namespace: string; value: string; profile: string; document: Buffer }

/**
 * What the flow could do at best on this machine: transactions that make the same look-ups, reads
 * and writes over as many events, set by set, on copies of the tables that the run left behind, and
 * decide nothing. No decoding, no folding, no segments.
 */
export async function measureFlowCeiling(
  postgres: Postgres,
  { durationMs }: { durationMs: number },
): Promise<FlowCeiling> {
  await copyTables(postgres)
  const known = await postgres.query<Known>(
    `SELECT i.namespace, i.value, p.id AS profile, p.document FROM bench.identifier AS i
     LEFT JOIN bench.profile_alias AS a ON a.identifier = i.id
     JOIN bench.profile AS p ON p.id = coalesce(a.profile, i.id)
     WHERE i.namespace = 'user_id' ORDER BY hashtext(i.value)`,
  )
  const [facts] = await postgres.query<{ bytes: number }>(
    'SELECT avg(octet_length(facts) * 1000.0 / count)::int AS bytes FROM verdict',
  )
  if (known.length === 0) throw new Error('The run left no profiles to measure with.')
  const startedAt = performance.now()
  let events = 0
  while (performance.now() - startedAt < durationMs) {
    const people = Array.from(
      { length: BATCH },
      (_, index) => known[(events + index) % known.length],
    )
    const own = people.filter((one) => one !== undefined)
    const batch = { own, position: events, factsBytes: facts?.bytes ?? 0 }
    await postgres.transaction((sql) => runBare(sql, batch))
    events += BATCH
  }
  const seconds = (performance.now() - startedAt) / 1_000
  return { events_per_s: Math.round(events / seconds), events, seconds }
}

async function copyTables(sql: Sql): Promise<void> {
  await sql.query('CREATE SCHEMA IF NOT EXISTS bench')
  for (const table of [
    'identifier',
    'profile_alias',
    'device',
    'profile',
    'verdict',
    'flow_cursor',
  ]) {
    await sql.query(`CREATE TABLE bench.${table} (LIKE public.${table} INCLUDING ALL)`)
  }
  for (const table of ['identifier', 'profile_alias', 'device', 'profile', 'flow_cursor']) {
    await sql.query(`INSERT INTO bench.${table} SELECT * FROM public.${table}`)
  }
  await sql.query('ALTER TABLE bench.profile SET (fillfactor = 70)')
  await sql.query('CREATE TABLE bench.dedup (bucket date, key bytea, PRIMARY KEY (bucket, key))')
  await sql.query('ANALYZE')
}

type Batch = { own: readonly Known[]; position: number; factsBytes: number }

async function runBare(sql: Sql, { own, position, factsBytes }: Batch): Promise<void> {
  await sql.query(`SELECT 1 FROM bench.flow_cursor WHERE lane = 'live' AND shard = 0 FOR UPDATE`)
  const keys = own.map(() => randomBytes(16)).sort(Buffer.compare)
  await sql.query(
    `INSERT INTO bench.dedup SELECT '2026-01-01', * FROM unnest($1::bytea[])
     ON CONFLICT DO NOTHING RETURNING key`,
    [keys],
  )
  const distinct = [...new Map(own.map((one) => [one.profile, one])).values()]
  const names = distinct.flatMap(({ value }) => [value, value.replace(/^user-/, 'device-')])
  const namespaces = distinct.flatMap(() => ['user_id', 'anonymous_id'])
  const found = await sql.query<{ id: string }>(
    `SELECT i.id, a.profile FROM unnest($1::text[], $2::text[]) AS w (namespace, value)
     JOIN bench.identifier AS i
       ON i.workspace = 1 AND i.namespace = w.namespace AND i.value = w.value
     LEFT JOIN bench.profile_alias AS a ON a.identifier = i.id`,
    [namespaces, names],
  )
  await sql.query('SELECT id, logins FROM bench.device WHERE id = ANY($1)', [
    found.map((one) => one.id),
  ])
  const ids = distinct.map((one) => one.profile).sort()
  await sql.query(
    'SELECT id, version, document FROM bench.profile WHERE id = ANY($1) ORDER BY id FOR UPDATE',
    [ids],
  )
  await sql.query(
    `INSERT INTO bench.profile (id, workspace, version, document)
     SELECT id, 1, 1, document FROM unnest($1::uuid[], $2::bytea[]) AS new (id, document)
     ORDER BY id
     ON CONFLICT (id) DO UPDATE SET version = bench.profile.version + 1,
       document = excluded.document`,
    [distinct.map((one) => one.profile), distinct.map((one) => one.document)],
  )
  await sql.query(
    `INSERT INTO bench.verdict (lane, shard, first, count, outcomes, facts, committed_at)
     VALUES ('live', 0, $1, $2, $3, $4, now())`,
    [position, own.length, Buffer.alloc(own.length), randomBytes(factsBytes)],
  )
  await sql.query(`UPDATE bench.flow_cursor SET position = $1 WHERE lane = 'live' AND shard = 0`, [
    position + own.length,
  ])
}
