import type { Clock } from '../clock.ts'
import type { Postgres, Statement } from '../postgres.ts'
import { countOf, packBlock } from './block.ts'
import type { Entry, ShardName } from './log.ts'

export type BlockWriting = {
  postgres: Postgres
  clock: Clock
  /**
   * Statements that write rows of the caller's own (counters), durable together with the block or
   * not at all. Each must stand alone, and its text be the same whenever it has the same name.
   */
  alongside?: (appended: { shard: ShardName; entries: readonly Entry[] }) => Statement[]
}

/**
 * Writes one block durably and returns how to learn the position of its first event. All of it is
 * one statement, so that a block costs one trip to the server, which commits by itself.
 */
export async function writeBlock(
  { postgres, clock, alongside }: BlockWriting,
  shard: ShardName,
  entries: readonly Entry[],
): Promise<() => Promise<number>> {
  const count = countOf(entries)
  const block = [shard.lane, shard.shard, count, packBlock(entries), new Date(clock.now())]
  const { name, text, values } = joined(block, alongside?.({ shard, entries }) ?? [])
  const [row] = await postgres.query<{ first: number }>(text, values, name)
  // An entry whose every event was refused has nothing to keep a position for.
  return async () => row?.first ?? 0
}

/**
 * The head's row lock is held until commit: whoever sees position n sees all before it. Without
 * that row the position is null, which no block may have, and nothing is written.
 */
function joined(block: unknown[], beside: readonly Statement[]): Statement {
  const values = [...block]
  const parts = beside.map((statement) => {
    const before = values.length
    values.push(...statement.values)
    const text = statement.text.replace(/\$(\d+)/g, (_, n) => `$${before + Number(n)}`)
    return `${statement.name} AS (${text}),`
  })
  const text = `WITH ${parts.join('\n')} head AS (
       UPDATE log_head SET next = next + $3 WHERE lane = $1 AND shard = $2
       RETURNING next - $3 AS first)
     INSERT INTO log_block (lane, shard, first, count, bytes, written_at)
     SELECT $1, $2, (SELECT first FROM head), $3, $4, $5 WHERE $3 > 0 RETURNING first`
  return { name: ['append', ...beside.map(({ name }) => name)].join('_'), text, values }
}
