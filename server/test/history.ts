import { withoutEvents } from '../src/collect/index.ts'
import { type Item, itemsOf } from '../src/flow/items.ts'
import { describeState } from '../src/flow/stateHash.ts'
import { runTimers } from '../src/flow/timers.ts'
import { FlowWorld } from '../src/flow/world.ts'
import { runBatch } from '../src/flow.ts'
import { manualClock } from '../src/platform/clock.ts'
import { newIdFrom } from '../src/platform/ids.ts'
import type { Archive } from '../src/platform/log/archive.ts'
import type { Entry, Lane, Log } from '../src/platform/log/log.ts'
import { openPostgresLog } from '../src/platform/log/postgresLog.ts'
import type { Postgres } from '../src/platform/postgres.ts'
import type { Rule } from '../src/segment/index.ts'

/** One entry of a history: an intake request with these events, or a human decision. */
export type Told = { receivedAt: number; lane?: Lane; shard?: 0 | 1 } & (
  | { events: object[] }
  | { control: object }
)

export const NOW = Date.parse('2026-11-22T12:00:00Z')
export const MINUTE = 60_000
export const DAY = 24 * 60 * MINUTE
export const WORKSPACE_KEY = 'history'

/** The flow alone, on a database of its own: histories go in, the state they leave is read. */
export type Stage = {
  postgres: Postgres
  log: Log
  world: FlowWorld
  /** Files of the archive by name. */
  archived: Map<string, Buffer>
  workspace: number
  /** Empties log, state and register. */
  reset(): Promise<void>
  /** Appends entries to the log, in their order. */
  append(history: readonly Told[]): Promise<void>
  /** Applies all that the log holds, in batches of `sizes` items, again and again. */
  fold(sizes?: readonly number[]): Promise<void>
  /** All of that from an empty state, and what is held then. */
  play(history: readonly Told[], sizes?: readonly number[]): Promise<Map<string, string>>
  state(): Promise<Map<string, string>>
}

/** Keys of the hash that lead to shard 0 and to shard 1. */
const SHARD_KEYS = ['c', 'a'] as const

export async function openStage(postgres: Postgres): Promise<Stage> {
  const archived = new Map<string, Buffer>()
  const clock = manualClock(NOW)
  const log = await openPostgresLog({
    postgres,
    archive: archiveIn(archived),
    clock,
    withoutEvents,
  })
  const world = new FlowWorld({ postgres, log, clock, newId: newIdFrom(clock) }, { sends: true })
  const [row] = await postgres.query<{ id: number }>(
    `INSERT INTO workspace (key, name, hash_key, created_at)
     VALUES ($1, 'History', $2, now()) RETURNING id`,
    [WORKSPACE_KEY, Buffer.alloc(32, 7)],
  )
  const workspace = row?.id ?? 0
  const stage: Stage = {
    postgres,
    log,
    world,
    archived,
    workspace,
    reset: async () => {
      await postgres.query(EMPTY)
      archived.clear()
      world.forget()
    },
    append: async (history) => {
      await Promise.all(history.map((told) => log.append(requestOf(told, workspace))))
    },
    fold: (sizes = [1_000]) => fold(stage, sizes),
    play: async (history, sizes) => {
      await stage.reset()
      await stage.append(history)
      await stage.fold(sizes)
      return stage.state()
    },
    state: () => describeState(postgres, NOW),
  }
  return stage
}

const EMPTY = [
  'log_block',
  'log_archive',
  'verdict',
  'dead_letter',
  'dedup',
  'dedup_arrival',
  'identifier',
  'profile_alias',
  'evidence',
  'identity_decision',
  'device',
  'device_owner',
  'profile',
  'timer',
  'membership',
  'outbox',
  'consent',
  'consent_state',
  'consent_ahead',
  'intake_minute',
]
  .map((table) => `DELETE FROM ${table};`)
  .concat('UPDATE log_head SET next = 1; UPDATE flow_cursor SET position = 0;')
  .join(' ')

function archiveIn(files: Map<string, Buffer>): Archive {
  return {
    put: async (name, bytes) => void files.set(name, bytes),
    get: async (name) => {
      const bytes = files.get(name)
      if (!bytes) throw new Error(`The archive has no ${name}.`)
      return bytes
    },
    remove: async (name) => void files.delete(name),
  }
}

/** The entry of the log that a told one makes. */
export function requestOf(told: Told, workspace: number): Parameters<Log['append']>[0] {
  const lane = told.lane ?? 'live'
  const shardKey = SHARD_KEYS[told.shard ?? 0]
  const header: Entry['header'] =
    'events' in told
      ? {
          workspace,
          kind: 'request',
          source: 1,
          receivedAt: told.receivedAt,
          count: told.events.length,
        }
      : { workspace, kind: 'control', source: 0, receivedAt: told.receivedAt, count: 1 }
  const body = 'events' in told ? { batch: told.events } : told.control
  return { lane, shardKey, entry: { header, body: Buffer.from(JSON.stringify(body)) } }
}

async function fold(stage: Stage, sizes: readonly number[]): Promise<void> {
  const { postgres, log, world } = stage
  let turn = 0
  const cursors = await postgres.query<{
    lane: Lane
    shard: number
    epoch: number
    position: number
  }>(`SELECT lane, shard, epoch, position FROM flow_cursor WHERE lane <> 'inner'`)
  const waiting = await Promise.all(
    cursors.map(async (cursor) => ({ cursor, items: await readAll(log, cursor) })),
  )
  // One batch of each shard in turn, as the worker does.
  while (waiting.some(({ items }) => items.length > 0)) {
    for (const { cursor, items } of waiting) {
      const batch = items.splice(0, sizes[turn++ % sizes.length] ?? 1)
      if (batch.length === 0) continue
      await runBatch(world, { shard: cursor, from: cursor, poisoned: new Map() }, batch)
      cursor.position = batch.at(-1)?.position ?? cursor.position
    }
  }
  const [inner] = await postgres.query<{
    lane: 'inner'
    shard: number
    epoch: number
    position: number
  }>(`SELECT lane, shard, epoch, position FROM flow_cursor WHERE lane = 'inner'`)
  if (inner) while (await runTimers(world, inner, 1_000));
}

async function readAll(log: Log, cursor: { lane: Lane; shard: number; position: number }) {
  const items: Item[] = []
  for (let after = cursor.position; ; ) {
    const blocks = await log.read(cursor, after, 10_000)
    if (blocks.length === 0) return items
    const read = itemsOf(blocks, after)
    items.push(...read)
    after = read.at(-1)?.position ?? after
  }
}

/** Defines a segment that the flow evaluates, with its streams. */
export async function defineSegment(
  stage: Stage,
  rule: Rule,
  streams: StreamRow[],
): Promise<number> {
  const { postgres, workspace } = stage
  for (const { definition, newest, ms } of streams) {
    await postgres.query(
      `INSERT INTO stream (workspace, definition, keep_newest, keep_ms) VALUES ($1, $2, $3, $4)`,
      [workspace, definition, newest, ms],
    )
  }
  const [row] = await postgres.query<{ id: number }>(
    `INSERT INTO segment (public_id, workspace, name_fr, name_en, rule, state, progress, evaluated,
       created_at, updated_at, updated_by)
     VALUES (gen_random_uuid(), $1, 'x', 'x', $2, 'live', 1, true, now(), now(), 'test')
     RETURNING id`,
    [workspace, JSON.stringify(rule)],
  )
  await postgres.query('UPDATE definition_version SET version = version + 1')
  return row?.id ?? 0
}

export type StreamRow = { definition: string; newest: number; ms: number | null }
