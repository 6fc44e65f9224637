import {
  Admin,
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
  readonly #admin: Admin
  readonly #writing: ConnectionPool
  readonly #reading: ConnectionPool
  readonly #topics: string[]
  #leaders = new Map<string, Leader>()
  #looking: Promise<void> | null = null

  constructor({ brokers, topics }: { brokers: readonly string[]; topics: readonly string[] }) {
    const clientId = 'clientele'
    const options = { connectTimeout: CONNECT_MS, requestTimeout: FETCH_ANSWER_MS }
    this.#topics = [...topics]
    this.#admin = new Admin({
      ...{ ...options, clientId, bootstrapBrokers: [...brokers] },
      retries: 0,
      timeout: CONNECT_MS,
    })
    this.#writing = new ConnectionPool(clientId, options)
    this.#reading = new ConnectionPool(clientId, options)
    for (const pool of [this.#admin.connections, this.#writing, this.#reading]) {
      // The pool hears of a connection's first fault only; a second one must not end the process.
      pool.on('connecting', ({ connection }) => connection.on('error', () => {}))
    }
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
    const metadata = await this.#admin.metadata({ topics: [...this.#topics], forceUpdate: true })
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
    const connection = await this.#writing.get(leader)
    const answer = produceV9.api
      .async(connection, ACKS_ALL, timeoutMs, records)
      .catch((error: unknown) => responseIn<Produced>(error))
    const response = await within(timeoutMs + ANSWER_GRACE_MS, answer)
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
    const connection = await this.#reading.get(leader)
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
    const response = await fetchV12.api
      .async(connection, 0, 0, FETCH_BYTES_MAX, 0, 0, -1, topics, [], '')
      .catch((error: unknown) => responseIn<Awaited<ReturnType<typeof fetchV12.api.async>>>(error))
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
    await Promise.all([this.#admin.close(), this.#writing.close(), this.#reading.close()])
  }
}

export const keyOf = ({ topic, partition }: Partition): string => `${topic}:${partition}`

/** An answer in which single partitions have errors is an answer all the same. */
function responseIn<Response>(error: unknown): Response {
  if (error instanceof ResponseError && error.response) return error.response as Response
  throw error
}

type Produced = Awaited<ReturnType<typeof produceV9.api.async>>

type Batches = NonNullable<
  Awaited<
    ReturnType<typeof fetchV12.api.async>
  >['responses'][number]['partitions'][number]['records']
>

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
    timer = setTimeout(() => reject(new Error('A broker of Kafka does not answer.')), ms)
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
