import type { Logger } from 'pino'
import { type Item, type ItemReader, unpackFacts } from '../flow/index.ts'
import type { ClickHouse } from '../platform/clickhouse.ts'
import { describeError } from '../platform/httpErrors.ts'
import type { ShardName } from '../platform/log/log.ts'
import type { Postgres } from '../platform/postgres.ts'
import { Registries } from '../profile/index.ts'
import { type Definitions, refreshDefinitions } from '../segment/index.ts'
import { copyIdentities, copyProfiles, type Dirty } from './current.ts'
import { type Rows, rowsOf } from './rows.ts'

/** Events taken in one round of a shard, at most, and batches of the flow. */
const ROUND_EVENTS_MAX = 20_000
const ROUND_VERDICTS_MAX = 500
/** Rounds begin this far apart at least, so that a profile is copied once a second at most. */
const ROUND_MS = 1_000
/**
 * After its work it rests so many times as long: under load, rounds become fewer and larger, in
 * which a profile of many events is copied once, and the flow has the processor meanwhile.
 */
const REST_TIMES = 3
const REST_MS_MAX = 4_000
const IDLE_MS = 100
const FAULT_PAUSE_MS = 2_000

export type SinkDeps = {
  postgres: Postgres
  clickhouse: ClickHouse
  items: ItemReader
  logger: Logger
  /**
   * True while this process has the shard: who applies it also tells ClickHouse of it. Asked again
   * right before rows are written, since a process that slept may have lost it.
   */
  holds(shard: ShardName): boolean
  observe?: SinkObserver
}

/** Who wants to know what the sink does, for figures; it hears, and changes nothing. */
export type SinkObserver = {
  /** A range of one shard reached ClickHouse. `startedAt` of `performance.now`; rows by table. */
  round(info: {
    shard: ShardName
    startedAt: number
    ms: number
    positions: number
    rows: Record<string, number>
  }): void
  fault(): void
}

export type Sink = {
  /** Resolves when ClickHouse holds all that the flow has applied by now. */
  drained(): Promise<void>
  stop(): Promise<void>
}

type Cursor = ShardName & { position: number; pending_to: number | null; attempt: number }

const EVENT_TABLES = [
  'event',
  'object_said',
  'consent_said',
  'trait_change',
  'membership_change',
  'membership_stay',
  'identity_change',
] as const

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Follows the flow until it is stopped. */
export function startSink(deps: SinkDeps): Sink {
  const state = { deps, registries: new Registries(), definitions: null as Definitions | null }
  let stopping = false
  let hurried = 0
  const running = (async () => {
    while (!stopping) {
      const startedAt = performance.now()
      const worked = await guarded(state)
      const rest = worked === null ? IDLE_MS : restAfter(worked, performance.now() - startedAt)
      for (let slept = 0; slept < rest && !stopping && hurried === 0; slept += 20) await pause(20)
    }
  })()
  return {
    drained: async () => {
      hurried += 1
      while (await isBehind(deps.postgres)) await pause(10)
      hurried -= 1
    },
    stop: async () => {
      stopping = true
      await running
    },
  }
}

/** Whether a shard had more than a round takes. */
type Worked = { isFull: boolean }

/** How long to wait for the next round, in ms; not at all while there is a backlog to work off. */
function restAfter({ isFull }: Worked, ms: number): number {
  return Math.max(ROUND_MS - ms, isFull ? 0 : Math.min(REST_TIMES * ms, REST_MS_MAX))
}

type State = { deps: SinkDeps; registries: Registries; definitions: Definitions | null }

/** Null: there was nothing to do, or it could not be done. */
async function guarded(state: State): Promise<Worked | null> {
  try {
    return await round(state)
  } catch (error) {
    // ClickHouse may be away: what was not written stays to be written, from the same position.
    state.deps.observe?.fault()
    state.deps.logger.warn(
      describeError(error),
      'History could not be written to ClickHouse for now; it is kept and tried again',
    )
    await pause(FAULT_PAUSE_MS)
    return null
  }
}

async function isBehind(postgres: Postgres): Promise<boolean> {
  const rows = await postgres.query(
    `SELECT 1 FROM sink_cursor s JOIN flow_cursor f USING (lane, shard)
     WHERE s.position < f.position LIMIT 1`,
  )
  return rows.length > 0
}

async function round(state: State): Promise<Worked | null> {
  const waiting = await state.deps.postgres.query<ShardName>(
    `SELECT lane, shard
     FROM sink_cursor s JOIN flow_cursor f USING (lane, shard)
     WHERE s.position < f.position`,
  )
  const shards = waiting.filter(state.deps.holds)
  if (shards.length === 0) return null
  state.definitions = await refreshDefinitions(state.deps.postgres, state.definitions)
  // Names may have been given since: they are read again for every round that has work.
  state.registries = new Registries()
  let isFull = false
  for (const shard of shards) {
    if (await followAlone(state, shard)) isFull = true
  }
  return { isFull }
}

/**
 * Whoever had the shard before may still be at its last range, and ClickHouse has no transaction
 * that would keep two apart: one at a time, and the later one reads where the earlier one ended.
 * PostgreSQL takes the lock back when its holder dies, or says nothing for minutes.
 */
async function followAlone(state: State, shard: ShardName): Promise<boolean> {
  return state.deps.postgres.transaction(async (sql) => {
    await sql.query(`SET LOCAL idle_in_transaction_session_timeout = '${LOCK_S}s'`)
    const [lock] = await sql.query<{ mine: boolean }>(
      'SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS mine',
      [SINK_LOCK, `${shard.lane}:${shard.shard}`],
    )
    if (!lock?.mine) return false
    const [cursor] = await sql.query<Cursor>(
      `SELECT lane, shard, position, pending_to, attempt FROM sink_cursor
       WHERE lane = $1 AND shard = $2`,
      [shard.lane, shard.shard],
    )
    return cursor ? follow(state, cursor) : false
  })
}

/** Any number, the same in every instance. */
const SINK_LOCK = 4_207_741
/** Longer than any insert: meanwhile the lock's own connection has nothing to say. */
const LOCK_S = 180

/**
 * Writes the next range of one shard: first its promise, then its rows, then its position. Each
 * promise is told apart by its attempt: who lost the lock meanwhile moves nothing any more.
 * Returns true when a round could not have taken more.
 */
async function follow(state: State, cursor: Cursor): Promise<boolean> {
  const { postgres, clickhouse, observe } = state.deps
  const startedAt = performance.now()
  const verdicts = await nextVerdicts(postgres, cursor)
  const last = verdicts.at(-1)
  if (!last) return false
  const to = last.first + last.outcomes.length - 1
  const attempt = cursor.attempt + 1
  if (cursor.pending_to !== null) await removeRange(clickhouse, cursor, cursor.pending_to)
  const promised = await postgres.query(
    `UPDATE sink_cursor SET pending_to = $3, attempt = $4
     WHERE lane = $1 AND shard = $2 AND position = $5 AND attempt = $6 RETURNING attempt`,
    [cursor.lane, cursor.shard, to, attempt, cursor.position, cursor.attempt],
  )
  if (promised.length === 0) return false
  const { rows, dirty } = await gather(state, cursor, verdicts)
  if (!state.deps.holds(cursor)) return false
  for (const table of EVENT_TABLES) {
    const token = `${cursor.lane}:${cursor.shard}:${cursor.position}:${to}:${attempt}:${table}`
    await clickhouse.insert(table, rows[table], { token })
  }
  for (const [workspace, ids] of dirty) {
    await copyIdentities(postgres, clickhouse, ids)
    const { registries } = state
    const definitions = state.definitions as Definitions
    const profiles = [...ids.profiles]
    await copyProfiles(postgres, clickhouse, { workspace, profiles, registries, definitions })
  }
  await postgres.query(
    `UPDATE sink_cursor SET position = $3, pending_to = NULL
     WHERE lane = $1 AND shard = $2 AND attempt = $4`,
    [cursor.lane, cursor.shard, to, attempt],
  )
  const counts = Object.fromEntries(EVENT_TABLES.map((table) => [table, rows[table].length]))
  const ms = performance.now() - startedAt
  const positions = to - cursor.position
  observe?.round({ shard: cursor, startedAt, ms, positions, rows: counts })
  return positions >= ROUND_EVENTS_MAX || verdicts.length >= ROUND_VERDICTS_MAX
}

type VerdictRow = {
  first: number
  outcomes: Buffer
  facts: Buffer
  committed_at: Date
}

/** A range that was promised before a crash is read as it was promised, not longer. */
async function nextVerdicts(postgres: Postgres, cursor: Cursor): Promise<VerdictRow[]> {
  return postgres.query<VerdictRow>(
    `SELECT first, outcomes, facts, committed_at FROM (
       SELECT first, outcomes, facts, committed_at,
              sum(count) OVER (ORDER BY first) - count AS before
       FROM verdict
       WHERE lane = $1 AND shard = $2 AND first > $3
         AND ($4::bigint IS NULL OR first <= $4)
       ORDER BY first LIMIT $6
     ) AS next WHERE before < $5 ORDER BY first`,
    [
      ...[cursor.lane, cursor.shard, cursor.position, cursor.pending_to],
      ...[ROUND_EVENTS_MAX, ROUND_VERDICTS_MAX],
    ],
  )
}

async function removeRange(clickhouse: ClickHouse, cursor: Cursor, to: number): Promise<void> {
  for (const table of EVENT_TABLES) {
    await clickhouse.command(
      `DELETE FROM ${table} WHERE lane = {lane:String} AND shard = {shard:UInt8}
       AND position > {from:UInt64} AND position <= {to:UInt64}`,
      { lane: cursor.lane, shard: cursor.shard, from: cursor.position, to },
    )
  }
}

async function gather(
  state: State,
  cursor: Cursor,
  verdicts: readonly VerdictRow[],
): Promise<{ rows: Rows; dirty: Map<number, Dirty> }> {
  const rows: Rows = {
    event: [],
    object_said: [],
    consent_said: [],
    trait_change: [],
    membership_change: [],
    membership_stay: [],
    identity_change: [],
  }
  const dirty = new Map<number, Dirty>()
  for (const row of verdicts) {
    const facts = await unpackFacts(row.facts)
    const { first, outcomes } = row
    const verdict = {
      ...cursor,
      first,
      outcomes,
      facts,
      committedAt: row.committed_at.getTime(),
    }
    const items = cursor.lane === 'inner' ? [] : await itemsIn(state.deps.items, verdict)
    rowsOf(verdict, items, rows)
    for (const one of facts) noteDirty(dirty, one)
  }
  return { rows, dirty }
}

async function itemsIn(reader: ItemReader, range: ShardName & { first: number; outcomes: Buffer }) {
  const last = range.first + range.outcomes.length - 1
  const items: Item[] = []
  while (items.length < range.outcomes.length) {
    const missing = range.outcomes.length - items.length
    const next = await reader.read(range, range.first - 1 + items.length, missing)
    if (next.length === 0) {
      throw new Error(`The log lacks positions up to ${last} of ${range.lane}:${range.shard}.`)
    }
    items.push(...next.slice(0, missing))
  }
  return items
}

function noteDirty(dirty: Map<number, Dirty>, facts: Awaited<ReturnType<typeof unpackFacts>>[0]) {
  const held = dirty.get(facts.workspace) ?? {
    identifiers: new Set<string>(),
    devices: new Set<string>(),
    profiles: new Set<string>(),
  }
  dirty.set(facts.workspace, held)
  for (const { identifier } of facts.moved) held.identifiers.add(identifier)
  for (const { device } of facts.devices) held.devices.add(device)
  for (const profile of facts.profiles) held.profiles.add(profile)
}
