import { Type } from 'typebox'
import { DAY_MS } from '../../platform/durations.ts'
import type { StreamEntry } from '../../profile/index.ts'
import type { Edge } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'

/** The kinds that look at when events took place, not at what they tell. */

export const edgeSchema = Type.Union([Type.Literal('first'), Type.Literal('last')])

/** The entry of an edge; `entries` newest first. */
export const edgeOf = (edge: Edge, entries: readonly StreamEntry[]): StreamEntry | undefined =>
  edge === 'last' ? entries[0] : entries.at(-1)

/** Whole days of 24 hours from one instant to another, epoch ms; none before it. */
export const wholeDays = (since: number, now: number): number =>
  Math.max(0, Math.floor((now - since) / DAY_MS))

/** The same of a time in ClickHouse until now. */
export function wholeDaysSql(time: string, builder: SqlBuilder): string {
  const age = `(${builder.bind('Int64', builder.now)} - toUnixTimestamp64Milli(${time}))`
  return `intDiv(greatest(0, ${age}), ${DAY_MS})`
}

/** The time of the edge of the rows `e` that fulfil a condition, and whether there is one. */
export function edgeSql(edge: Edge, condition: string): { time: string; has: string } {
  const name = edge === 'last' ? 'maxIf' : 'minIf'
  return { time: `${name}(e.time, ${condition})`, has: `(countIf(${condition}) > 0)` }
}
