import { availableParallelism } from 'node:os'
import type { QueryLane } from '../clickhouse.ts'
import type { LaneLimits } from './chdbLanes.ts'
import { memoryToShare } from './memory.ts'

/** Threads, memory and time of each lane, as parts of what there is. */
export function laneLimits(): Record<QueryLane, LaneLimits> {
  const cores = availableParallelism()
  // Half the machine is the flow's; only what somebody waits for at a screen may have all of it.
  const half = Math.max(1, Math.floor(cores / 2))
  const total = memoryToShare()
  const memory = (share: number) => String(Math.floor(total * share))
  const settings = (memoryShare: number, seconds: number, threads = half) => ({
    max_threads: String(threads),
    max_memory_usage: memory(memoryShare),
    max_execution_time: String(seconds),
  })
  return {
    interactive: { connections: 4, settings: settings(1 / 8, 60, cores) },
    heavy: { connections: 1, settings: settings(1 / 4, 600) },
    sink: { connections: 1, settings: settings(1 / 8, 120) },
    control: { connections: 1, settings: settings(1 / 8, 600) },
  }
}

const MB = 1024 * 1024

/** The engine's own defaults are those of a server with nothing else on it. */
export function serverSettings(): Record<string, number> {
  return {
    max_server_memory_usage: Math.floor(memoryToShare() / 2),
    mark_cache_size: 256 * MB,
    primary_index_cache_size: 256 * MB,
    index_mark_cache_size: 64 * MB,
  }
}
