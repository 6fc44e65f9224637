import type { Postgres } from '../../postgres.ts'
import { type ShardName, shardKeyOf } from '../log.ts'
import { BlockCache, type PlacedBlock } from './blockCache.ts'
import {
  type Checkpoint,
  checkpointBefore,
  checkpointBeforeOffset,
  checkpointsOf,
  latestCheckpoints,
  type Marks,
  type Point,
  writeKnowledge,
} from './checkpoints.ts'
import {
  type Fetched,
  type KafkaBlock,
  type KafkaClient,
  keyOf,
  OFFSET_OUT_OF_RANGE,
  type Partition,
} from './client.ts'

const CACHE_BYTES_MAX = 64 * 1024 * 1024
/** What was not asked for so long may have been read further by another process meanwhile. */
const STALE_MS = 5_000
/** From a point that is farther before the position PostgreSQL may know a nearer one. */
const POSITIONS_FAR = 5_000

/** How far this process has read a shard for the first time. */
type Tail = {
  shard: ShardName
  point: Point
  marks: Marks
  /** The offset behind the last durable record, as last heard. */
  end: number
  /** The first of the point that PostgreSQL was told. */
  told: number
  usedAt: number
}

/** Kafka does not hold an offset: it was archived meanwhile, or something else deleted it. */
class OutOfRange extends Error {}

export type ReaderOptions = {
  client: KafkaClient
  postgres: Postgres
  partitionOf(shard: ShardName): Partition
  /** Hears of each shard of which something was read for the first time. */
  onNew(shard: ShardName): void
}

/** Reads blocks by position, and knows how many there are. */
export class KafkaReader {
  readonly #options: ReaderOptions
  readonly #tails = new Map<string, Tail>()
  #cache = new BlockCache(CACHE_BYTES_MAX)
  #unsaved: Checkpoint[] = []

  constructor(options: ReaderOptions) {
    this.#options = options
  }

  /** Reads what is new in the shards and says the last position of each. */
  async heads(shards: readonly ShardName[]): Promise<(ShardName & { position: number })[]> {
    const tails = await this.#tailsOf(shards)
    await this.#advance(tails)
    return tails.map(({ shard, point, end }) => ({
      ...{ lane: shard.lane, shard: shard.shard },
      // What is not read yet has an event a record at the least.
      position: point.first - 1 + Math.max(0, end - point.offset),
    }))
  }

  /**
   * The block that holds a position: 'archived' when Kafka does not hold it any more, null when it
   * is not written yet.
   */
  async blockAt(shard: ShardName, position: number): Promise<PlacedBlock | 'archived' | null> {
    try {
      return await this.#blockAt(shard, position)
    } catch (error) {
      if (!(error instanceof OutOfRange)) throw error
      // Archived since this process looked: what it knew is forgotten, PostgreSQL knows better.
      return this.#blockAt(shard, position)
    }
  }

  async #blockAt(shard: ShardName, position: number): Promise<PlacedBlock | 'archived' | null> {
    const cached = this.#cache.find(shard, position)
    if (cached) return cached
    const [tail] = await this.#tailsOf([shard])
    if (!tail) return 'archived'
    while (tail.point.first <= position) {
      const before = tail.point.offset
      await this.#advance([tail])
      if (tail.point.offset === before) return null
      const found = this.#cache.find(shard, position)
      if (found) return found
    }
    return this.#fetchBlock(shard, position)
  }

  /** The position of the first event of the record at an offset. */
  async positionAt(shard: ShardName, offset: number): Promise<number> {
    const { postgres } = this.#options
    let point = await checkpointBeforeOffset(postgres, shard, offset)
    while (point) {
      const blocks = placed(point, await this.#fetch(shard, point.offset))
      const found = blocks.find((block) => block.offset === offset)
      if (found) return found.first
      point = endOf(blocks)
    }
    throw new Error('Kafka does not hold an entry of the log any more whose position was asked.')
  }

  /** Neighbouring blocks from a point on, at most about 1 MB; none when there are no more. */
  async blocksFrom(shard: ShardName, point: Point): Promise<PlacedBlock[]> {
    return placed(point, await this.#fetch(shard, point.offset))
  }

  /** Reads in a part that was read before. */
  async #fetchBlock(shard: ShardName, position: number): Promise<PlacedBlock | 'archived'> {
    let point = this.#cache.nearest(shard, position)
    if (!point || position - point.first > POSITIONS_FAR) {
      const known = await checkpointBefore(this.#options.postgres, shard, position)
      if (!known) return 'archived'
      if (known.first > (point?.first ?? 0)) point = known
    }
    while (point) {
      const blocks = placed(point, await this.#fetch(shard, point.offset))
      const found = blocks.find(({ first, count }) => position < first + count)
      this.#cache.add(shard, blocks)
      if (found) return found
      point = endOf(blocks)
    }
    throw new Error(`Kafka lacks position ${position} of ${shardKeyOf(shard)}.`)
  }

  async #fetch(shard: ShardName, offset: number): Promise<KafkaBlock[]> {
    const { client, partitionOf } = this.#options
    const place = partitionOf(shard)
    const [answer] = await client.fetch(await client.leaderOf(place), [{ ...place, offset }])
    if (answer?.error === 0) return answer.blocks
    throw this.#faultOf(answer)
  }

  #faultOf(answer: Fetched | undefined): Error {
    const { client } = this.#options
    client.forgetLeaders()
    if (!answer) return new Error('Kafka did not answer for a partition.')
    if (answer.error === OFFSET_OUT_OF_RANGE) {
      this.#tails.clear()
      this.#cache = new BlockCache(CACHE_BYTES_MAX)
      return new OutOfRange(
        `Kafka does not hold offset ${answer.from} of ${keyOf(answer)}. If this does not pass, ` +
          'something other than Clientele deleted records: its topics must keep them without limit.',
      )
    }
    return new Error(`Kafka answered a fetch with error ${answer.error}.`)
  }

  async #tailsOf(shards: readonly ShardName[]): Promise<Tail[]> {
    const now = performance.now()
    const isFresh = (tail: Tail | undefined) => tail && now - tail.usedAt < STALE_MS
    const unknown = shards.filter((shard) => !isFresh(this.#tails.get(shardKeyOf(shard))))
    if (unknown.length > 0) {
      const latest = await latestCheckpoints(this.#options.postgres, unknown)
      for (const { lane, shard, point, marks } of latest) {
        const key = shardKeyOf({ lane, shard })
        const held = this.#tails.get(key)
        if (held && held.point.first >= point.first) continue
        const end = point.offset
        const told = point.first
        this.#tails.set(key, { shard: { lane, shard }, point, marks, end, told, usedAt: now })
      }
    }
    return shards.flatMap((shard) => {
      const tail = this.#tails.get(shardKeyOf(shard))
      if (!tail) return []
      tail.usedAt = now
      return [tail]
    })
  }

  /** One fetch from each broker concerned: what is new of the given tails. */
  async #advance(tails: readonly Tail[]): Promise<void> {
    const { client, partitionOf } = this.#options
    const places = new Map(tails.map((tail) => [keyOf(partitionOf(tail.shard)), tail]))
    const wanted = await Promise.all(
      tails.map(async (tail) => {
        const place = partitionOf(tail.shard)
        const leader = await client.leaderOf(place)
        return { leader, place: { ...place, offset: tail.point.offset } }
      }),
    )
    const byLeader = [...Map.groupBy(wanted, ({ leader }) => leader.id).values()]
    const rounds = await Promise.allSettled(byLeader.map((group) => fetchOf(client, group)))
    const faults: unknown[] = []
    for (const round of rounds) {
      if (round.status === 'rejected') faults.push(round.reason)
      for (const answer of round.status === 'fulfilled' ? round.value : []) {
        const tail = places.get(keyOf(answer))
        if (answer.error !== 0) faults.push(this.#faultOf(answer))
        else if (tail) this.#learn(tail, answer)
      }
    }
    await this.#save(tails)
    if (faults.length === 0) return
    // What the other brokers hold is learnt all the same, and told to who waits for it.
    client.forgetLeaders()
    throw faults[0]
  }

  #learn(tail: Tail, { blocks, from, end }: Fetched): void {
    tail.end = Math.max(tail.end, end)
    // Another round that ran at the same time may have been quicker.
    if (blocks.length === 0 || from !== tail.point.offset) return
    this.#unsaved.push(...checkpointsOf(tail.shard, tail, blocks))
    const found = placed(tail.point, blocks)
    this.#cache.add(tail.shard, found)
    tail.point = endOf(found) ?? tail.point
    this.#options.onNew(tail.shard)
  }

  /** Tells PostgreSQL what was learnt; what could not be told now is told the next time. */
  async #save(tails: readonly Tail[]): Promise<void> {
    const news = tails.filter(({ point, told }) => point.first > told)
    const checkpoints = this.#unsaved
    if (news.length === 0 && checkpoints.length === 0) return
    const heads = news.map(({ shard, point }) => ({ ...shard, next: point.first }))
    this.#unsaved = []
    try {
      await writeKnowledge(this.#options.postgres, checkpoints, heads)
    } catch (error) {
      this.#unsaved.unshift(...checkpoints)
      throw error
    }
    for (const [index, tail] of news.entries()) tail.told = heads[index]?.next ?? tail.told
  }
}

type Wanted = { leader: Parameters<KafkaClient['fetch']>[0]; place: Partition & { offset: number } }

async function fetchOf(client: KafkaClient, group: readonly Wanted[]): Promise<Fetched[]> {
  const [first] = group
  if (!first) return []
  return client.fetch(
    first.leader,
    group.map(({ place }) => place),
  )
}

function placed(point: Point, blocks: readonly KafkaBlock[]): PlacedBlock[] {
  let first = point.first
  return blocks.map((block) => {
    const one = { ...block, first }
    first += block.count
    return one
  })
}

/** Where the reading goes on after these blocks; null when there are none. */
export function endOf(blocks: readonly PlacedBlock[]): Point | null {
  const last = blocks.at(-1)
  return last ? { first: last.first + last.count, offset: last.offset + 1 } : null
}
