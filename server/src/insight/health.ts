import { join } from 'node:path'
import type { ClickHouse } from '../platform/clickhouse.ts'
import type { Deps } from '../platform/deps.ts'
import { diskSpace, folderBytes } from '../platform/diskUse.ts'
import { HOUR_MS, MINUTE_MS } from '../platform/durations.ts'
import type { Sql } from '../platform/postgres.ts'
import { GONE_AFTER_S } from '../platform/presence.ts'
import type { Dependency, HealthView } from './healthSchema.ts'
import { iso } from './history.ts'
import type { FlowView } from './overviewSchema.ts'
import { ageOf, type Progress, progressOf, readShards, type ShardState } from './shards.ts'

type Reading = Pick<Deps, 'postgres' | 'clickhouse' | 'config'>
type Question = { workspace: number; now: number }

/** Not answered within this, ClickHouse counts as away: the page must not wait for it. */
const ANSWER_MS = 2_000
/** Behind by more than this, the history is said to be behind. */
const BEHIND_MS = 60_000
const OVERDUE_MAX = 10_000

/** Bytes of what the program keeps; slow to count, so asked for less often than the rest. */
export type Sizes = {
  postgres: number
  log: number
  clickhouse: number | null
  archive: number | null
  disk: HealthView['disk']
}

/** Everything that the Health page shows and that moves. `flow`: the picture of Home. */
export async function readHealth(
  reading: Reading,
  question: Question,
  known: { flow: FlowView; sizes: Sizes },
): Promise<HealthView> {
  const { postgres: sql } = reading
  const { now } = question
  const [shards, rates, processes, timers, errors, deliveries, clickhouse, blocks] =
    await Promise.all([
      readShards(sql),
      readRates(sql, now),
      readProcesses(sql),
      readTimers(sql, now),
      readErrors(sql, question),
      readDeliveries(sql, question),
      tookMs(() => pingClickHouse(reading.clickhouse)),
      readBlocks(sql),
    ])
  const postgres = await tookMs(() => sql.query('SELECT 1'))
  const progress = progressOf(shards)
  const owned = Map.groupBy(shards, ({ owner }) => owner)
  return {
    asOf: iso(now),
    flow: known.flow,
    stages: stagesOf(known.flow, { progress, errors, deliveries, now }),
    shards: shards.map((one) => shardView(one, rates, now)),
    timers,
    processes: processes.map((one) => ({
      ...one,
      shards: (owned.get(one.id) ?? []).map(({ lane, shard }) => `${lane}:${shard}`),
    })),
    dependencies: dependenciesOf({
      postgres,
      clickhouse,
      blocks,
      sizes: known.sizes,
      progress,
      now,
    }),
    disk: known.sizes.disk,
    deadLetters: errors.deadLetters,
    deliveries: {
      waiting: deliveries.waiting,
      retrying: deliveries.retrying,
      dead: deliveries.dead,
      paused: deliveries.paused,
    },
  }
}

export async function readSizes({ postgres, clickhouse, config }: Reading): Promise<Sizes> {
  const [[row], parts, archive, disk] = await Promise.all([
    postgres.query<{ all: number; log: number }>(
      `SELECT pg_database_size(current_database()) AS all, pg_total_relation_size('log_block') AS log`,
    ),
    clickhouseBytes(clickhouse),
    folderBytes(join(config.dataDir, 'archive')),
    diskSpace(config.dataDir),
  ])
  const log = row?.log ?? 0
  return { postgres: (row?.all ?? 0) - log, log, clickhouse: parts, archive, disk }
}

async function clickhouseBytes(clickhouse: ClickHouse): Promise<number | null> {
  const signal = AbortSignal.timeout(ANSWER_MS)
  const rows = await clickhouse
    .query<{ bytes: number }>(
      `SELECT sum(bytes_on_disk) AS bytes FROM system.parts
       WHERE active AND database = currentDatabase()`,
      {},
      { signal, lane: 'heavy' },
    )
    // Whatever the reason: the size is not known, and the dependency's own line says more.
    .catch(() => null)
  return rows?.[0]?.bytes ?? null
}

function pingClickHouse(clickhouse: ClickHouse): Promise<unknown> {
  return clickhouse.query('SELECT 1', {}, { signal: AbortSignal.timeout(ANSWER_MS) })
}

/** How long the answer took, ms; null when there was none. */
async function tookMs(ask: () => Promise<unknown>): Promise<number | null> {
  const startedAt = performance.now()
  return ask().then(
    () => Math.round((performance.now() - startedAt) * 10) / 10,
    () => null,
  )
}

type StageParts = {
  progress: Progress
  errors: Errors
  deliveries: DeliveryCounts
  now: number
}

function stagesOf(flow: FlowView, parts: StageParts): HealthView['stages'] {
  const { progress, errors, deliveries, now } = parts
  const { waiting, flowWaitsSince, historyWaiting, historyWaitsSince } = progress
  const lagMs = ageOf(flowWaitsSince, now)
  const late = flow.stages.find(({ key }) => key === 'deliver')?.lagMs ?? 0
  return [
    { key: 'log', waiting: 0, lagMs: 0, errors: errors.rejected },
    { key: 'resolve', waiting, lagMs, errors: errors.nobody },
    { key: 'profile', waiting, lagMs, errors: errors.broken },
    { key: 'segment', waiting, lagMs, errors: null },
    { key: 'deliver', waiting: deliveries.waiting, lagMs: late, errors: deliveries.dead },
    {
      key: 'history',
      waiting: historyWaiting,
      lagMs: ageOf(historyWaitsSince, now),
      errors: null,
    },
  ]
}

const nameOf = ({ lane, shard }: { lane: string; shard: number }): string => `${lane}:${shard}`

function shardView(
  one: ShardState,
  rates: ReadonlyMap<string, number>,
  now: number,
): HealthView['shards'][number] {
  const { lane, shard, head, position, historyPosition, historyAttempts, owner } = one
  return {
    lane,
    shard,
    perSecond: rates.get(nameOf(one)) ?? 0,
    head,
    position,
    waiting: Math.max(0, head - position),
    lagMs: ageOf(one.waitsSince, now),
    historyPosition,
    historyWaiting: Math.max(0, head - historyPosition),
    historyLagMs: ageOf(one.historyWaitsSince, now),
    historyAttempts,
    owner,
  }
}

/** Events applied a second in each shard, by what the flow has committed in the last minute. */
async function readRates(sql: Sql, now: number): Promise<Map<string, number>> {
  const rows = await sql.query<{
    lane: string
    shard: number
    n: number
    since: Date
    all: number
  }>(
    `SELECT c.lane, c.shard, sum(v.count) AS n, min(v.committed_at) AS since, count(*) AS all
     FROM flow_cursor c, LATERAL (
       SELECT count, committed_at FROM verdict
       WHERE lane = c.lane AND shard = c.shard ORDER BY first DESC LIMIT $2) AS v
     WHERE v.committed_at > $1 GROUP BY c.lane, c.shard`,
    [new Date(now - MINUTE_MS), RATE_BATCHES],
  )
  return new Map(
    rows.map((row) => {
      // A busy shard commits more batches a minute than are read: its rate is that of those.
      const spanMs = row.all < RATE_BATCHES ? MINUTE_MS : Math.max(1_000, ageOf(+row.since, now))
      return [nameOf(row), Math.round((row.n / spanMs) * 100_000) / 100]
    }),
  )
}

const RATE_BATCHES = 500

async function readProcesses(sql: Sql): Promise<Omit<HealthView['processes'][number], 'shards'>[]> {
  const rows = await sql.query<{
    id: string
    roles: string[]
    started_at: Date
    seen_at: Date
    is_seen: boolean
  }>(
    `SELECT id, roles, started_at, seen_at,
       seen_at > now() - make_interval(secs => $1) AS is_seen
     FROM process ORDER BY started_at, id`,
    [GONE_AFTER_S],
  )
  return rows.map((row) => ({
    id: row.id,
    roles: row.roles,
    startedAt: row.started_at.toISOString(),
    seenAt: row.seen_at.toISOString(),
    isSeen: row.is_seen,
  }))
}

async function readTimers(sql: Sql, now: number): Promise<HealthView['timers']> {
  const [row] = await sql.query<{ n: number; due: Date | null }>(
    `SELECT count(*) AS n, min(due) AS due
     FROM (SELECT due FROM timer WHERE due <= $1 ORDER BY due LIMIT $2) AS late`,
    [new Date(now), OVERDUE_MAX],
  )
  return { overdue: row?.n ?? 0, lagMs: ageOf(row?.due?.getTime() ?? null, now) }
}

type Errors = { rejected: number; nobody: number; broken: number; deadLetters: number }

async function readErrors(sql: Sql, { workspace, now }: Question): Promise<Errors> {
  const since = new Date(now - HOUR_MS)
  const [row] = await sql.query<Errors>(
    `SELECT
       (SELECT coalesce(sum(n), 0)::int FROM rejection_minute
        WHERE workspace = $1 AND minute >= $2) AS rejected,
       count(*) FILTER (WHERE at >= $2 AND reason = 'no_usable_identifier') AS nobody,
       count(*) FILTER (WHERE at >= $2 AND reason <> 'no_usable_identifier') AS broken,
       count(*) FILTER (WHERE replayed_at IS NULL) AS "deadLetters"
     FROM dead_letter WHERE workspace = $1`,
    [workspace, since],
  )
  return row ?? { rejected: 0, nobody: 0, broken: 0, deadLetters: 0 }
}

type DeliveryCounts = HealthView['deliveries']

async function readDeliveries(sql: Sql, { workspace, now }: Question): Promise<DeliveryCounts> {
  const [row] = await sql.query<DeliveryCounts>(
    `SELECT coalesce(sum(d.waiting), 0)::int AS waiting,
       coalesce(sum(d.retrying), 0)::int AS retrying, coalesce(sum(d.dead), 0)::int AS dead,
       count(*) FILTER (WHERE t.paused_until > $2)::int AS paused
     FROM destination t, LATERAL (
       SELECT count(*) FILTER (WHERE state IN ('waiting', 'retrying')) AS waiting,
         count(*) FILTER (WHERE state = 'retrying') AS retrying,
         count(*) FILTER (WHERE state = 'dead') AS dead
       FROM delivery WHERE destination = t.id
         AND (state IN ('waiting', 'retrying') OR (state = 'dead' AND updated_at >= $3))) AS d
     WHERE t.workspace = $1 AND t.deleted_at IS NULL`,
    [workspace, new Date(now), new Date(now - HOUR_MS)],
  )
  return row ?? { waiting: 0, retrying: 0, dead: 0, paused: 0 }
}

type Blocks = { log: number; archive: number }

async function readBlocks(sql: Sql): Promise<Blocks> {
  const [row] = await sql.query<Blocks>(
    `SELECT (SELECT count(*) FROM log_block) AS log, (SELECT count(*) FROM log_archive) AS archive`,
  )
  return row ?? { log: 0, archive: 0 }
}

function dependenciesOf(found: {
  postgres: number | null
  clickhouse: number | null
  blocks: Blocks
  sizes: Sizes
  progress: Progress
  now: number
}): Dependency[] {
  const { postgres, clickhouse, blocks, sizes, progress, now } = found
  const isBehind = ageOf(progress.historyWaitsSince, now) > BEHIND_MS
  const answered = postgres === null ? 'away' : 'ok'
  // Blocks that were archived, and no folder here: this process does not see the archive.
  const archiveIsMissing = sizes.archive === null && blocks.archive > 0
  return [
    { key: 'postgres', state: answered, required: true, tookMs: postgres, bytes: sizes.postgres },
    {
      key: 'log',
      state: answered,
      required: true,
      tookMs: postgres,
      bytes: sizes.log,
      blocks: blocks.log,
    },
    {
      key: 'clickhouse',
      state: clickhouse === null ? 'away' : isBehind ? 'behind' : 'ok',
      required: false,
      tookMs: clickhouse,
      bytes: sizes.clickhouse,
    },
    {
      key: 'archive',
      state: archiveIsMissing ? 'away' : 'ok',
      required: false,
      tookMs: null,
      bytes: sizes.archive,
      blocks: blocks.archive,
    },
  ]
}
