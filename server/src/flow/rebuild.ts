/**
 * Rebuild: the state once more, from archive and log alone. It is folded apart, in a schema of its
 * own that lies before the live one, by the same spine; only when all of it is there is it put in
 * the place of the old, in one transaction. So a rebuild that is cancelled or fails has changed
 * nothing, and nobody ever sees half a state.
 *
 * What survives, because it is a record and not a fold: the register of identifiers, names' ids,
 * ledgers, dead letters, counts, the outbox, and when each membership that still holds began. The
 * rebuilt history sends nothing and tells ClickHouse only what came out differently.
 */
import type { Logger } from 'pino'
import type { Clock } from '../platform/clock.ts'
import type { NewId } from '../platform/ids.ts'
import type { Log } from '../platform/log/log.ts'
import type { Postgres } from '../platform/postgres.ts'
import { applyItems } from './apply.ts'
import { type Lease, takeShards } from './cursor.ts'
import type { ItemReader } from './itemReader.ts'
import { type Item, shardText } from './items.ts'
import { createApart, dropApart, putInPlace, restoreRecords } from './rebuiltTables.ts'
import {
  type Digests,
  differencesOf,
  digestState,
  hashOfState,
  placesOf,
  type StateDifference,
} from './stateHash.ts'
import { runTimers } from './timers.ts'
import { FlowWorld } from './world.ts'

export type RebuildPlace = {
  postgres: Postgres
  /** The same database with the schema `APART` before the live one in its search path. */
  apart: Postgres
  log: Log
  clock: Clock
  newId: NewId
  logger: Logger
}

export type RebuildOptions = {
  /** Compares only: what was rebuilt is thrown away. */
  checks: boolean
  /** Called with the share of the log that is folded, 0 to 1, and waited for. */
  onProgress(fraction: number): void | Promise<void>
  signal: AbortSignal
}

export type RebuildReport = {
  /** Positions of the log that were folded. */
  positions: number
  /** Hashes of the state, in hex. */
  before: string
  after: string
  differences: StateDifference[]
  /** Where the first changed lines differ, by key; see `placesOf`. */
  places: ReadonlyMap<string, readonly string[]>
}

/**
 * Events of one shard in one transaction. More than live: nobody waits, and a profile of many
 * events is read and written once for all that a batch has of it.
 */
const BATCH_EVENTS = 10_000

/**
 * Folds archive and log of all shards from their beginning to where the flow was.
 * @throws when cancelled, or when a flow went on meanwhile; the state is then as it was.
 */
export async function rebuild(
  place: RebuildPlace,
  options: RebuildOptions,
): Promise<RebuildReport> {
  const { postgres, apart } = place
  const leases = await takeShards(postgres)
  await settleTimers(place, leases, options.signal)
  const now = await instantOfState(place)
  const before = await digestState(postgres, now)
  await createApart(postgres)
  try {
    const positions = await replay(place, { ...options, leases, now })
    await restoreRecords(apart)
    const after = await digestState(apart, now)
    const differences = differencesOf(before.lines, after.lines)
    const places = await placesOf(differences, { before: postgres, after: apart, now })
    if (!options.checks) {
      const profiles = profilesIn(differences, [before, after])
      await putInPlace(postgres, { leases, profiles, now })
    }
    const hashes = { before: hashOfState(before.lines), after: hashOfState(after.lines) }
    return { positions, ...hashes, differences, places }
  } finally {
    await dropApart(postgres)
  }
}

/** Timers that fire in one transaction. */
const BATCH_TIMERS = 1_000

/**
 * Fires what fell due, as the program does when it starts. One profile may have left a segment by
 * an event or its timer while the earlier timer of another still waited: without this there would
 * be no instant at which all stored answers hold.
 */
async function settleTimers(
  { postgres, log, clock, newId }: RebuildPlace,
  leases: readonly Lease[],
  signal: AbortSignal,
): Promise<void> {
  const lease = leases.find(({ lane }) => lane === 'inner')
  if (!lease) throw new Error('The flow has no shard for its timers.')
  const world = new FlowWorld({ postgres, log, clock, newId }, { sends: true })
  while (await runTimers(world, lease, BATCH_TIMERS)) signal.throwIfAborted()
}

/**
 * The instant at which the state is compared: now, or before the earliest timer that has fallen due
 * since they were settled, because until then every stored answer holds.
 */
async function instantOfState({ postgres, clock }: RebuildPlace): Promise<number> {
  const [row] = await postgres.query<{ due: Date | null }>('SELECT min(due) AS due FROM timer')
  return Math.min(clock.now(), (row?.due?.getTime() ?? Number.POSITIVE_INFINITY) - 1)
}

type Replay = RebuildOptions & { leases: readonly Lease[]; now: number }
type Shard = {
  lease: Lease
  end: number
  waiting: Item[]
  /** What follows `waiting`: read while that is folded. */
  ahead: Promise<Item[]> | null
  poisoned: Map<number, string>
}

/** Folds every shard up to where the flow was, the one whose next entry is the oldest first. */
async function replay(place: RebuildPlace, { leases, now, ...options }: Replay): Promise<number> {
  const { apart, log, newId, logger } = place
  const world = new FlowWorld({ postgres: apart, log, clock: { now: () => now }, newId }, QUIET)
  const shards: Shard[] = []
  for (const lease of leases) {
    if (lease.lane === 'inner') continue
    const poisoned = await poisonedIn(place.postgres, lease)
    const own = { ...lease, position: 0 }
    shards.push({ lease: own, end: lease.position, waiting: [], ahead: null, poisoned })
  }
  const total = shards.reduce((sum, shard) => sum + shard.end, 0)
  for (;;) {
    options.signal.throwIfAborted()
    for (const shard of shards) await fill(world.items, shard)
    const [next] = shards
      .filter((shard) => shard.waiting.length > 0)
      .sort((x, y) => (x.waiting[0]?.receivedAt ?? 0) - (y.waiting[0]?.receivedAt ?? 0))
    if (!next) return total
    const items = next.waiting.splice(0)
    readAhead(world.items, next, items.at(-1)?.position ?? 0)
    await applyItems({ world, logger }, next.lease, { items, poisoned: next.poisoned })
    const done = shards.reduce((sum, shard) => sum + shard.lease.position, 0)
    await options.onProgress(done / total)
  }
}

const QUIET = { sends: false }

/** Reads a shard's next batch when it has none waiting. */
async function fill(reader: ItemReader, shard: Shard): Promise<void> {
  const { lease, end, waiting } = shard
  if (waiting.length > 0 || lease.position >= end) return
  const read = await (shard.ahead ?? reader.read(lease, lease.position, BATCH_EVENTS))
  const items = read.filter((item) => item.position <= end)
  if (items[0]?.position !== lease.position + 1) {
    throw new Error(
      `Neither log nor archive has position ${lease.position + 1} of ${shardText(lease)}. ` +
        'The state was left as it is. Bring the missing archive files back and rebuild again.',
    )
  }
  waiting.push(...items)
}

function readAhead(reader: ItemReader, shard: Shard, after: number): void {
  shard.ahead = after < shard.end ? reader.read(shard.lease, after, BATCH_EVENTS) : null
  // A read that fails after the fold has failed has nobody to tell.
  shard.ahead?.catch(() => {})
}

/** What could not be folded when it came stays a dead letter until somebody replays it. */
async function poisonedIn(postgres: Postgres, lease: Lease): Promise<Map<number, string>> {
  const rows = await postgres.query<{ position: number; reason: string }>(
    `SELECT position, reason FROM dead_letter
     WHERE lane = $1 AND shard = $2 AND reason LIKE 'fold_failed%'`,
    [lease.lane, lease.shard],
  )
  return new Map(rows.map((row) => [row.position, row.reason]))
}

function profilesIn(
  differences: RebuildReport['differences'],
  states: readonly Digests[],
): Set<string> {
  const found = differences.flatMap(({ key }) => states.map((one) => one.profiles.get(key)))
  return new Set(found.filter((id) => id !== undefined))
}
