/**
 * The store of the simulation: PostgreSQL in this process's memory (PGlite), so that the very SQL
 * of the program runs. It has one connection: transactions come one after the other.
 */
import { PGlite } from '@electric-sql/pglite'
import { APART } from '../../src/flow/rebuiltTables.ts'
import { SHARDS } from '../../src/platform/log/postgresLog.ts'
import { migratePostgres } from '../../src/platform/migrations.ts'
import type { Postgres, Sql } from '../../src/platform/postgres.ts'
import type { Rule } from '../../src/segment/index.ts'
import { POSTGRES_MIGRATIONS } from '../migrationFiles.ts'

import { type Prepared, prepare, run } from './prepared.ts'

export type Store = {
  postgres: Postgres
  /** The same, with the schema of a rebuild before the live one. */
  apart: Postgres
  workspace: number
  /** Forgets all that was folded and all that was counted. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** A segment of every simulated history. */
export type SimulatedSegment = {
  rule: Rule
  state: 'live' | 'backfilling'
  streams: { definition: string; newest: number; ms: number | null }[]
}

/** What a crash would leave is nobody's concern: all of it is gone with this process. */
const SETTINGS = [
  ...['fsync = off', 'synchronous_commit = off', 'full_page_writes = off', 'autovacuum = off'],
  ...['wal_level = minimal', 'max_wal_senders = 0', 'checkpoint_timeout = 1d', 'jit = off'],
  // Planning is what costs most here, so each statement is planned once.
  'plan_cache_mode = force_generic_plan',
]

/** Opens an empty, migrated store with these segments. */
export async function openStore(segments: readonly SimulatedSegment[]): Promise<Store> {
  const engine = await PGlite.create({ postgresqlconf: SETTINGS })
  const connection = openConnection(engine)
  const postgres = connection.on('public')
  await migratePostgres(postgres, POSTGRES_MIGRATIONS)
  const workspace = await fillIn(postgres, segments)
  let histories = 0
  return {
    postgres,
    apart: connection.on(`${APART}, public`),
    workspace,
    reset: async () => {
      histories += 1
      // Rows that are gone are still passed over until they are swept away.
      await postgres.query(histories % SWEPT_AFTER === 0 ? SWEEP : EMPTY)
    },
    close: () => engine.close(),
  }
}

/** One connection for all: whoever has a transaction under way keeps the others waiting. */
function openConnection(engine: PGlite) {
  const prepared = new Map<string, Promise<Prepared>>()
  let path = 'public'
  let last: Promise<unknown> = Promise.resolve()
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work)
    last = next.catch(() => {})
    return next
  }
  const send = async <Row>(text: string, values?: unknown[]): Promise<Row[]> => {
    // Only with values: texts without are often several statements, or made only once.
    if (!values) {
      const results = await engine.exec(text)
      return (results.at(-1)?.rows ?? []) as Row[]
    }
    const making = prepared.get(text) ?? prepare(engine, text, `s${prepared.size}`)
    prepared.set(text, making)
    return (await run(engine, await making, values)) as Row[]
  }
  const go = async (wanted: string) => {
    if (path !== wanted) await engine.exec(`SET search_path = ${wanted}`)
    path = wanted
  }
  const on = (wanted: string): Postgres => ({
    query: (text, values) =>
      alone(async () => {
        await go(wanted)
        return send(text, values)
      }),
    transaction: (work) =>
      alone(async () => {
        await go(wanted)
        await engine.exec('BEGIN')
        try {
          const result = await work({ query: send })
          await engine.exec('COMMIT')
          return result
        } catch (error) {
          await engine.exec('ROLLBACK')
          throw error
        }
      }),
    close: async () => {},
  })
  return { on }
}

async function fillIn(sql: Sql, segments: readonly SimulatedSegment[]): Promise<number> {
  const [row] = await sql.query<{ id: number }>(
    `INSERT INTO workspace (key, name, hash_key, created_at)
     VALUES ('simulated', 'Simulated', $1, now()) RETURNING id`,
    [Buffer.alloc(32, 7)],
  )
  const workspace = row?.id ?? 0
  for (const [lane, count] of Object.entries(SHARDS)) {
    for (let shard = 0; shard < count; shard += 1) {
      await sql.query('INSERT INTO flow_cursor (lane, shard) VALUES ($1, $2)', [lane, shard])
    }
  }
  for (const { rule, state, streams } of segments) {
    for (const { definition, newest, ms } of streams) {
      await sql.query(
        `INSERT INTO stream (workspace, definition, keep_newest, keep_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING`,
        [workspace, definition, newest, ms],
      )
    }
    await sql.query(
      `INSERT INTO segment (public_id, workspace, name_fr, name_en, rule, state, evaluated,
         description, created_at, updated_at, updated_by)
       VALUES (gen_random_uuid(), $1, 'x', 'x', $2, $3, true, $3, now(), now(), 'test')`,
      [workspace, JSON.stringify(rule), state],
    )
  }
  return workspace
}

const FOLDED = [
  ...['verdict', 'dead_letter', 'dedup', 'dedup_arrival', 'registry', 'identifier', 'evidence'],
  ...['profile_alias', 'identity_decision', 'device', 'device_owner', 'profile', 'timer'],
  ...['membership', 'outbox', 'consent', 'consent_state', 'consent_ahead', 'intake_minute'],
  'process',
]

// The description of a segment remembers in which state it begins.
const EMPTY = `${FOLDED.map((table) => `DELETE FROM ${table};`).join(' ')}
  UPDATE flow_cursor SET position = 0, epoch = 0, owner = NULL;
  UPDATE segment SET state = description, filled_to = NULL, filled = 0, progress = 0;
  UPDATE definition_version SET version = version + 1;`

/** Histories after which the rows of all of them are swept away. */
const SWEPT_AFTER = 60
const SWEEP = `TRUNCATE ${FOLDED.filter((table) => table !== 'consent').join(', ')}; ${EMPTY}`
