import { decimalFrom, type Kept, type StreamEntry, type Typed } from '../../profile/index.ts'
import { numberOf, textOf } from '../measure.ts'
import { ITEM_TYPES } from '../operators/index.ts'
import { valuesSql } from '../operators/values.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { compareBytes, keyOfKept } from './ofEvents.ts'

/** The different values of entries, with how often and when last each was told. */

export type Told = { key: string; value: Kept; count: number; last: number }

export function toldValues(entries: readonly StreamEntry[]): Told[] {
  const told = new Map<string, Told>()
  for (const { value, at } of entries) {
    if (value === null) continue
    const key = keyOfKept(value)
    const held = told.get(key)
    if (!held) told.set(key, { key, value, count: 1, last: at })
    else {
      held.count += 1
      held.last = Math.max(held.last, at)
    }
  }
  return [...told.values()]
}

/** The one told most often first; of two told as often the one told last. */
const byCount = (x: Told, y: Told): number =>
  y.count - x.count || y.last - x.last || compareBytes(x.key, y.key)

/** The one told last first. */
export const byLast = (x: Told, y: Told): number => y.last - x.last || compareBytes(x.key, y.key)

/** The value that entries tell most often; of two told as often the one told last. */
export function mostTold(entries: readonly StreamEntry[]): Typed | null {
  const [most] = toldValues(entries).sort(byCount)
  return most ? typedOfKey(most.key) : null
}

/** What a key says, without the letter of its type. */
export const textOfKey = (key: string): string => key.slice(1)

function typedOfKey(key: string): Typed {
  const text = textOfKey(key)
  if (key.startsWith('b')) return { type: 'boolean', raw: text === 'true' }
  return key.startsWith('t') ? textOf(text) : numberOf(decimalFrom(text))
}

/** Keys of the values that a row `e` tells under a path. */
export function keysSql(path: string, builder: SqlBuilder): string {
  const { number, boolean } = ITEM_TYPES
  const text = `concat(if(v.1 = ${boolean}, 'b', 't'), v.2)`
  const key = `if(v.1 = ${number}, concat('n', toString(v.3)), ${text})`
  return `arrayMap(v -> ${key}, ${valuesSql(path, builder)})`
}

type ToldRows = { keys: string; condition: string }

/**
 * The told values of the rows `e` that fulfil a condition: an array of tuples (key, count, last).
 * Times are made odd, because ClickHouse forgets what is 0.
 */
export function toldSql({ keys, condition }: ToldRows): string {
  const counts = `sumMapIf(${keys}, arrayMap(k -> toUInt64(1), ${keys}), ${condition})`
  const time = 'toUnixTimestamp64Milli(e.time) * 2 + 1'
  const lasts = `maxMapIf(${keys}, arrayMap(k -> ${time}, ${keys}), ${condition})`
  return `arrayZip(${counts}.1, ${counts}.2, ${lasts}.2)`
}

/** The key of the value that the rows tell most often, as `mostTold`; '' of none. */
export const mostToldSql = (rows: ToldRows): string =>
  `(arraySort(${BY_COUNT_SQL}, ${toldSql(rows)})[1]).1`

/** Orders of such tuples, as `byCount` and `byLast`. */
const BY_COUNT_SQL = 'x -> (-toInt64(x.2), -x.3, x.1)'
export const BY_LAST_SQL = 'x -> (-x.3, x.1)'
