import type { Clock } from '../platform/clock.ts'
import { HOUR_MS } from '../platform/durations.ts'
import type { Postgres } from '../platform/postgres.ts'
import { addCounts, addRejections, mergeRejections, type RejectionCount } from './counts.ts'
import { limits } from './limits.ts'

/** Counts requests of which nothing was accepted, in batches: they have no append to go along. */
export type RefusalCounter = {
  add(rejection: RejectionCount): void
  /** Writes what waits. On a fault it waits on, and the fault is thrown. */
  flush(): Promise<void>
  /** Writes what waits, then stops. */
  close(): Promise<void>
}

export type RefusalCounterOptions = {
  postgres: Postgres
  clock: Clock
  /** Hears of a flush that failed; its counts are tried again a second later. */
  onFault: (error: unknown) => void
  /** Hears of each rejection as it is added. */
  onRefused?: (refused: Pick<RejectionCount, 'reason' | 'n'>) => void
}

/** Rejections hold examples of what was sent, so they are not kept longer than they help. */
const keptDays = 30

/** Opens the counter; it writes each second. */
export function openRefusalCounter(options: RefusalCounterOptions): RefusalCounter {
  const { postgres, clock, onFault, onRefused } = options
  let waiting: RejectionCount[] = []
  let prunedHour = 0
  let running: Promise<void> = Promise.resolve()

  async function prune(): Promise<void> {
    const hour = Math.floor(clock.now() / HOUR_MS)
    if (hour === prunedHour) return
    const oldest = new Date((hour - keptDays * 24) * HOUR_MS)
    await postgres.query('DELETE FROM rejection_minute WHERE minute < $1', [oldest])
    prunedHour = hour
  }

  async function write(): Promise<void> {
    await prune()
    if (waiting.length === 0) return
    const taken = mergeRejections(waiting)
    waiting = []
    try {
      await postgres.transaction(async (sql) => {
        const counts = taken.map((row) => ({ ...row, rejected: row.n }))
        await addCounts(sql, 0, counts)
        await addRejections(sql, taken)
      })
    } catch (error) {
      waiting = [...taken, ...waiting]
      throw error
    }
  }

  function flush(): Promise<void> {
    running = running.catch(() => {}).then(write)
    return running
  }

  const timer = setInterval(() => void flush().catch(onFault), 1_000)
  timer.unref()
  return {
    add(rejection) {
      onRefused?.(rejection)
      // A copy: a part of a buffer would keep the whole request in memory.
      const sample =
        rejection.sample && Buffer.from(rejection.sample.subarray(0, limits.sampleBytes))
      waiting.push({ ...rejection, sample })
      // A flood of bad requests must not pile up between two flushes.
      if (waiting.length >= 1_000) waiting = mergeRejections(waiting)
    },
    flush,
    async close() {
      clearInterval(timer)
      await flush()
    },
  }
}
