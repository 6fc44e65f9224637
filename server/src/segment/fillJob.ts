import type { Logger } from 'pino'
import type { ClickHouse } from '../platform/clickhouse.ts'
import type { Clock } from '../platform/clock.ts'
import { Problem } from '../platform/errors.ts'
import { describeError } from '../platform/httpErrors.ts'
import type { Log } from '../platform/log/log.ts'
import type { Postgres, Sql } from '../platform/postgres.ts'
import type { StreamNeed } from './answer.ts'
import { fillStream, type StreamToFill } from './baseFill.ts'
import { pauseBroken } from './broken.ts'
import { knownComputed } from './computed/index.ts'
import { readComputed } from './computedDefinitions.ts'
import { resolvedRule } from './directory.ts'
import { type Broken, reasonOf } from './faults.ts'
import { tree } from './kinds/index.ts'
import { announce, type Cut, lockFlow } from './publish.ts'
import { runDueQueries } from './queryRuns.ts'
import { recomputeDue } from './recompute.ts'
import type { AskedRule } from './references.ts'
import type { Rule } from './rule.ts'

export type FillJob = { stop(): Promise<void> }

type Deps = {
  postgres: Postgres
  clickhouse: ClickHouse
  clock: Clock
  newId: () => string
  log: Pick<Log, 'append'>
  logger: Logger
  /** Of several processes one fills. */
  isLeader(): boolean
}

type WaitingSegment = AskedRule & {
  id: number
  workspace: number
  version: number
  segmentation: number | null
}

type WaitingTrait = { id: number; workspace: number; key: string; version: number }

/**
 * One segment, or all classes of a segmentation, which are handed over together; or a computed
 * trait, about which nobody has to be asked: it is made when it is read.
 */
type Waiting = { workspace: number; segments: WaitingSegment[]; traits: WaitingTrait[] }

/** With its cut: from there on the flow keeps what the stream needs, before it nothing is sure. */
type Incomplete = StreamToFill & { cut: Cut }

const IDLE_MS = 150
const FAULT_PAUSE_MS = 2_000
/** The base of streams is half of the way; evaluating everybody is the other half. */
const BASE_SHARE = 0.5

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Prepares new segments: brings their streams up to date from history, then hands them to the
 * flow, which evaluates everybody. It waits for ClickHouse without holding up anything else.
 */
export function startFillJob(deps: Deps): FillJob {
  let stopping = false
  const running = (async () => {
    while (!stopping) {
      const isStopping = () => stopping || !deps.isLeader()
      const { prepared, faults } = await prepareWaiting(deps, isStopping)
      for (const ask of [recomputeDue, runDueQueries]) {
        if (!isStopping()) await ask(deps).catch((fault) => faults.push(fault))
      }
      for (const fault of faults) warn(deps.logger, fault)
      const rest = faults.length > 0 ? FAULT_PAUSE_MS : prepared ? 0 : IDLE_MS
      for (let slept = 0; slept < rest && !stopping; slept += 50) await pause(50)
    }
  })()
  return {
    stop: async () => {
      stopping = true
      await running
    },
  }
}

function warn(logger: Logger, fault: unknown): void {
  logger.warn(
    describeError(fault),
    'A new segment could not be filled from history for now; it is tried again',
  )
}

/** Prepares every segment that can be: one that must wait, or fails, holds up no other. */
async function prepareWaiting(
  deps: Deps,
  isStopping: () => boolean,
): Promise<{ prepared: boolean; faults: unknown[] }> {
  const faults: unknown[] = []
  let prepared = false
  try {
    for (const waiting of await readWaiting(deps.postgres)) {
      if (isStopping()) break
      try {
        prepared = (await prepare(deps, waiting)) || prepared
      } catch (fault) {
        if (fault instanceof BrokenRule) await pauseBroken(deps.postgres, [fault.broken])
        else faults.push(fault)
      }
    }
  } catch (fault) {
    faults.push(fault)
  }
  return { prepared, faults }
}

async function readWaiting(sql: Sql): Promise<Waiting[]> {
  const traits = await sql.query<WaitingTrait>(
    `SELECT id, workspace, key, version FROM computed_trait WHERE state = 'backfilling'
     ORDER BY updated_at, id`,
  )
  const rows = await sql.query<WaitingSegment>(
    `SELECT id, workspace, rule, includes_staff AS "includesStaff", version, segmentation
     FROM segment
     WHERE state = 'backfilling' AND NOT evaluated ORDER BY updated_at, id`,
  )
  const together = Map.groupBy(rows, (row) => row.segmentation ?? `segment ${row.id}`)
  return [
    ...traits.map((one) => ({ workspace: one.workspace, segments: [], traits: [one] })),
    ...[...together.values()].map((segments) => {
      return { workspace: segments[0]?.workspace ?? 0, segments, traits: [] }
    }),
  ]
}

/** False while history does not hold what the segments need. */
async function prepare(deps: Deps, waiting: Waiting): Promise<boolean> {
  const streams = await incompleteStreams(deps.postgres, waiting)
  if (!(await isPast(deps.postgres, streams))) return false
  for (const [index, stream] of streams.entries()) {
    // Nothing came before the cut, so there is no history to fill from.
    if (Object.values(stream.cut).every((position) => position === 0)) continue
    await fillStream(deps, stream, {
      now: deps.clock.now(),
      onProgress: (share) =>
        reportProgress(deps.postgres, waiting, (index + share) / streams.length),
    })
  }
  await handOver(deps.postgres, waiting, streams)
  return true
}

async function incompleteStreams(
  sql: Sql,
  { workspace, segments, traits }: Waiting,
): Promise<Incomplete[]> {
  const known = traits.length > 0 ? await readComputed(sql, workspace) : null
  const keys = traits.flatMap(({ key }) => {
    const spec = known?.get(key)?.spec
    return spec
      ? knownComputed(spec)
          .needs(spec)
          .streams.map((need) => need.key)
      : []
  })
  for (const { id, ...asked } of segments) {
    const resolved = await resolvedRule(sql, workspace, asked).catch(broken(id))
    keys.push(...streamsOf(id, resolved).map((need) => need.key))
  }
  return sql.query<Incomplete>(
    `SELECT s.id, s.workspace, s.definition, s.keep_newest, s.keep_ms, s.cut,
       coalesce(w.time_zone, 'UTC') AS time_zone
     FROM stream AS s LEFT JOIN workspace AS w ON w.id = s.workspace
     WHERE s.workspace = $1 AND s.definition = ANY($2) AND NOT s.complete ORDER BY s.id`,
    [workspace, keys],
  )
}

/** A rule that nobody can be asked, whatever history holds: trying again does not help. */
class BrokenRule extends Error {
  readonly broken: Broken

  constructor(segment: number, cause: unknown) {
    super('A rule cannot be prepared.', { cause })
    this.broken = { segment, reason: reasonOf(cause) }
  }
}

/** Only what is wrong with the rule: an engine that is away is asked again. */
const broken = (segment: number) => (cause: unknown) => {
  throw cause instanceof Problem ? new BrokenRule(segment, cause) : cause
}

function streamsOf(segment: number, rule: Rule): StreamNeed[] {
  try {
    return tree.needs(rule).streams
  } catch (cause) {
    throw new BrokenRule(segment, cause)
  }
}

/** True when history holds all events up to the cuts of the streams. */
async function isPast(sql: Sql, streams: readonly Incomplete[]): Promise<boolean> {
  if (streams.length === 0) return true
  const rows = await sql.query<{ lane: string; shard: number; position: number }>(
    'SELECT lane, shard, position FROM sink_cursor',
  )
  const at = new Map(rows.map((row) => [`${row.lane}:${row.shard}`, row.position]))
  return streams.every(({ cut }) =>
    Object.entries(cut).every(([shard, position]) => (at.get(shard) ?? 0) >= position),
  )
}

/** The base is all there is to a trait, and half of the way for segments. */
async function reportProgress(sql: Sql, waiting: Waiting, share: number): Promise<void> {
  const ids = waiting.segments.map(({ id }) => id)
  const traits = waiting.traits.map(({ id }) => id)
  await sql.query('UPDATE segment SET progress = $2 WHERE id = ANY($1)', [ids, share * BASE_SHARE])
  await sql.query('UPDATE computed_trait SET progress = $2 WHERE id = ANY($1)', [traits, share])
}

/**
 * From here on the flow evaluates the segments. One that was changed meanwhile, or refers to one
 * that was, starts again.
 */
async function handOver(
  postgres: Postgres,
  waiting: Waiting,
  streams: readonly StreamToFill[],
): Promise<void> {
  await postgres.transaction(async (sql) => {
    await lockFlow(sql)
    for (const stream of streams) {
      // A stream that was widened meanwhile is not complete yet.
      await sql.query(
        `UPDATE stream SET complete = true
         WHERE id = $1 AND keep_newest = $2 AND keep_ms IS NOT DISTINCT FROM $3`,
        [stream.id, stream.keep_newest, stream.keep_ms],
      )
    }
    if ((await incompleteStreams(sql, waiting)).length > 0) return
    for (const { id, version } of waiting.traits) {
      await sql.query(
        `UPDATE computed_trait SET state = 'live', progress = 1
         WHERE id = $1 AND version = $2 AND state = 'backfilling'`,
        [id, version],
      )
    }
    await sql.query(
      `UPDATE segment SET evaluated = true, progress = $3, filled_to = NULL, filled = 0
       FROM unnest($1::int[], $2::int[]) AS prepared (id, version)
       WHERE segment.id = prepared.id AND segment.version = prepared.version
         AND state = 'backfilling'`,
      [
        waiting.segments.map(({ id }) => id),
        waiting.segments.map(({ version }) => version),
        streams.length > 0 ? BASE_SHARE : 0,
      ],
    )
    await announce(sql)
  })
}
