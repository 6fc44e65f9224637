import {
  Admin,
  type Connection,
  ConnectionPool,
  fetchV12,
  findErrorBy,
  produceV9,
  protocolErrors,
  protocolErrorsCodesById,
  ResponseError,
} from '@platformatic/kafka'
import { createTopics, type TopicId } from './topics.ts'

/** One shard as Kafka knows it. */
export type Partition = { topic: string; partition: number }

/** A broker that leads partitions. */
export type Leader = { id: number; host: string; port: number }

/** A record as it lies in a partition: one block. */
export type KafkaBlock = {
  offset: number
  /** How many positions the block takes. */
  count: number
  /** When the broker took it, epoch ms. */
  writtenAt: number
  bytes: Buffer
}

export type Fetched = Partition & {
  /** The offset that was asked for. */
  from: number
  blocks: KafkaBlock[]
  /** The offset behind the last durable record. */
  end: number
  /** Kafka's error code; 0 when there is none. */
  error: number
}

export type Written = { offset: number; error: number }

const CONNECT_MS = 3_000
/** Beyond what a broker may take to answer, so that its own answer comes first. */
const ANSWER_GRACE_MS = 3_000
const FETCH_ANSWER_MS = 15_000
const ADMIN_ANSWER_MS = 10_000
const PARTITION_BYTES_MAX = 1024 * 1024
const FETCH_BYTES_MAX = 16 * 1024 * 1024
const ACKS_ALL = -1
/** The record header that holds how many positions a block takes, as decimal digits. */
const COUNT_HEADER = Buffer.from('count')
export const OFFSET_OUT_OF_RANGE = 1

/** True for errors of Kafka after which the same may be asked again. */
export function isPassing(code: number): boolean {
  const id = protocolErrorsCodesById[code as keyof typeof protocolErrorsCodesById]
  return protocolErrors[id as keyof typeof protocolErrors]?.canRetry === true
}

/**
 * What the log needs of a Kafka cluster, and no more: who leads, write with acks=all, read by
 * offset. The library's own producer and consumer are not used: shards are leased in PostgreSQL, so
 * there is no group; and its producer fails all partitions of a request when one fails, and allows
 * one request at a time when it is idempotent (see docs/adr/0006).
 */
export class KafkaClient {
  readonly #brokers: string[]
  readonly #topics: string[]
  #admin: Admin
  /** Apart, so that a write never waits behind a fetch. */
  #pools: { writing: ConnectionPool; reading: ConnectionPool }
  #leaders = new Map<string, Leader>()
  #looking: Promise<void> | null = null

  constructor({ brokers, topics }: { brokers: readonly string[]; topics: readonly string[] }) {
    this.#brokers = [...brokers]
    this.#topics = [...topics]
    this.#admin = openAdmin(this.#brokers)
    this.#pools = { writing: openPool(), reading: openPool() }
  }

  /** @throws when no broker answers, or a topic has another number of partitions. */
  openTopics(partitions: number): Promise<TopicId[]> {
    return createTopics(this.#admin, this.#topics, partitions)
  }

  /** Who leads a partition; asked of the cluster when it is not known. */
  async leaderOf(place: Partition): Promise<Leader> {
    if (!this.#leaders.has(keyOf(place))) {
      this.#looking ??= this.#lookForLeaders().finally(() => {
        this.#looking = null
      })
      await this.#looking
    }
    const leader = this.#leaders.get(keyOf(place))
    if (!leader) throw new Error(`Partition ${keyOf(place)} of Kafka has no leader at present.`)
    return leader
  }

  forgetLeaders(): void {
    this.#leaders = new Map()
  }

  async #lookForLeaders(): Promise<void> {
    const admin = this.#admin
    const asked = admin.metadata({ topics: [...this.#topics], forceUpdate: true })
    const metadata = await within(ADMIN_ANSWER_MS, asked).catch((error: unknown) => {
      if (error instanceof NoAnswer && this.#admin === admin) {
        this.#admin = openAdmin(this.#brokers)
        abandon(admin)
      }
      throw error
    })
    const leaders = new Map<string, Leader>()
    for (const [topic, { partitions }] of metadata.topics) {
      for (const [partition, { leader }] of partitions.entries()) {
        const broker = metadata.brokers.get(leader)
        if (broker) leaders.set(keyOf({ topic, partition }), { id: leader, ...broker })
      }
    }
    this.#leaders = leaders
  }

  /** Writes blocks, one a partition, and resolves when the replicas in sync have them. */
  async produce(
    leader: Leader,
    blocks: readonly (Partition & { count: number; bytes: Buffer })[],
    timeoutMs: number,
  ): Promise<Written[]> {
    const records = blocks.map(({ topic, partition, count, bytes }) => ({
      ...{ topic, partition, value: bytes },
      headers: new Map([[COUNT_HEADER, Buffer.from(String(count))]]),
    }))
    const ask = { leader, pool: 'writing', ms: timeoutMs + ANSWER_GRACE_MS } as const
    const response = await this.#ask(ask, (connection) =>
      produceV9.api
        .async(connection, ACKS_ALL, timeoutMs, records)
        .catch((error: unknown) => responseIn<Produced>(error)),
    )
    if (typeof response === 'boolean') throw new Error('Kafka gave no answer to a write.')
    const written = new Map<string, Written>()
    for (const { name, partitionResponses } of response.responses) {
      for (const { index, errorCode, baseOffset } of partitionResponses) {
        const key = keyOf({ topic: name, partition: index })
        written.set(key, { offset: Number(baseOffset), error: errorCode })
      }
    }
    return blocks.map((block) => {
      const one = written.get(keyOf(block))
      if (!one) throw new Error('Kafka did not say what became of a block.')
      return one
    })
  }

  /** Reads what is durable from the given offsets on, up to 1 MB a partition, without waiting. */
  async fetch(
    leader: Leader,
    wanted: readonly (Partition & { offset: number })[],
  ): Promise<Fetched[]> {
    const topics = [...Map.groupBy(wanted, ({ topic }) => topic)].map(([topicId, places]) => ({
      topicId,
      partitions: places.map(({ partition, offset }) => ({
        partition,
        currentLeaderEpoch: -1,
        fetchOffset: BigInt(offset),
        lastFetchedEpoch: -1,
        partitionMaxBytes: PARTITION_BYTES_MAX,
      })),
    }))
    const ask = { leader, pool: 'reading', ms: FETCH_ANSWER_MS } as const
    const response = await this.#ask(ask, (connection) =>
      fetchV12.api
        .async(connection, 0, 0, FETCH_BYTES_MAX, 0, 0, -1, topics, [], '')
        .catch((error: unknown) => responseIn<FetchedAll>(error)),
    )
    const from = new Map(wanted.map((place) => [keyOf(place), place.offset]))
    return response.responses.flatMap(({ topicId: topic, partitions }) =>
      partitions.map((one) => {
        const place = { topic, partition: one.partitionIndex }
        const offset = from.get(keyOf(place)) ?? 0
        const blocks = blocksIn(one.records ?? [], offset)
        const end = Number(one.highWatermark)
        return { ...place, from: offset, blocks, end, error: one.errorCode }
      }),
    )
  }

  /** Lets Kafka delete the records before `offset`. */
  async deleteBefore({ topic, partition }: Partition, offset: number): Promise<void> {
    await this.#admin.deleteRecords({
      topics: [{ name: topic, partitions: [{ partition, offset: BigInt(offset) }] }],
    })
  }

  async close(): Promise<void> {
    const { writing, reading } = this.#pools
    await Promise.all([this.#admin.close(), writing.close(), reading.close()])
  }

  /**
   * One request on a connection to a broker. A pool can keep a connection that neither connects nor
   * fails; when nothing is heard in time, its connections are made anew.
   */
  async #ask<T>(
    { leader, pool, ms }: { leader: Leader; pool: 'writing' | 'reading'; ms: number },
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const held = this.#pools[pool]
    try {
      return await within(ms, held.get(leader).then(work))
    } catch (error) {
      if (error instanceof NoAnswer && this.#pools[pool] === held) {
        this.#pools[pool] = openPool()
        abandon(held)
      }
      throw error
    }
  }
}

const CLIENT_ID = 'clientele'
const CONNECTING = { connectTimeout: CONNECT_MS, requestTimeout: FETCH_ANSWER_MS }

function openAdmin(brokers: string[]): Admin {
  const options = { ...CONNECTING, retries: 0, timeout: CONNECT_MS }
  const admin = new Admin({ ...options, clientId: CLIENT_ID, bootstrapBrokers: brokers })
  surviveFaults(admin.connections)
  return admin
}

function openPool(): ConnectionPool {
  const pool = new ConnectionPool(CLIENT_ID, CONNECTING)
  surviveFaults(pool)
  return pool
}

/** A pool hears of a connection's first fault only; a second one must not end the process. */
function surviveFaults(pool: ConnectionPool): void {
  pool.on('connecting', ({ connection }) => connection.on('error', () => {}))
}

/** What does not answer may not close well either, and nobody waits for it. */
function abandon(client: { close(): Promise<void> }): void {
  client.close().catch(() => {})
}

class NoAnswer extends Error {}

export const keyOf = ({ topic, partition }: Partition): string => `${topic}:${partition}`

/** An answer in which single partitions have errors is an answer all the same. */
function responseIn<Response>(error: unknown): Response {
  if (error instanceof ResponseError && error.response) return error.response as Response
  throw error
}

type Produced = Awaited<ReturnType<typeof produceV9.api.async>>

type FetchedAll = Awaited<ReturnType<typeof fetchV12.api.async>>

type Batches = NonNullable<FetchedAll['responses'][number]['partitions'][number]['records']>

/** A batch may begin before the offset that was asked for. */
function blocksIn(batches: Batches, from: number): KafkaBlock[] {
  return batches.flatMap((batch) =>
    batch.records.flatMap(({ offsetDelta, headers, value }) => {
      const offset = Number(batch.firstOffset) + offsetDelta
      if (offset < from) return []
      const count = Number(headers.find(([name]) => name?.equals(COUNT_HEADER))?.[1]?.toString())
      if (!value || !(count > 0)) {
        throw new Error(`The record at offset ${offset} is none that Clientele wrote to Kafka.`)
      }
      return [{ offset, count, writtenAt: Number(batch.maxTimestamp), bytes: Buffer.from(value) }]
    }),
  )
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer('A broker of Kafka does not answer.')), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    work.catch(() => {})
  }
}

/** Kafka's name for what went wrong, for a sentence; it holds nothing of what was sent. */
export function reasonOf(error: unknown): string {
  const named = findErrorBy(error as Error, 'code', 'PLT_KFK_PROTOCOL') as { apiId?: string } | null
  return named?.apiId ?? (error instanceof Error ? error.message : String(error))
}
