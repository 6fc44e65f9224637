import { Type } from 'typebox'
import type { StreamEntry, Typed } from '../profile/index.ts'
import { earlier, type StreamNeed } from './answer.ts'
import { streamKey, streamNeed } from './eventStreams.ts'
import type { EvaluationContext, Scope } from './kinds/kind.ts'
import { computeMeasure, entriesWithin, measureNames, passesCap } from './measure.ts'
import { atMoment } from './moment.ts'
import { nextShift, type Period, reachOf, spanOf } from './period.ts'
import type { Events, Measure } from './rule.ts'
import { eventsSchema, nameSchema, periodSchema } from './schema.ts'

/** One measure, wherever it stands: in a condition or as a computed trait. */

export const measureSchema = {
  measure: Type.Union(measureNames.map((name) => Type.Literal(name))),
  of: eventsSchema,
  property: Type.Optional(nameSchema),
  within: periodSchema,
  less: Type.Optional(
    Type.Object(
      { of: eventsSchema, property: Type.Optional(nameSchema) },
      { additionalProperties: false },
    ),
  ),
}

/** A measure and where it stands: '' or a path that ends in a slash. */
export type MeasureAt = { path: string; measure: Measure }

export const measureFilters = ({ path, measure }: MeasureAt) => [
  { path: `${path}of/where`, filters: measure.of.where ?? [] },
  ...(measure.less ? [{ path: `${path}less/of/where`, filters: measure.less.of.where ?? [] }] : []),
]

export const measurePeriod = ({ path, measure }: MeasureAt) => {
  return { path: `${path}within`, period: measure.within }
}

export function measureFault({ path, measure }: MeasureAt) {
  if (measure.measure !== 'count' && measure.property === undefined) {
    return { path: `${path}property`, message: 'only a count needs no property.' }
  }
  if (measure.less && measure.measure !== 'count' && measure.measure !== 'sum') {
    return { path: `${path}less`, message: 'only counts and sums can be lessened.' }
  }
  const isEdge = measure.measure === 'first' || measure.measure === 'last'
  if (isEdge && measure.property?.includes('[]')) {
    return { path: `${path}property`, message: 'the items of a list have no first and no last.' }
  }
  return null
}

const readOf = (events: Events, property: string | undefined, measure: Measure) => {
  return { events, value: measure.measure === 'count' ? undefined : property }
}

/** The streams a measure reads: its events', and those that lessen it. */
function streamsOf(measure: Measure) {
  const { of, property, less } = measure
  return [
    readOf(of, property, measure),
    ...(less ? [readOf(less.of, less.property ?? property, measure)] : []),
  ]
}

export const measureNeeds = (measure: Measure): StreamNeed[] =>
  streamsOf(measure).map(({ events, value }) =>
    streamNeed(events, { value, period: measure.within, reachMs: reachOf(measure.within) }),
  )

/** What somebody's events say now. */
export type Reading = {
  value: Typed | null
  /** Time of the newest event that it was made of, epoch ms. */
  newest: number | undefined
  /** How many entries it was made of. */
  events: number
  /** True when more took place than is kept: the value is of the newest ones. */
  approximate: boolean
  /** When it can next change by time alone, epoch ms: early perhaps, never late. */
  nextChangeAt: number | null
}

/** What one stream holds for a period at the instant of a question. */
export type Within = {
  entries: readonly StreamEntry[]
  approximate: boolean
  shiftAt: number | null
}

/** What a reading of kept entries tells besides its value. */
export function toldBy({ entries, approximate, shiftAt }: Within): Omit<Reading, 'value'> {
  return {
    newest: entries[0]?.at,
    events: entries.length,
    approximate,
    nextChangeAt: shiftAt,
  }
}

/** Reads a stream's entries of a period. */
export function entriesReader(
  asked: { events: Events; value?: string | undefined; period: Period },
  { streamOf, calendar }: Scope,
): (context: EvaluationContext) => Within {
  const { events, value, period } = asked
  const stream = streamOf(streamKey(events, { value, period }))
  const chosen = atMoment(events, calendar)
  return ({ facts, now }) => {
    const span = spanOf(period, now, calendar)
    const all = facts.stream(stream)
    const within = entriesWithin(all, span)
    const entries = chosen(within)
    const shifting = { now, span, newest: all[0]?.at, oldest: entries.at(-1)?.at }
    return {
      entries,
      approximate: passesCap(all, span.from),
      shiftAt: nextShift(period, shifting, calendar),
    }
  }
}

const NOTHING: Within = { entries: [], approximate: false, shiftAt: null }

/** Reads a measure; what comes back is asked of every profile. */
export function measureReader(
  measure: Measure,
  scope: Scope,
): (context: EvaluationContext) => Reading {
  const [own, less] = streamsOf(measure).map(({ events, value }) =>
    entriesReader({ events, value, period: measure.within }, scope),
  )
  return (context) => {
    const [x, y] = [own?.(context) ?? NOTHING, less?.(context) ?? NOTHING]
    return {
      value: computeMeasure(measure.measure, x.entries, y.entries),
      newest: x.entries[0]?.at,
      events: x.entries.length + y.entries.length,
      approximate: x.approximate || y.approximate,
      nextChangeAt: earlier(x.shiftAt, y.shiftAt),
    }
  }
}
