import { hash } from 'node:crypto'
import { acceptedIndexes } from '../../src/platform/log/erase.ts'
import {
  type Block,
  type Entry,
  type Lane,
  type Log,
  LogOverloaded,
  type ShardName,
} from '../../src/platform/log/log.ts'
import { SHARDS } from '../../src/platform/log/postgresLog.ts'

/** What a log in memory holds; it outlives the log, as a disk does. */
export type MemoryDisk = Map<string, { shard: ShardName; blocks: Block[]; next: number }>

export function memoryDisk(): MemoryDisk {
  const disk: MemoryDisk = new Map()
  for (const [lane, count] of Object.entries(SHARDS) as [Lane, number][]) {
    for (let shard = 0; shard < count; shard += 1) {
      disk.set(`${lane}:${shard}`, { shard: { lane, shard }, blocks: [], next: 1 })
    }
  }
  return disk
}

export type MemoryLogOptions = {
  disk: MemoryDisk
  withoutEvents: (entry: Entry, indexes: readonly number[]) => Entry
}

/** The event log in this process's memory: each append is a block. See `log.ts`. */
export function openMemoryLog({ disk, withoutEvents }: MemoryLogOptions): Log {
  const listeners = new Set<(shard: ShardName) => void>()
  let closed = false
  const heldOf = ({ lane, shard }: ShardName) => {
    const held = disk.get(`${lane}:${shard}`)
    if (!held) throw new Error(`The log has no shard ${shard} in lane ${lane}.`)
    return held
  }
  return {
    append: async ({ lane, shardKey, entry }) => {
      if (closed) throw new LogOverloaded(0)
      const { shard, blocks, ...held } = heldOf({ lane, shard: shardOf(shardKey, SHARDS[lane]) })
      const { count } = entry.header
      if (count > 0) {
        blocks.push({ ...shard, first: held.next, count, entries: [entry] })
        heldOf(shard).next += count
      }
      for (const listener of listeners) listener(shard)
      return { ...shard, position: async () => held.next }
    },
    read: async (shard, after, limit) => {
      const found: Block[] = []
      for (const block of heldOf(shard).blocks) {
        if (block.first > after + limit) break
        if (block.first + block.count - 1 <= after) continue
        found.push(block)
      }
      return found
    },
    heads: async () =>
      [...disk.values()].map(({ shard, next }) => ({ ...shard, position: next - 1 })),
    // All of it is in one memory: there is nowhere to move old blocks to.
    trim: async () => {},
    erase: async (shard, positions) => {
      const held = heldOf(shard)
      held.blocks = held.blocks.map((block) => withoutPositions(block, positions, withoutEvents))
    },
    onAppend: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => {
      closed = true
    },
  }
}

function shardOf(key: string, shards: number): number {
  return Number.parseInt(hash('sha1', key, 'hex').slice(0, 8), 16) % shards
}

function withoutPositions(
  block: Block,
  positions: readonly number[],
  withoutEvents: MemoryLogOptions['withoutEvents'],
): Block {
  let position = block.first
  const entries = block.entries.map((entry) => {
    const first = position
    position += entry.header.count
    const gone = acceptedIndexes(entry).filter((_, offset) => positions.includes(first + offset))
    return gone.length > 0 ? withoutEvents(entry, gone) : entry
  })
  return { ...block, entries }
}
