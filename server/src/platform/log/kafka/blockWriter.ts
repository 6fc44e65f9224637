import { Problem } from '../../errors.ts'
import { isPassing, type KafkaClient, type Leader, type Partition, reasonOf } from './client.ts'

/** How long a block may take until its senders are told that it could not be written. */
const PATIENCE_MS = 10_000
const ATTEMPT_MS_MIN = 1_000
const AGAIN_AFTER_MS = 100
/** Bytes in one request to a broker; a block that is longer goes alone. */
const REQUEST_BYTES_MAX = 8 * 1024 * 1024

/** The cluster did not take a block in time. Whether it will still appear in it is not known. */
export class LogUnreachable extends Problem {
  constructor(reason: string) {
    const detail = `Kafka did not take a block of the event log: ${reason}. Send again in a moment.`
    super(503, { code: 'log_unreachable', detail })
    this.name = 'LogUnreachable'
  }
}

type Waiting = Partition & {
  count: number
  bytes: Buffer
  deadline: number
  resolve: (offset: number) => void
  reject: (error: unknown) => void
}

type Line = { leader: Leader; waiting: Waiting[]; sending: boolean }

/**
 * Writes blocks with acks=all. A broker works on one request of a connection at a time, so the
 * blocks of all its partitions that come meanwhile go together in its next request. What fails for
 * a reason that passes (a leader that moves) is sent again, until the patience ends: a block may
 * then be in the log twice, which the flow absorbs.
 */
export class BlockWriter {
  readonly #client: KafkaClient
  readonly #lines = new Map<number, Line>()

  constructor(client: KafkaClient) {
    this.#client = client
  }

  /** The offset of the block. @throws LogUnreachable */
  write(block: Partition & { count: number; bytes: Buffer }): Promise<number> {
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + PATIENCE_MS
      void this.#enqueue({ ...block, deadline, resolve, reject })
    })
  }

  async #enqueue(waiting: Waiting): Promise<void> {
    try {
      const leader = await this.#client.leaderOf(waiting)
      const held = this.#lines.get(leader.id)
      const line = held ?? { leader, waiting: [], sending: false }
      line.leader = leader
      this.#lines.set(leader.id, line)
      line.waiting.push(waiting)
      if (!line.sending) void this.#drain(line)
    } catch (error) {
      this.#sendAgain(waiting, reasonOf(error))
    }
  }

  #sendAgain(waiting: Waiting, reason: string): void {
    this.#client.forgetLeaders()
    if (performance.now() + AGAIN_AFTER_MS >= waiting.deadline) {
      waiting.reject(new LogUnreachable(reason))
      return
    }
    setTimeout(() => void this.#enqueue(waiting), AGAIN_AFTER_MS)
  }

  async #drain(line: Line): Promise<void> {
    line.sending = true
    while (line.waiting.length > 0) {
      const group = takeGroup(line)
      try {
        await this.#send(line.leader, group)
      } catch (error) {
        for (const one of group) this.#sendAgain(one, reasonOf(error))
      }
    }
    line.sending = false
  }

  async #send(leader: Leader, group: readonly Waiting[]): Promise<void> {
    const left = Math.max(...group.map(({ deadline }) => deadline)) - performance.now()
    const timeoutMs = Math.ceil(Math.max(ATTEMPT_MS_MIN, left))
    const answers = await this.#client.produce(leader, group, timeoutMs)
    for (const [index, { offset, error }] of answers.entries()) {
      const one = group[index]
      if (!one) continue
      if (error === 0) one.resolve(offset)
      else if (isPassing(error)) this.#sendAgain(one, `error ${error}`)
      else one.reject(new LogUnreachable(`error ${error}`))
    }
  }
}

/** The next request: one block a partition, in the order in which they came. */
function takeGroup(line: Line): Waiting[] {
  const group: Waiting[] = []
  const partitions = new Set<string>()
  let bytes = 0
  for (const one of line.waiting) {
    const key = `${one.topic}:${one.partition}`
    if (partitions.has(key)) continue
    bytes += one.bytes.length
    if (group.length > 0 && bytes > REQUEST_BYTES_MAX) break
    partitions.add(key)
    group.push(one)
  }
  const taken = new Set(group)
  line.waiting = line.waiting.filter((one) => !taken.has(one))
  return group
}
