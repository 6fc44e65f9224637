import type { Logger } from 'pino'
import { runBatch } from '../flow.ts'
import type { ShardName } from '../platform/log/log.ts'
import { isRetryable } from '../platform/postgres.ts'
import { Fenced, type Lease } from './cursor.ts'
import type { MembershipChange } from './effects.ts'
import { type Item, shardText } from './items.ts'
import { BatchReport } from './report.ts'
import type { FlowWorld } from './world.ts'

const RETRIES_MAX = 20

/** Who wants to know what the flow does, for figures; it hears, and changes nothing. */
export type FlowObserver = {
  /** A batch was committed. */
  batch(info: BatchInfo): void
  /** Timers fired, and their batch was committed; `lateMs`: how late the oldest of them was. */
  timers(info: Took & { fired: number; lateMs: number; memberships: Memberships }): void
  /** A step of a segment's fill was committed. */
  filled(memberships: readonly MembershipChange[]): void
  fault(info: { kind: 'fenced' | 'retried' | 'failed' }): void
}

/** Of `performance.now`; `ms` from the begin of the work to its commit. */
type Took = { startedAt: number; ms: number }
type Memberships = readonly (readonly MembershipChange[])[]
type BatchInfo = Took & {
  shard: ShardName
  items: readonly Item[]
} & Pick<BatchReport, 'outcomes' | 'memberships' | 'stages'>

export const QUIET_OBSERVER: FlowObserver = {
  batch: () => {},
  timers: () => {},
  filled: () => {},
  fault: () => {},
}

export type Applier = { world: FlowWorld; logger: Logger; observe?: FlowObserver }

/**
 * Applies items; when the data of one of them breaks the batch, halves it until that one is alone,
 * and dead-letters it, so that one poisonous event never holds up its neighbours.
 */
export async function applyItems(
  applier: Applier,
  lease: Lease,
  { items, poisoned }: { items: readonly Item[]; poisoned: Map<number, string> },
): Promise<void> {
  try {
    await tryItems(applier, lease, { items, poisoned })
  } catch (error) {
    if (!isFaultOfData(error)) throw error
    applier.world.forget()
    const [only] = items
    if (items.length === 1 && only && !poisoned.has(only.position)) {
      applier.logger.warn(
        { at: `${shardText(lease)}:${only.position}` },
        'An event could not be applied and is kept as a dead letter',
      )
      poisoned.set(only.position, `fold_failed: ${(error as Error).name}`)
      await applyItems(applier, lease, { items, poisoned })
      return
    }
    if (items.length <= 1) throw error
    const half = items.length >> 1
    await applyItems(applier, lease, { items: items.slice(0, half), poisoned })
    await applyItems(applier, lease, { items: items.slice(half), poisoned })
  }
}

async function tryItems(
  { world, observe = QUIET_OBSERVER }: Applier,
  lease: Lease,
  { items, poisoned }: { items: readonly Item[]; poisoned: ReadonlyMap<number, string> },
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const startedAt = performance.now()
    try {
      const report = new BatchReport(startedAt)
      const context = { shard: lease, from: lease, poisoned, report }
      await runBatch(world, context, items)
      lease.position = items.at(-1)?.position ?? lease.position
      const { outcomes, memberships, stages } = report
      const ms = performance.now() - startedAt
      observe.batch({ shard: lease, startedAt, ms, items, outcomes, memberships, stages })
      return
    } catch (error) {
      if (!isRetryable(error) || attempt >= RETRIES_MAX) throw error
      observe.fault({ kind: 'retried' })
      world.forget()
    }
  }
}

/**
 * Faults that come back with the same data, unlike those of a connection or of the machine. Of
 * PostgreSQL: values that a type cannot hold (22), constraints (23), limits of a row or an index
 * (54).
 */
function isFaultOfData(error: unknown): boolean {
  if (error instanceof Fenced) return false
  if (error instanceof TypeError || error instanceof RangeError) return true
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^(22|23|54)...$/.test(code)
}
