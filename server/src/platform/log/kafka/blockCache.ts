import { type ShardName, shardKeyOf } from '../log.ts'
import type { Point } from './checkpoints.ts'
import type { KafkaBlock } from './client.ts'

/** A block and where it stands. */
export type PlacedBlock = KafkaBlock & { first: number }

type Run = { key: string; blocks: PlacedBlock[]; first: number; end: number; bytes: number }

/** A run takes up neighbours until it is this long, so that there are few of them. */
const RUN_BYTES_MAX = 256 * 1024

/**
 * Runs of blocks that were read lately: the tail, the flow and the sink want the same ones within a
 * second or two. What was put in first leaves first.
 */
export class BlockCache {
  readonly #bytesMax: number
  readonly #runs = new Map<string, Run[]>()
  #inOrder: Run[] = []
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Keeps neighbouring blocks. */
  add(shard: ShardName, blocks: readonly PlacedBlock[]): void {
    const [first] = blocks
    const last = blocks.at(-1)
    if (!first || !last) return
    const key = shardKeyOf(shard)
    const runs = this.#runs.get(key) ?? []
    this.#runs.set(key, runs)
    let run = runs.at(-1)
    if (!run || run.end !== first.first || run.bytes > RUN_BYTES_MAX) {
      run = { key, blocks: [], first: first.first, end: first.first, bytes: 0 }
      runs.push(run)
      this.#inOrder.push(run)
    }
    const bytes = blocks.reduce((sum, block) => sum + block.bytes.length, 0)
    run.blocks.push(...blocks)
    run.end = last.first + last.count
    run.bytes += bytes
    this.#bytes += bytes
    while (this.#bytes > this.#bytesMax && this.#inOrder.length > 1) this.#dropOldest()
  }

  #dropOldest(): void {
    const run = this.#inOrder.shift()
    if (!run) return
    this.#bytes -= run.bytes
    // Runs of one shard are in the same order, so it is the first of its own.
    this.#runs.get(run.key)?.shift()
  }

  /** The block that holds a position. */
  find(shard: ShardName, position: number): PlacedBlock | null {
    const runs = this.#runs.get(shardKeyOf(shard)) ?? []
    const run = runs.findLast((one) => one.first <= position && position < one.end)
    return run?.blocks[indexOf(run.blocks, position)] ?? null
  }

  /** The end of a run at or before a position, to go on from. */
  nearest(shard: ShardName, position: number): Point | null {
    let best: Run | null = null
    for (const run of this.#runs.get(shardKeyOf(shard)) ?? []) {
      if (run.end <= position && run.end > (best?.end ?? 0)) best = run
    }
    const last = best?.blocks.at(-1)
    return best && last ? { first: best.end, offset: last.offset + 1 } : null
  }
}

/** Index of the last block that begins at or before a position. */
function indexOf(blocks: readonly PlacedBlock[], position: number): number {
  let low = 0
  let high = blocks.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((blocks[middle]?.first ?? 0) <= position) low = middle
    else high = middle - 1
  }
  return low
}
