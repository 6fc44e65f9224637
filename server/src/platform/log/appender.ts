import {
  type Appended,
  type AppendRequest,
  type Entry,
  type Lane,
  LogOverloaded,
  type ShardName,
} from './log.ts'

type Waiting = {
  entry: Entry
  resolve: (at: Appended) => void
  reject: (error: unknown) => void
}

type Queue = { shard: ShardName; waiting: Waiting[]; bytes: number; writing: boolean }

/** Of every log: bodies in one block, and bodies waiting in all queues, at the most. */
export const APPENDER_LIMITS = {
  blockBytesMax: 1024 * 1024,
  queueBytesMax: 64 * 1024 * 1024,
}

export type AppenderOptions = {
  /** How many shards each lane has. */
  shards: Record<Lane, number>
  /** Bodies in one block at the most, in bytes before compression. */
  blockBytesMax: number
  /** Bodies waiting in all queues at the most, in bytes; beyond it appending is refused. */
  queueBytesMax: number
  shardOf(request: AppendRequest): number
  /** Writes one block durably and returns how to learn the position of its first event. */
  write(shard: ShardName, entries: Entry[]): Promise<() => Promise<number>>
}

/**
 * Group commit: what arrives while one block is being written forms the next one, so that a
 * synced write is shared by all who wait for it, and nobody waits for a timer.
 */
export function createAppender(options: AppenderOptions) {
  const queues = new Map<string, Queue>()
  let waitingBytes = 0
  let closed = false
  const listeners = new Set<(shard: ShardName) => void>()

  const queueFor = (shard: ShardName): Queue => {
    const key = `${shard.lane}:${shard.shard}`
    const queue = queues.get(key) ?? { shard, waiting: [], bytes: 0, writing: false }
    queues.set(key, queue)
    return queue
  }

  async function drain(queue: Queue): Promise<void> {
    queue.writing = true
    while (queue.waiting.length > 0) {
      const group = takeGroup(queue, options.blockBytesMax)
      try {
        const firstOfBlock = await options.write(
          queue.shard,
          group.map((item) => item.entry),
        )
        let before = 0
        for (const item of group) {
          const offset = before
          item.resolve({ ...queue.shard, position: async () => (await firstOfBlock()) + offset })
          before += item.entry.header.count
        }
        for (const listener of listeners) listener(queue.shard)
      } catch (error) {
        // Nothing of the group is durable: each sender is told and sends again.
        for (const item of group) item.reject(error)
      } finally {
        for (const item of group) waitingBytes -= item.entry.body.length
      }
    }
    queue.writing = false
  }

  return {
    append(request: AppendRequest): Promise<Appended> {
      if (closed || waitingBytes > options.queueBytesMax) {
        return Promise.reject(new LogOverloaded(waitingBytes))
      }
      const queue = queueFor({ lane: request.lane, shard: options.shardOf(request) })
      return new Promise((resolve, reject) => {
        queue.waiting.push({ entry: request.entry, resolve, reject })
        waitingBytes += request.entry.body.length
        if (!queue.writing) void drain(queue)
      })
    },
    onAppend(listener: (shard: ShardName) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close(): Promise<void> {
      closed = true
      while ([...queues.values()].some((queue) => queue.writing)) {
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
  }
}

/**
 * The next block's entries. Its order is the order of application for ever, so this is where
 * workspaces are treated alike: as long as several wait, each gets the same part of the block.
 */
function takeGroup(queue: Queue, bytesMax: number): Waiting[] {
  const waiting = [...Map.groupBy(queue.waiting, (one) => one.entry.header.workspace).values()]
  const lines = waiting.map((entries) => ({ entries, taken: 0, bytes: 0 }))
  const group: Waiting[] = []
  let bytes = 0
  for (;;) {
    let next: (typeof lines)[number] | undefined
    for (const line of lines) {
      const isWaiting = line.taken < line.entries.length
      if (isWaiting && (!next || line.bytes < next.bytes)) next = line
    }
    const one = next?.entries[next.taken]
    if (!next || !one) break
    bytes += one.entry.body.length
    if (group.length > 0 && bytes > bytesMax) break
    group.push(one)
    next.taken += 1
    next.bytes += one.entry.body.length
  }
  const taken = new Set(group)
  queue.waiting = queue.waiting.filter((one) => !taken.has(one))
  return group
}
