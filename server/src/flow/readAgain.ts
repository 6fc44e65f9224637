import type { Event } from '../collect/index.ts'
import type { Log } from '../platform/log/log.ts'
import type { Sql } from '../platform/postgres.ts'
import type { LogPosition } from '../profile/index.ts'
import { type Item, itemsOf, shardText } from './items.ts'

/** Reads events of the log again, by position; erased ones are left out. */
export type ReadAgain = (
  positions: readonly LogPosition[],
) => Promise<{ event: Event; hash: number; place: LogPosition }[]>

/** Well below the time after which PostgreSQL takes a transaction without statements for dead. */
const SIGN_OF_LIFE_MS = 1_000
/** Some 3 KB each. */
const REMEMBERED_MAX = 20_000

/**
 * For one batch: devices whose logins move share blocks, so what a block held is remembered. A
 * batch can need thousands of them, and its transaction waits meanwhile: it says that it is alive.
 */
export function openReadAgain(sql: Sql, log: Pick<Log, 'read'>): ReadAgain {
  const remembered = new Map<string, Item>()
  let saidAt = performance.now()
  const sayAlive = async () => {
    if (performance.now() - saidAt < SIGN_OF_LIFE_MS) return
    await sql.query('SELECT 1')
    saidAt = performance.now()
  }
  const itemAt = async (place: LogPosition): Promise<Item | undefined> => {
    const held = remembered.get(keyOf(place, place.position))
    if (held) return held
    await sayAlive()
    const blocks = await log.read(place, place.position - 1, 1)
    if (remembered.size > REMEMBERED_MAX) remembered.clear()
    for (const item of itemsOf(blocks, 0)) remembered.set(keyOf(place, item.position), item)
    return remembered.get(keyOf(place, place.position))
  }
  return async (positions) => {
    const found: Awaited<ReturnType<ReadAgain>> = []
    const each = new Map(positions.map((place) => [keyOf(place, place.position), place]))
    for (const place of each.values()) {
      const item = await itemAt(place)
      if (item?.kind === 'event') found.push({ event: item.event, hash: item.hash, place })
    }
    return found
  }
}

const keyOf = (shard: LogPosition, position: number): string => `${shardText(shard)}:${position}`
