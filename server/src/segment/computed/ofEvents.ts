import type { TSchema } from 'typebox'
import { Type } from 'typebox'
import type { Kept } from '../../profile/index.ts'
import { decimalText } from '../../profile/index.ts'
import type { StreamNeed } from '../answer.ts'
import { eventConditions, spanConditions, streamNeed } from '../eventStreams.ts'
import { type Period, reachOf, spanOf } from '../period.ts'
import type { Events } from '../rule.ts'
import { eventsSchema, periodSchema } from '../schema.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'

/** What the kinds share that look at events of a period. */
type OfEvents = { of: Events; within: Period }

export const ofEventsSchema = <Own extends Record<string, TSchema>>(own: Own) =>
  Type.Object({ ...own, of: eventsSchema, within: periodSchema }, { additionalProperties: false })

export const ofEventsParts = {
  filters: ({ of }: OfEvents) => [{ path: 'of/where', filters: of.where ?? [] }],
  periods: ({ within }: OfEvents) => [{ path: 'within', period: within }],
}

/** @param value path of the property that is looked at, if any. */
export function needsOfEvents(
  { of, within }: OfEvents,
  value?: string,
): { traits: []; streams: StreamNeed[] } {
  const reads = { ...(value === undefined ? {} : { value }), period: within }
  return { traits: [], streams: [streamNeed(of, { ...reads, reachMs: reachOf(within) })] }
}

/** The same of what only the first or the last event tells. */
export function needsOfEdge(edge: 'first' | 'last', asked: OfEvents) {
  const { traits, streams } = needsOfEvents(asked)
  if (edge === 'first') return { traits, streams }
  return { traits, streams: streams.map((need) => ({ ...need, since: 'newest' as const })) }
}

/** The name of the condition on the rows `e` that are looked at. */
export function rowsOfEvents({ of, within }: OfEvents, builder: SqlBuilder): string {
  const span = spanOf(within, builder.now, builder.calendar)
  const parts = [...eventConditions(of, builder), ...spanConditions(span, builder)]
  return builder.nameRows(parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`)
}

/** A value as a text that is the same in ClickHouse: its type's letter, then what it is. */
export function keyOfKept(value: Kept): string {
  if (typeof value === 'bigint') return `n${plainDecimal(decimalText(value))}`
  return typeof value === 'boolean' ? `b${value}` : `t${value}`
}

/** Without zeros at the end, as ClickHouse writes decimals. */
const plainDecimal = (text: string): string => text.replace(/\.?0+$/, '')

/** Texts in the order of their bytes, which is ClickHouse's. */
export const compareBytes = (x: string, y: string): number =>
  Buffer.compare(Buffer.from(x), Buffer.from(y))
