import { Type } from 'typebox'
import type { StreamEntry } from '../../profile/index.ts'
import type { Edge } from '../rule.ts'

/** The kinds that look at when events took place, not at what they tell. */

export const edgeSchema = Type.Union([Type.Literal('first'), Type.Literal('last')])

/** The entry of an edge; `entries` newest first. */
export const edgeOf = (edge: Edge, entries: readonly StreamEntry[]): StreamEntry | undefined =>
  edge === 'last' ? entries[0] : entries.at(-1)

/** The time of the edge of the rows `e` that fulfil a condition, and whether there is one. */
export function edgeSql(edge: Edge, condition: string): { time: string; has: string } {
  const name = edge === 'last' ? 'maxIf' : 'minIf'
  return { time: `${name}(e.time, ${condition})`, has: `(countIf(${condition}) > 0)` }
}
