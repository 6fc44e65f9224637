import type { Logger } from 'pino'
import { runBatch } from '../flow.ts'
import type { ShardName } from '../platform/log/log.ts'
import { isRetryable } from '../platform/postgres.ts'
import { Fenced, type Position, takeShards } from './cursor.ts'
import { runFilling } from './filling.ts'
import { type Item, itemsOf, shardText } from './items.ts'
import { runTimers } from './timers.ts'
import { type FlowDeps, FlowWorld } from './world.ts'

/** Events in one transaction at the most; larger ones were measured slower. */
const BATCH_EVENTS_MAX = 1_000
/** How often to look when nobody says that there is something: timers, other processes' events. */
const IDLE_MS = 100
const FAULT_PAUSE_MS = 500
const RETRIES_MAX = 20

export type Flow = {
  /** Resolves when everything that is in the log now, and every due timer, is applied. */
  drained(): Promise<void>
  /** Finishes the batch under way and stops. */
  stop(): Promise<void>
}

export type Lease = ShardName & Position

/** Runs the spine over all shards of this process until it is stopped. */
export async function startFlow(
  deps: FlowDeps & { logger: Logger },
  options: { sends: boolean } = { sends: true },
): Promise<Flow> {
  const world = new FlowWorld(deps, options)
  const worker = { world, logger: deps.logger, leases: await takeShards(deps.postgres) }
  const sleeper = openSleeper()
  const deaf = deps.log.onAppend(sleeper.wake)
  let stopping = false
  const running = (async () => {
    while (!stopping) {
      const worked = await round(worker)
      if (!worked) await sleeper.sleep(IDLE_MS)
    }
  })()
  return {
    drained: () => drained(worker),
    stop: async () => {
      stopping = true
      deaf()
      sleeper.wake()
      await running
    },
  }
}

/** Sleeps until it is woken; a call to wake up while awake shortens the next sleep to nothing. */
function openSleeper() {
  let woken = false
  let end = () => {}
  return {
    wake: () => {
      woken = true
      end()
    },
    sleep: async (ms: number) => {
      if (!woken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          end = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      woken = false
    },
  }
}

type Worker = { world: FlowWorld; logger: Logger; leases: Lease[] }

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** One batch of each shard that has something, then what is due. True when there was work. */
async function round(worker: Worker): Promise<boolean> {
  let worked = false
  try {
    const heads = await worker.world.log.heads()
    const headOf = new Map(heads.map((head) => [shardText(head), head.position]))
    for (const lease of worker.leases) {
      if (lease.lane === 'inner' || lease.position >= (headOf.get(shardText(lease)) ?? 0)) continue
      worked = (await stepShard(worker, lease)) || worked
    }
    const inner = worker.leases.find((lease) => lease.lane === 'inner')
    // Timers may wait a little while events do: at most a fifth of a batch then.
    const limit = worked ? BATCH_EVENTS_MAX / 5 : BATCH_EVENTS_MAX
    if (inner) worked = (await runTimers(worker.world, inner, limit)) || worked
    if (inner) worked = (await runFilling(worker.world, inner, limit)) || worked
    return worked
  } catch (error) {
    await recover(worker, error)
    return false
  }
}

/** Nothing is skipped on a fault: what was rolled back is tried again from the stored position. */
async function recover(worker: Worker, error: unknown): Promise<void> {
  worker.world.forget()
  if (error instanceof Fenced) {
    // Another process took the shards: this one asks for them again, or ends when it is stopped.
    worker.logger.warn(error.message)
  } else {
    const { code, message } = error as { code?: string; message?: string }
    worker.logger.error({ code, reason: code ? undefined : message }, 'A batch of the flow failed')
  }
  await pause(FAULT_PAUSE_MS)
  try {
    worker.leases = await takeShards(worker.world.postgres)
  } catch (cause) {
    worker.logger.error({ code: (cause as { code?: string }).code }, 'PostgreSQL does not answer')
  }
}

async function stepShard(worker: Worker, lease: Lease): Promise<boolean> {
  const blocks = await worker.world.log.read(lease, lease.position, BATCH_EVENTS_MAX)
  const items = itemsOf(blocks, lease.position)
  if (items.length === 0) return false
  await applyItems(worker, lease, { items, poisoned: new Map() })
  return true
}

/**
 * Applies items; when the data of one of them breaks the batch, halves it until that one is alone,
 * and dead-letters it, so that one poisonous event never holds up its neighbours.
 */
export async function applyItems(
  worker: Pick<Worker, 'world' | 'logger'>,
  lease: Lease,
  { items, poisoned }: { items: readonly Item[]; poisoned: Map<number, string> },
): Promise<void> {
  try {
    await tryItems(worker, lease, { items, poisoned })
  } catch (error) {
    if (!isFaultOfData(error)) throw error
    worker.world.forget()
    const [only] = items
    if (items.length === 1 && only && !poisoned.has(only.position)) {
      worker.logger.warn(
        { at: `${shardText(lease)}:${only.position}` },
        'An event could not be applied and is kept as a dead letter',
      )
      poisoned.set(only.position, `fold_failed: ${(error as Error).name}`)
      await applyItems(worker, lease, { items, poisoned })
      return
    }
    if (items.length <= 1) throw error
    const half = items.length >> 1
    await applyItems(worker, lease, { items: items.slice(0, half), poisoned })
    await applyItems(worker, lease, { items: items.slice(half), poisoned })
  }
}

async function tryItems(
  worker: Pick<Worker, 'world' | 'logger'>,
  lease: Lease,
  { items, poisoned }: { items: readonly Item[]; poisoned: ReadonlyMap<number, string> },
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const context = { shard: lease, from: lease, poisoned }
      await runBatch(worker.world, context, items)
      lease.position = items.at(-1)?.position ?? lease.position
      return
    } catch (error) {
      if (!isRetryable(error) || attempt >= RETRIES_MAX) throw error
      worker.world.forget()
    }
  }
}

/** Faults that come back with the same data, unlike those of a connection or of the machine. */
function isFaultOfData(error: unknown): boolean {
  if (error instanceof Fenced) return false
  const { code } = error as { code?: unknown }
  if (typeof code !== 'string') return error instanceof TypeError || error instanceof RangeError
  return code.startsWith('22') || code.startsWith('23')
}

async function drained(worker: Worker): Promise<void> {
  for (;;) {
    const heads = await worker.world.log.heads()
    const cursors = await worker.world.postgres.query<ShardName & { position: number }>(
      'SELECT lane, shard, position FROM flow_cursor',
    )
    const at = new Map(cursors.map((one) => [shardText(one), one.position]))
    const behind = heads.some(
      (head) => head.lane !== 'inner' && (at.get(shardText(head)) ?? 0) < head.position,
    )
    const [due] = await worker.world.postgres.query('SELECT 1 FROM timer WHERE due <= $1 LIMIT 1', [
      new Date(worker.world.clock.now()),
    ])
    if (!behind && !due) return
    await pause(5)
  }
}
