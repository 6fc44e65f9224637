import type { Clock } from '../../clock.ts'
import type { Postgres } from '../../postgres.ts'
import { APPENDER_LIMITS, createAppender } from '../appender.ts'
import type { Archive } from '../archive.ts'
import { countOf, packBlock, unpackBlock } from '../block.ts'
import { type ErasePlace, withoutPositions } from '../erase.ts'
import type { Block, Entry, Lane, Log, ShardName } from '../log.ts'
import { archiveBlocks, createShards, readBlocks, shardOf } from '../postgresLog.ts'
import { archiveKafka, erasedIn, eraseOnKafka, type KafkaArchivePlace } from './archiving.ts'
import { BlockWriter } from './blockWriter.ts'
import { beginCheckpoints } from './checkpoints.ts'
import { KafkaClient, type Partition, reasonOf } from './client.ts'
import { KafkaReader } from './reader.ts'

/** Partitions of each topic, which are the shards of its lane: as many can be worked on at once. */
const PARTITIONS = 64

export type KafkaLogOptions = {
  /** `host:port` of some brokers of the cluster. */
  brokers: readonly string[]
  /** The topics are `<prefix>.live` and `<prefix>.bulk`. */
  topicPrefix: string
  /** Partitions of each topic; never changed once the topics are there. */
  partitions?: number
  postgres: Postgres
  archive: Archive
  clock: Clock
  withoutEvents: ErasePlace['withoutEvents']
}

/**
 * The log on Kafka: a topic a lane, a partition a shard, a record a block. PostgreSQL holds where
 * positions are in a partition (`checkpoints.ts`); the archive is the same as without Kafka. The
 * lane of the program's own entries has no records, here as there.
 * @throws a sentence when no broker answers or the topics do not fit.
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<Log> {
  const { postgres, archive, partitions = PARTITIONS } = options
  const shards: Record<Lane, number> = { live: partitions, bulk: partitions, inner: 1 }
  const partitionOf = ({ lane, shard }: ShardName): Partition => ({
    topic: `${options.topicPrefix}.${lane}`,
    partition: shard,
  })
  const topics = [`${options.topicPrefix}.live`, `${options.topicPrefix}.bulk`]
  const client = new KafkaClient({ brokers: options.brokers, topics })
  try {
    const ids = await client.openTopics(partitions)
    await createShards(postgres, shards)
    await beginCheckpoints(postgres, ids)
  } catch (error) {
    await client.close()
    const brokers = options.brokers.join(', ')
    throw new Error(`Kafka (${brokers}) cannot be used: ${reasonOf(error)}`, { cause: error })
  }
  const listeners = new Set<(shard: ShardName) => void>()
  const onNew = (shard: ShardName) => {
    for (const listener of listeners) listener(shard)
  }
  const reader = new KafkaReader({ client, postgres, partitionOf, onNew })
  const place: KafkaArchivePlace = { ...options, archive, reader, client, partitionOf }
  const writer = new BlockWriter(client)
  const appender = createAppender({
    shards,
    ...APPENDER_LIMITS,
    shardOf: ({ lane, shardKey }) => shardOf(shardKey, shards[lane]),
    write: async (shard, entries) => {
      const block = { count: countOf(entries), bytes: packBlock(entries) }
      const offset = await writer.write({ ...partitionOf(shard), ...block })
      return () => reader.positionAt(shard, offset)
    },
  })
  const all = (['live', 'bulk'] as const).flatMap((lane) =>
    Array.from({ length: partitions }, (_, shard): ShardName => ({ lane, shard })),
  )
  return {
    append: appender.append,
    onAppend: (listener) => {
      listeners.add(listener)
      const deaf = appender.onAppend(listener)
      return () => {
        listeners.delete(listener)
        deaf()
      }
    },
    countsWhenApplied: true,
    read: (shard, after, limit) => readLog(place, shard, { after, limit }),
    heads: (of = all) => reader.heads(of.filter(({ lane }) => lane !== 'inner')),
    trim: async (shard, position, writtenBefore) => {
      await archiveBlocks(place, shard, { position, writtenBefore })
      await archiveKafka(place, shard, { position, writtenBefore })
    },
    erase: (shard, positions) => eraseOnKafka(place, shard, positions),
    check: async () => {
      client.forgetLeaders()
      await client.leaderOf(partitionOf({ lane: 'live', shard: 0 }))
    },
    close: async () => {
      await appender.close()
      await client.close()
    },
  }
}

/** First what the archive holds, then what Kafka holds; erased events are gone from both. */
async function readLog(
  place: KafkaArchivePlace,
  shard: ShardName,
  { after, limit }: { after: number; limit: number },
): Promise<Block[]> {
  const blocks: Block[] = []
  let next = after + 1
  while (next <= after + limit) {
    const found = await place.reader.blockAt(shard, next)
    if (found === null) break
    if (found === 'archived') {
      const older = await readBlocks(place, shard, {
        after: next - 1,
        limit: after + limit - next + 1,
      })
      if (older.length === 0) break
      blocks.push(...older)
    } else {
      const { first, count, bytes } = found
      blocks.push({ ...shard, first, count, entries: unpackBlock(bytes) })
    }
    const last = blocks.at(-1)
    next = last ? last.first + last.count : next
  }
  return hideErased(place, shard, blocks)
}

async function hideErased(
  place: KafkaArchivePlace,
  shard: ShardName,
  blocks: Block[],
): Promise<Block[]> {
  const [first] = blocks
  const last = blocks.at(-1)
  if (!first || !last) return blocks
  const range = { from: first.first, to: last.first + last.count }
  const erased = await erasedIn(place.postgres, shard, range)
  if (erased.size === 0) return blocks
  return blocks.map((block) => {
    const entries: Entry[] = withoutPositions(place, block.entries, { first: block.first, erased })
    return { ...block, entries }
  })
}
