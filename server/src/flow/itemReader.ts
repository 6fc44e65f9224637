import type { Log, ShardName } from '../platform/log/log.ts'
import { type Item, itemsOf, shardText } from './items.ts'

/** Decoded events kept in all: the sink is about a second behind the flow. Some 3 KB each. */
const KEPT_MAX = 20_000

export type ItemReader = {
  /** Items after `after` in order, until `limit` is reached or there are no more for now. */
  read(shard: ShardName, after: number, limit: number): Promise<Item[]>
}

/**
 * Reads and decodes the log. What was read last is kept for a moment, because the flow and, right
 * behind it, the sink of the same process want the same events: decoding is a tenth of all work.
 */
export function openItemReader(log: Pick<Log, 'read'>): ItemReader {
  /** Dense runs by shard, the one that grew last at the end. */
  const recent = new Map<string, readonly Item[]>()
  const keep = (key: string, items: readonly Item[]) => {
    recent.delete(key)
    recent.set(key, items.slice(-KEPT_MAX))
    let kept = 0
    for (const run of recent.values()) kept += run.length
    for (const [shard, run] of recent) {
      if (kept <= KEPT_MAX) break
      recent.delete(shard)
      kept -= run.length
    }
  }
  return {
    read: async (shard, after, limit) => {
      const key = shardText(shard)
      const held = heldAfter(recent.get(key) ?? [], { after, limit })
      if (held.length > 0) return held
      const items = itemsOf(await log.read(shard, after, limit), after)
      const grown = grownBy(recent.get(key) ?? [], items)
      if (grown) keep(key, grown)
      return items
    },
  }
}

/** Kept items from `after` on; none when the next one is not kept. Positions are dense. */
function heldAfter(
  held: readonly Item[],
  { after, limit }: { after: number; limit: number },
): Item[] {
  const first = held[0]
  if (!first || after + 1 < first.position) return []
  const from = after + 1 - first.position
  return held.slice(from, from + limit)
}

/** The run with what was read; null for who reads from far behind, who pushes nobody out. */
function grownBy(held: readonly Item[], next: readonly Item[]): readonly Item[] | null {
  const last = held.at(-1)?.position ?? 0
  const end = next.at(-1)?.position ?? 0
  if (end <= last) return null
  return last + 1 === next[0]?.position ? [...held, ...next] : next
}
