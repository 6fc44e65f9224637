/**
 * The flow of one process: a loop for each shard that it holds, side by side, so that one works
 * while another waits for PostgreSQL. Which shards are its own is settled again every second (see
 * `cursor.ts`); on any fault a shard is let go and taken again from the position that is stored.
 */
import type { Logger } from 'pino'
import { describeError } from '../platform/httpErrors.ts'
import type { ShardName } from '../platform/log/log.ts'
import type { Presence } from '../platform/presence.ts'
import { applyItems, type FlowObserver, QUIET_OBSERVER } from './apply.ts'
import { Fenced, type Lease, readHolding, releaseShard, takeShard } from './cursor.ts'
import { runFilling } from './filling.ts'
import { type Item, shardText } from './items.ts'
import { balanceOf } from './shares.ts'
import { openSleeper, type Sleeper } from './sleeper.ts'
import { openTelling } from './telling.ts'
import { runTimers } from './timers.ts'
import { type FlowDeps, FlowWorld } from './world.ts'

/** Events in one transaction at the most; larger ones were measured slower. */
const BATCH_EVENTS_MAX = 1_000
/** While live events wait, imports and timers may have this much of a batch. */
const BATCH_EVENTS_ASIDE = BATCH_EVENTS_MAX / 5
/** How often to look for what nobody told us of: other processes' events, timers. */
const IDLE_MS = 50
const FAULT_PAUSE_MS = 500

export type { FlowObserver } from './apply.ts'

export type Flow = {
  /** True while this process holds the shard, to its knowledge. */
  holds(shard: ShardName): boolean
  /** The shards that this process holds. */
  shards(): ShardName[]
  /** Resolves when everything that is in the log now, and every due timer, is applied. */
  drained(): Promise<void>
  /** Finishes the batches under way, gives the shards back and stops. */
  stop(): Promise<void>
}

export type FlowOptions = FlowDeps & {
  logger: Logger
  presence: Presence
  /** Hears of batches and faults. */
  observe?: FlowObserver
}

/** One shard's loop. */
type Runner = {
  lease: Lease
  sleeper: Sleeper
  stopping: boolean
  isBehind: boolean
  done: Promise<void>
}

type Worker = {
  world: FlowWorld
  logger: Logger
  observe: FlowObserver
  presence: Presence
  runners: Map<string, Runner>
}

/** Runs the spine over this process's share of the shards until it is stopped. */
export async function startFlow(options: FlowOptions): Promise<Flow> {
  const { log, logger, presence, observe = QUIET_OBSERVER } = options
  const world = new FlowWorld(options, { sends: true })
  const worker: Worker = { world, logger, observe, presence, runners: new Map() }
  const deaf = log.onAppend((shard) => worker.runners.get(shardText(shard))?.sleeper.wake())
  let stopping = false
  let balancing: Promise<void> | null = null
  const settle = () => {
    if (stopping) return
    balancing ??= settleShares(worker).finally(() => {
      balancing = null
    })
  }
  const unheard = presence.onBeat(settle)
  settle()
  await balancing
  const watching = watchHeads(worker, () => stopping)
  return {
    holds: (shard) => presence.isSeen() && worker.runners.has(shardText(shard)),
    shards: () => [...worker.runners.values()].map(({ lease }) => lease),
    drained: () => drained(worker),
    stop: async () => {
      stopping = true
      unheard()
      deaf()
      await balancing
      await Promise.all([...worker.runners.values()].map((runner) => giveBack(worker, runner)))
      await watching
    },
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Takes and gives back shards until this process has its fair share of them. */
async function settleShares(worker: Worker): Promise<void> {
  const { presence, world, runners } = worker
  try {
    if (!presence.isSeen()) return
    const holding = await readHolding(world.postgres, presence.id)
    // What is ours in the table but has no loop is of an earlier life, or was let go on a fault.
    for (const one of holding.shards) {
      if (one.owner === 'me' && !runners.has(shardText(one))) one.owner = 'nobody'
    }
    const { take, give } = balanceOf(holding)
    for (const shard of give) {
      const runner = runners.get(shardText(shard))
      if (runner) await giveBack(worker, runner)
    }
    for (const shard of take) {
      const lease = await takeShard(world.postgres, shard, presence.id)
      if (lease) startRunner(worker, lease)
    }
  } catch (error) {
    worker.logger.error(describeError(error), 'The shards of the flow could not be settled')
  }
}

async function giveBack(worker: Worker, runner: Runner): Promise<void> {
  runner.stopping = true
  runner.sleeper.wake()
  await runner.done
  try {
    await releaseShard(worker.world.postgres, runner.lease)
  } catch (error) {
    // It is free all the same once this process is not seen any more.
    worker.logger.warn(describeError(error), 'A shard of the flow could not be given back')
  }
}

function startRunner(worker: Worker, lease: Lease): void {
  const runner: Runner = {
    lease,
    sleeper: openSleeper(),
    stopping: false,
    isBehind: false,
    done: Promise.resolve(),
  }
  const key = shardText(lease)
  // Of a time when others took this process for gone: it is fenced, and may sleep for ever.
  const former = worker.runners.get(key)
  if (former) former.stopping = true
  former?.sleeper.wake()
  worker.runners.set(key, runner)
  const loop = lease.lane === 'inner' ? runInner(worker, runner) : runShard(worker, runner)
  runner.done = loop
    .catch((error: unknown) => recover(worker, error))
    .finally(() => {
      if (worker.runners.get(key) === runner) worker.runners.delete(key)
    })
}

/** Nothing is skipped on a fault: what was rolled back is tried again from the stored position. */
async function recover(worker: Worker, error: unknown): Promise<void> {
  worker.world.forget()
  if (error instanceof Fenced) {
    worker.observe.fault({ kind: 'fenced' })
    worker.logger.warn(error.message)
  } else {
    worker.observe.fault({ kind: 'failed' })
    worker.logger.error(describeError(error), 'A batch of the flow failed')
  }
  await pause(FAULT_PAUSE_MS)
}

/** Applies a shard's entries; the next ones are read and decoded while a batch is applied. */
async function runShard(worker: Worker, runner: Runner): Promise<void> {
  const { lease } = runner
  let ahead = readItems(worker, runner)
  // A read that fails after the loop has ended by another fault has nobody to tell.
  ahead.catch(() => {})
  while (!runner.stopping) {
    const items = await ahead
    const last = items.at(-1)?.position ?? lease.position
    runner.isBehind = items.length >= BATCH_EVENTS_MAX
    if (items.length > 0) {
      ahead = readItems(worker, runner, last)
      ahead.catch(() => {})
      await applyItems(worker, lease, { items, poisoned: new Map() })
    } else {
      await runner.sleeper.sleep(null)
      ahead = readItems(worker, runner)
      ahead.catch(() => {})
    }
  }
}

async function readItems(
  worker: Worker,
  { lease }: Runner,
  after: number = lease.position,
): Promise<Item[]> {
  const limit =
    lease.lane === 'live' || !isLiveBehind(worker) ? BATCH_EVENTS_MAX : BATCH_EVENTS_ASIDE
  return worker.world.items.read(lease, after, limit)
}

/** Timers, fills and what history lacks: without an event, each in its own small batches. */
async function runInner(worker: Worker, runner: Runner): Promise<void> {
  const { lease } = runner
  const tellMore = openTelling(worker.world)
  while (!runner.stopping) {
    const limit = isLiveBehind(worker) ? BATCH_EVENTS_ASIDE : BATCH_EVENTS_MAX
    const startedAt = performance.now()
    const fired = await runTimers(worker.world, lease, limit)
    const ms = performance.now() - startedAt
    if (fired) worker.observe.timers({ ...fired, startedAt, ms })
    // More are due: a fill can wait, who should have left a segment cannot.
    if (fired && fired.fired >= limit) continue
    const filled = await runFilling(worker.world, lease, limit)
    if (filled) worker.observe.filled(filled)
    const told = await tellMore(lease, limit)
    if (!fired && !filled && !told) await runner.sleeper.sleep(IDLE_MS)
  }
}

function isLiveBehind({ runners }: Worker): boolean {
  return [...runners.values()].some(({ lease, isBehind }) => lease.lane === 'live' && isBehind)
}

/** Wakes the loops whose shard has grown: other processes append as well, and tell nobody. */
async function watchHeads(worker: Worker, isStopping: () => boolean): Promise<void> {
  while (!isStopping()) {
    try {
      const held = [...worker.runners.values()].map(({ lease }) => lease)
      for (const head of await worker.world.log.heads(held)) {
        const runner = worker.runners.get(shardText(head))
        if (runner && runner.lease.position < head.position) runner.sleeper.wake()
      }
      await pause(IDLE_MS)
    } catch (error) {
      worker.logger.error(describeError(error), 'The heads of the log could not be read')
      await pause(FAULT_PAUSE_MS)
    }
  }
}

async function drained({ world }: Worker): Promise<void> {
  for (;;) {
    const heads = await world.log.heads()
    const cursors = await world.postgres.query<ShardName & { position: number }>(
      'SELECT lane, shard, position FROM flow_cursor',
    )
    const at = new Map(cursors.map((one) => [shardText(one), one.position]))
    const behind = heads.some(
      (head) => head.lane !== 'inner' && (at.get(shardText(head)) ?? 0) < head.position,
    )
    const [due] = await world.postgres.query('SELECT 1 FROM timer WHERE due <= $1 LIMIT 1', [
      new Date(world.clock.now()),
    ])
    if (!behind && !due) return
    await pause(5)
  }
}
