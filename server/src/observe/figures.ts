/**
 * Figures that are read when somebody asks for them. What PostgreSQL knows is left out of an answer
 * when it does not come in time: the figures of this process are needed most when it is away.
 */
import { statfs } from 'node:fs/promises'
import type { Readiness } from '../platform/checks.ts'
import type { Clock } from '../platform/clock.ts'
import { DAY_MS } from '../platform/durations.ts'
import type { Log, ShardName } from '../platform/log/log.ts'
import type { Postgres } from '../platform/postgres.ts'
import type { ObservedLog } from './intake.ts'
import type { Reading } from './meters.ts'

export type EngineFacts = { engine: string; isUp: boolean; restarts: number }

export type FigureParts = {
  postgres: Postgres
  log: ObservedLog
  clock: Clock
  dataDir: string
  roles: readonly string[]
  /** Shards that this process works on; null without the role flow. */
  held(): number | null
  /** Engines that are children of this process. */
  engines(): readonly EngineFacts[]
  readiness(): Promise<Readiness>
}

/** Scrapes closer together than this get the same figures, in milliseconds. */
const KEPT_MS = 2_000
const POSTGRES_WAIT_MS = 2_000
/** Counted no further: whoever has more of something than this has no question about the number. */
const COUNTED_MAX = 100_000

/** What reads all figures, and tells them to `show`; calls close together share one reading. */
export function openFigures(
  parts: FigureParts,
  { show, onFailure }: { show(readings: Reading[]): void; onFailure(): void },
): () => Promise<void> {
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null
  let hanging: Promise<Reading[]> | null = null
  const fromPostgres = async (): Promise<Reading[]> => {
    // One that hangs is waited for again, not begun a second time.
    hanging ??= readPostgres(parts).finally(() => {
      hanging = null
    })
    return within(hanging, POSTGRES_WAIT_MS)
  }
  const readAll = async () => {
    const stored = fromPostgres().catch(() => {
      onFailure()
      return []
    })
    // A disk that cannot be read is told by its check; the other figures do not wait for it.
    const disk = readDisk(parts).catch(() => [])
    const all = await Promise.all([stored, disk, readChecks(parts)])
    show([...readProcess(parts), ...all.flat()])
    readAt = performance.now()
  }
  return () => {
    if (performance.now() - readAt < KEPT_MS) return Promise.resolve()
    reading ??= readAll().finally(() => {
      reading = null
    })
    return reading
  }
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('PostgreSQL gave no figures in time.')), ms)
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer))
}

const reading = (
  name: Reading['name'],
  value: number | null | undefined,
  labels: Reading['labels'] = {},
): Reading[] => (value === null || value === undefined ? [] : [{ name, labels, value }])

function readProcess({ postgres, log, held, engines, roles }: FigureParts): Reading[] {
  const load = postgres.load?.()
  return [
    ...reading('clientele_log_queue_bytes', log.queueBytes()),
    ...reading('clientele_flow_shards_held', held()),
    ...reading('clientele_postgres_pool_connections', load?.inUse, { state: 'in_use' }),
    ...reading('clientele_postgres_pool_connections', load?.idle, { state: 'idle' }),
    ...reading('clientele_postgres_pool_waiting', load?.waiting),
    ...roles.flatMap((role) => reading('clientele_process_roles', 1, { role })),
    ...engines().flatMap(({ engine, isUp, restarts }) => [
      ...reading('clientele_engine_up', isUp ? 1 : 0, { engine }),
      ...reading('clientele_engine_restarts_count', restarts, { engine }),
    ]),
  ]
}

async function readDisk({ dataDir }: FigureParts): Promise<Reading[]> {
  const disk = await statfs(dataDir)
  return [
    ...reading('clientele_disk_free_bytes', disk.bavail * disk.bsize),
    ...reading('clientele_disk_size_bytes', disk.blocks * disk.bsize),
  ]
}

async function readChecks({ readiness }: FigureParts): Promise<Reading[]> {
  const { checks } = await readiness()
  return Object.entries(checks).flatMap(([check, { ok }]) =>
    reading('clientele_dependency_up', ok ? 1 : 0, { check }),
  )
}

async function readPostgres(parts: FigureParts): Promise<Reading[]> {
  const now = parts.clock.now()
  const all = await Promise.all([
    readShards(parts, now),
    readQueues(parts.postgres, now),
    readStored(parts.postgres),
    readUnaccounted(parts.postgres, now),
  ])
  return all.flat()
}

type ShardRow = ShardName & { applied: number; unsunk: number; unsunk_since: Date | null }

async function readShards({ postgres, log }: FigureParts, now: number): Promise<Reading[]> {
  const rows = await postgres.query<ShardRow>(
    `SELECT f.lane, f.shard, f.position AS applied, f.position - s.position AS unsunk,
       (SELECT committed_at FROM verdict v
        WHERE v.lane = f.lane AND v.shard = f.shard AND v.first > s.position
        ORDER BY v.first LIMIT 1) AS unsunk_since
     FROM flow_cursor f JOIN sink_cursor s USING (lane, shard)`,
  )
  const heads = new Map(
    (await log.heads()).map((one) => [`${one.lane}:${one.shard}`, one.position]),
  )
  const readings = await Promise.all(
    rows.map(async ({ lane, shard, applied, unsunk, unsunk_since }) => {
      const at = { lane, shard }
      const head = heads.get(`${lane}:${shard}`) ?? 0
      const behind = Math.max(0, head - applied)
      const since = behind === 0 ? now : await arrivalOf(log, at, applied)
      const seconds = since === null ? null : secondsSince(since, now)
      return [
        ...reading('clientele_log_head_position', head, at),
        ...reading('clientele_flow_lag_events', behind, at),
        ...reading('clientele_flow_lag_seconds', seconds, at),
        ...reading('clientele_sink_lag_events', Math.max(0, unsunk), at),
        ...reading('clientele_sink_lag_seconds', secondsSince(unsunk_since?.getTime(), now), at),
      ]
    }),
  )
  return readings.flat()
}

/** Seconds from a moment until now; none without a moment, and none before clocks agree. */
const secondsSince = (moment: number | undefined, now: number): number =>
  moment === undefined ? 0 : Math.max(0, now - moment) / 1_000

/** When the first event after a position was accepted, epoch ms; null when it is not there yet. */
async function arrivalOf(log: Log, shard: ShardName, position: number): Promise<number | null> {
  const [block] = await log.read(shard, position, 1)
  let next = block?.first ?? 0
  for (const { header } of block?.entries ?? []) {
    next += header.count
    if (next > position + 1) return header.receivedAt
  }
  return null
}

type QueueRow = { name: string; label: string; n: number; since: Date | null }

/** What waits, each counted up to a limit through an index. */
async function readQueues(postgres: Postgres, now: number): Promise<Reading[]> {
  const rows = await postgres.query<QueueRow>(
    `SELECT 'timer' AS name, '' AS label, count(*) AS n, min(due) AS since
     FROM (SELECT due FROM timer WHERE due <= $1 ORDER BY due LIMIT $2) AS due
     UNION ALL
     SELECT 'outbox', '', count(*), NULL FROM (SELECT 1 FROM outbox LIMIT $2) AS waiting
     UNION ALL
     SELECT 'delivery', state, count(*), min(next_attempt_at)
     FROM (SELECT d.state, d.next_attempt_at FROM delivery d
           JOIN destination t ON t.id = d.destination AND t.enabled AND t.deleted_at IS NULL
           WHERE d.state IN ('waiting', 'retrying') LIMIT $2) AS waiting GROUP BY state
     UNION ALL
     SELECT 'dead_letter', '', count(*), NULL
     FROM (SELECT 1 FROM dead_letter WHERE replayed_at IS NULL LIMIT $2) AS waiting
     UNION ALL
     SELECT 'segment', state, count(*), NULL FROM segment GROUP BY state`,
    [new Date(now), COUNTED_MAX],
  )
  const of = (name: string) => rows.filter((row) => row.name === name)
  const due = of('delivery').map((row) => secondsSince(row.since?.getTime(), now))
  return [
    ...of('timer').flatMap(({ n, since }) => [
      ...reading('clientele_timers_due_count', n),
      ...reading('clientele_timers_lag_seconds', secondsSince(since?.getTime(), now)),
    ]),
    ...of('outbox').flatMap(({ n }) => reading('clientele_deliver_outbox_count', n)),
    ...['waiting', 'retrying'].flatMap((state) => {
      const row = of('delivery').find(({ label }) => label === state)
      return reading('clientele_deliver_waiting_count', row?.n ?? 0, { state })
    }),
    ...reading('clientele_deliver_lag_seconds', Math.max(0, ...due)),
    ...of('dead_letter').flatMap(({ n }) => reading('clientele_flow_dead_letters', n)),
    ...of('segment').flatMap(({ label, n }) =>
      reading('clientele_segment_definitions', n, { state: label }),
    ),
  ]
}

async function readStored(postgres: Postgres): Promise<Reading[]> {
  const [row] = await postgres.query<{ database: number; log: number }>(
    `SELECT pg_database_size(current_database()) AS database,
            pg_total_relation_size('log_block') AS log`,
  )
  return [
    ...reading('clientele_postgres_database_bytes', row?.database),
    ...reading('clientele_log_stored_bytes', row?.log),
  ]
}

/**
 * I2 as one number: of what was accepted in the last day, what is neither worked off nor waiting.
 * One statement, which sees one moment: both sides move in the transactions that they speak of.
 */
async function readUnaccounted(postgres: Postgres, now: number): Promise<Reading[]> {
  const [row] = await postgres.query<{ n: number }>(
    `SELECT (coalesce(sum(accepted - applied - duplicate - dead_lettered), 0)
       - (SELECT coalesce(sum(greatest(h.next - 1 - c.position, 0)), 0)
          FROM log_head h JOIN flow_cursor c USING (lane, shard)
          WHERE lane IN ('live', 'bulk')))::bigint AS n
     FROM intake_minute WHERE minute >= $1`,
    [new Date(now - DAY_MS)],
  )
  return reading('clientele_flow_unaccounted_events', row?.n)
}
