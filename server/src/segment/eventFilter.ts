import type { QueryParams } from '../platform/clickhouse.ts'
import { eventConditions } from './eventStreams.ts'
import { columnsAt } from './operators/index.ts'
import { parseRule } from './parse.ts'
import type { DidRule } from './rule.ts'
import { SqlBuilder } from './sqlBuilder.ts'
import { TIMELESS } from './streams.ts'

export type EventFilter = {
  /** Conditions on a row called `e` of the events. */
  sql: string
  /** SQL of the typed values of a property of such a row. */
  property(path: string): { text: string; number: string; boolean: string; exists: string }
  /** The values bound so far; complete once the statement is written. */
  params: QueryParams
}

/**
 * The events that a condition "did EVENT where …" speaks of, for questions about the history.
 * `where` is the list of property filters of the segment language, as parsed JSON; `now`: epoch ms.
 * @throws a problem that names the first fault of the filters.
 */
export function eventFilter(
  question: { event: string; where: unknown },
  at: { workspace: number; now: number },
): EventFilter {
  const times = { op: 'atLeast', count: 1 }
  const rule = { did: question.event, where: question.where, times, within: null }
  const { where = [] } = parseRule(rule) as DidRule
  const builder = new SqlBuilder({ ...at, calendar: TIMELESS })
  const parts = [
    `e.workspace = ${builder.bind('UInt32', at.workspace)}`,
    'e.counted',
    ...eventConditions({ did: question.event, where }, builder),
  ]
  return {
    sql: parts.join(' AND '),
    property: (path) => columnsAt('e', path, builder),
    params: builder.params,
  }
}
