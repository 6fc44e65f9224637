import type { Lane, ShardName } from '../platform/log/log.ts'
import type { Holding } from './cursor.ts'

/** What a process does about its shards: take some that are free, give back what is too many. */
export type Balance = { take: ShardName[]; give: ShardName[] }

/**
 * Fair shares, lane by lane: nobody holds more than the shards divided by the processes, rounded
 * up. A free shard is taken only up to that share, so that each finds its own.
 */
export function balanceOf({ shards, processes }: Holding): Balance {
  const balance: Balance = { take: [], give: [] }
  for (const lane of new Set(shards.map((one): Lane => one.lane))) {
    const own = shards.filter((one) => one.lane === lane)
    const share = Math.ceil(own.length / processes)
    const held = own.filter((one) => one.owner === 'me')
    const free = own.filter((one) => one.owner === 'nobody')
    balance.give.push(...held.slice(share).map(nameOf))
    balance.take.push(...free.slice(0, Math.max(0, share - held.length)).map(nameOf))
  }
  return balance
}

const nameOf = ({ lane, shard }: ShardName): ShardName => ({ lane, shard })
