import { eventFilter } from '../segment/index.ts'
import type { AskHistory } from './history.ts'

export const MEASURES = ['count', 'sum', 'distinct', 'people'] as const
export type Measure = (typeof MEASURES)[number]

export type MeasureQuestion = {
  workspace: number
  /** Epoch ms. */
  now: number
  event: string
  measure: Measure
  /** What is summed, or told apart; null where the measure needs none. */
  property: string | null
  /** Property filters of the segment language, as parsed JSON. */
  where: unknown
  /** Epoch ms, by event time; `to` is left out. null = without a bound. */
  from: number | null
  to: number | null
}

/**
 * One number about the applied events of one name. Robots and staff do not count. Sums are exact
 * to six decimals; text is told apart without regard to case and accents, as in segments; people
 * are counted by today's identity. `exact` is the number in full, where `value` may be rounded.
 * @throws a problem when a filter cannot be read, or ClickHouse is away.
 */
export async function readMeasure(
  ask: AskHistory,
  question: MeasureQuestion,
): Promise<{ value: number; exact: string }> {
  const { workspace, now, event, measure, where, from, to } = question
  const filter = eventFilter({ event, where }, { workspace, now })
  const property = filter.property(question.property ?? '')
  const expression: Record<Measure, string> = {
    count: 'count()',
    sum: `sum(${property.number})`,
    distinct: `uniqExactIf((${property.text}, ${property.number}, ${property.boolean}), ${property.exists})`,
    people: 'uniqExact(e.profile)',
  }
  const times = [
    ...(from === null ? [] : ['e.time >= fromUnixTimestamp64Milli({from:Int64})']),
    ...(to === null ? [] : ['e.time < fromUnixTimestamp64Milli({to:Int64})']),
  ]
  const table = measure === 'people' ? 'event_of_profile' : 'event'
  const [row] = await ask<{ answer: string }>(
    `SELECT toString(${expression[measure]}) AS answer FROM ${table} AS e
     WHERE ${[filter.sql, ...times].join(' AND ')}`,
    { ...filter.params, from: from ?? 0, to: to ?? 0 },
    'heavy',
  )
  const exact = row?.answer ?? '0'
  return { value: Number(exact), exact }
}
