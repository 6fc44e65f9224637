import type { Postgres } from '../postgres.ts'
import type { Archive } from './archive.ts'
import { packBlock, unpackBlock } from './block.ts'
import type { Entry, ShardName } from './log.ts'

export type ErasePlace = {
  postgres: Postgres
  archive: Archive
  /** Takes single events out of an entry's body; the log itself does not know what a body holds. */
  withoutEvents: (entry: Entry, indexes: readonly number[]) => Entry
}

/**
 * Rewrites the blocks that hold `positions` so that those events' bytes are gone. Positions, and
 * the bytes of all other events, stay as they are.
 */
export async function eraseFrom(
  place: ErasePlace,
  shard: ShardName,
  positions: readonly number[],
): Promise<void> {
  const key = [shard.lane, shard.shard, positions]
  const blocks = await place.postgres.query<{ first: number; bytes: Buffer }>(
    `SELECT DISTINCT first, bytes FROM log_block, unnest($3::bigint[]) AS position
     WHERE lane = $1 AND shard = $2 AND position BETWEEN first AND first + count - 1`,
    key,
  )
  for (const { first, bytes } of blocks) {
    await place.postgres.query(
      'UPDATE log_block SET bytes = $4 WHERE lane = $1 AND shard = $2 AND first = $3',
      [shard.lane, shard.shard, first, rewrite(place, bytes, { first, positions })],
    )
  }
  const archived = await place.postgres.query<{ first: number; file: string }>(
    `SELECT DISTINCT first, file FROM log_archive, unnest($3::bigint[]) AS position
     WHERE lane = $1 AND shard = $2 AND position BETWEEN first AND first + count - 1`,
    key,
  )
  for (const { first, file } of archived) {
    const bytes = rewrite(place, await place.archive.get(file), { first, positions })
    await place.archive.put(file, bytes)
  }
}

function rewrite(
  place: ErasePlace,
  bytes: Buffer,
  { first, positions }: { first: number; positions: readonly number[] },
): Buffer {
  const entries = unpackBlock(bytes)
  return packBlock(withoutPositions(place, entries, { first, erased: new Set(positions) }))
}

/** The entries of a block without the events at some positions. `first`: the block's first. */
export function withoutPositions(
  place: Pick<ErasePlace, 'withoutEvents'>,
  entries: readonly Entry[],
  { first, erased }: { first: number; erased: ReadonlySet<number> },
): Entry[] {
  let position = first
  return entries.map((entry) => {
    const start = position
    position += entry.header.count
    const indexes = acceptedIndexes(entry).filter((_, offset) => erased.has(start + offset))
    return indexes.length > 0 ? place.withoutEvents(entry, indexes) : entry
  })
}

/** The indexes in the body's batch of the events that have a position, in order. */
export function acceptedIndexes(entry: Entry): number[] {
  const { count, rejected = [] } = entry.header
  const refused = new Set(rejected)
  const indexes: number[] = []
  for (let index = 0; indexes.length < count; index += 1) {
    if (!refused.has(index)) indexes.push(index)
  }
  return indexes
}
