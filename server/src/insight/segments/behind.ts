import type { QueryParams } from '../../platform/clickhouse.ts'
import { type FlowQuestion, flowsSql } from './flows.ts'
import { MOVES, STAYS } from './ledger.ts'

/** A condition on `profile`, for lists of people behind a number. Times are epoch ms. */
export type Behind = { sql: string; params: QueryParams }

/** Who entered or left a segment in a time (`to` left out), by cause where one is asked for. */
export function whoMoved(question: {
  segment: number
  change: 'entered' | 'left'
  from: number
  to: number
}): Behind {
  const { segment, change, from, to } = question
  return {
    sql: `profile IN (
      SELECT person FROM (${MOVES})
      WHERE ${change === 'entered' ? 'inside' : 'NOT inside'}
        AND at >= fromUnixTimestamp64Milli({movedFrom:Int64})
        AND at < fromUnixTimestamp64Milli({movedTo:Int64}))`,
    params: { segments: [segment], movedFrom: from, movedTo: to },
  }
}

/** Who stayed in a segment for a time of this length: ms, from `least` up to `most` (left out). */
export function whoStayed(question: {
  segment: number
  lasting: boolean
  least: number
  most: number | null
  now: number
}): Behind {
  const { segment, lasting, least, most, now } = question
  const length = `greatest(0, if(lasts, {stayNow:Int64}, toUnixTimestamp64Milli(until))
    - toUnixTimestamp64Milli(since))`
  return {
    sql: `profile IN (
      SELECT person FROM (${STAYS})
      WHERE NOT filled AND ${lasting ? 'lasts' : 'NOT lasts'} AND ${length} >= {stayLeast:Int64}
        ${most === null ? '' : `AND ${length} < {stayMost:Int64}`})`,
    params: { segments: [segment], stayNow: now, stayLeast: least, stayMost: most ?? 0 },
  }
}

/** Who is in all of some segments and in none of some others. */
export function whoIsIn(all: readonly number[], none: readonly number[]): Behind {
  return {
    sql: 'hasAll(segments, {inAll:Array(UInt32)}) AND NOT hasAny(segments, {inNone:Array(UInt32)})',
    params: { inAll: all, inNone: none },
  }
}

/** Who entered or left a segment by way of another one, or of none (see `flowsSql`). */
export function whoFlowed(question: FlowQuestion, via: number): Behind {
  const { sql, params } = flowsSql(question)
  return {
    sql: `profile IN (SELECT person FROM (${sql}) WHERE via = {flowVia:Int64})`,
    params: { ...params, flowVia: via },
  }
}
