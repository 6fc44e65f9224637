import type { Log, ShardName } from '../platform/log/log.ts'
import { type Item, itemsOf, shardText } from './items.ts'

/** Decoded events kept a shard: the sink is about a second behind the flow. */
const KEPT_MAX = 10_000

export type ItemReader = {
  /** Items after `after` in order: whole blocks, until `limit` is reached or there are no more. */
  read(shard: ShardName, after: number, limit: number): Promise<Item[]>
}

/**
 * Reads and decodes the log. What was read last is kept for a moment, because the flow and, right
 * behind it, the sink of the same process want the same events: decoding is a tenth of all work.
 */
export function openItemReader(log: Pick<Log, 'read'>): ItemReader {
  const recent = new Map<string, Item[]>()
  return {
    read: async (shard, after, limit) => {
      const key = shardText(shard)
      const held = heldAfter(recent.get(key) ?? [], after)
      if (held.length > 0) return held.slice(0, limit)
      const items = itemsOf(await log.read(shard, after, limit), after)
      if (items.length > 0) recent.set(key, joined(recent.get(key) ?? [], items))
      return items
    },
  }
}

/** The kept items from `after` on; none when the next one is not kept. Positions are dense. */
function heldAfter(held: readonly Item[], after: number): Item[] {
  const first = held[0]
  if (!first || after + 1 < first.position) return []
  return held.slice(after + 1 - first.position)
}

function joined(held: readonly Item[], next: readonly Item[]): Item[] {
  const last = held.at(-1)
  const isNext = last !== undefined && last.position + 1 === next[0]?.position
  // Whoever reads from far behind does not push out what the one in front has just read.
  if (last && !isNext && (next.at(-1)?.position ?? 0) <= last.position) return [...held]
  return (isNext ? [...held, ...next] : [...next]).slice(-KEPT_MAX)
}
