/**
 * The event log: everything that changes state enters by it, as received, and is kept in blocks.
 * Positions are dense within a shard of a lane: one an event, whether it is applied or not.
 */

/** `live` = as it happens; `bulk` = imports and replays; `inner` = the program's own timers. */
export type Lane = 'live' | 'bulk' | 'inner'

export type EntryHeader = {
  workspace: number
  /** `request`: the body of an intake request, whole. Others: a JSON body of the program itself. */
  kind: 'request' | 'control'
  /** The source's number; 0 for entries of the program itself. */
  source: number
  /** Acceptance, epoch ms: stamped once, kept for ever. */
  receivedAt: number
  /**
   * How many positions the entry takes: one for each event of the body, the rejected ones left out.
   */
  count: number
  /**
   * Indexes in the body's batch of the events that were rejected at the door: they have no
   * position.
   */
  rejected?: number[]
  /** Indexes in the body's batch whose bytes were erased; their positions stay. */
  erased?: number[]
  /**
   * Facts of the request that the body does not hold (client address, user agent, message type…).
   */
  facts?: Record<string, string>
}

export type Entry = { header: EntryHeader; body: Uint8Array }

/** Where in the log: block-wise reading starts after `position`. */
export type ShardName = { lane: Lane; shard: number }

export type Block = ShardName & {
  /** Position of the block's first event; its last is `first + count - 1`. */
  first: number
  count: number
  entries: Entry[]
}

export type AppendRequest = { lane: Lane; shardKey: string; entry: Entry }

/** Thrown when the log cannot take more for now: answer 429 with `Retry-After`. */
export class LogOverloaded extends Error {
  readonly retryAfterSeconds = 1
  constructor(waitingBytes: number) {
    super(`The log has ${waitingBytes} bytes waiting to be written. Send again in a second.`)
    this.name = 'LogOverloaded'
  }
}

/** Where an entry went. */
export type Appended = ShardName & {
  /** The position of its first event. Some logs have to look it up: ask only when it is wanted. */
  position(): Promise<number>
}

export type Log = {
  /** Resolves once the entry is durable (group commit). */
  append(request: AppendRequest): Promise<Appended>
  /** Blocks after `position` in order, until `limit` events are reached or there are no more. */
  read(shard: ShardName, after: number, limit: number): Promise<Block[]>
  /**
   * The last position given in each shard (of `of`, else in all). While a log has not yet seen
   * all that others wrote, it is a position of which there is at least so much.
   */
  heads(of?: readonly ShardName[]): Promise<(ShardName & { position: number })[]>
  /**
   * Moves blocks that end at or below `position`, and that were written before `writtenBefore`
   * (when it is given), to the archive.
   */
  trim(shard: ShardName, position: number, writtenBefore?: Date): Promise<void>
  /** Replaces the bytes of single events by nothing, wherever the block lies; positions stay. */
  erase(shard: ShardName, positions: readonly number[]): Promise<void>
  /**
   * Calls `listener` with the shard after each append of this process, and when it learns of those
   * of others; returns how to stop it.
   */
  onAppend(listener: (shard: ShardName) => void): () => void
  /**
   * True when appending and PostgreSQL share no transaction: then nobody has counted what was
   * accepted until the flow applies it, and the flow counts it in its own transaction.
   */
  countsWhenApplied?: boolean
  /** Rejects when entries cannot be taken at present; appends nothing. Absent: it cannot tell. */
  check?(): Promise<void>
  /** Waits for what is queued, then takes nothing more. */
  close(): Promise<void>
}

/** Names a shard in a key. */
export const shardKeyOf = ({ lane, shard }: ShardName): string => `${lane}:${shard}`
