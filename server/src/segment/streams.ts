import { reserved } from '../collect/index.ts'
import type { Arriving, PropertyReader, Stream } from '../profile/index.ts'
import { type Calendar, calendarOf } from './calendar.ts'
import { keyOf, keysAt, prepareComparison } from './operators/index.ts'
import { sourceTest } from './party.ts'
import { spanOf } from './period.ts'
import type { Events, Operand, Operator, PropertyFilter, Sources } from './rule.ts'

/** A stream with the filter that decides which events enter. */
export type FilteredStream = Stream & {
  /** `null`: events of any name. */
  event: string | null
  /** Whether what a source told enters. */
  takes(source: number): boolean
  filters: PreparedFilter[]
}

type PreparedFilter = {
  property: string
  /** Keys of the only values that pass; `null` when that is not a matter of keys. */
  keys: string[] | null
  passes(read: PropertyReader): boolean
}

type StreamDefinition = {
  event: string | null
  where: [string, Operator, Operand | null][]
  value?: string
  from?: string
  to?: string
  sources?: Sources
}

/** What a stored stream keeps: which events, which property of them, between which dates. */
export type StoredStream = Events & {
  value: string | null
  period: { from?: string; to?: string }
}

/** Reads what `streamKey` wrote. */
export function storedStream(definition: string): StoredStream {
  const stored = JSON.parse(definition) as StreamDefinition
  const { event, where, value = null, from, to, sources } = stored
  const filters = where.map(([property, op, operand]): PropertyFilter => {
    return operand === null ? { property, op } : { property, op, value: operand }
  })
  const period = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  return { did: event, where: filters, value, period, ...(sources && { sources }) }
}

/** Filters of properties look neither at the clock nor at a calendar; see `parseRule`. */
export const TIMELESS: Calendar = calendarOf('UTC')

/** Reads a stream's stored definition; see `streamKey`. */
export function streamFrom(
  row: { id: number; definition: string; keep_newest: number; keep_ms: number | null },
  calendar: Calendar,
): FilteredStream {
  const stored = storedStream(row.definition)
  const { did, where = [], value, period } = stored
  const filters = where.map((filter): PreparedFilter => {
    const compare = prepareComparison(filter, TIMELESS)
    return {
      property: filter.property,
      keys: keysAt(filter.property, filter),
      passes: (read) => compare(read(filter.property), 0).holds,
    }
  })
  const keep = { newest: row.keep_newest, ms: row.keep_ms }
  const span = spanOf(period, 0, calendar)
  return { id: row.id, event: did, takes: sourceTest(stored), value, span, ...keep, filters }
}

type OfEvent = {
  unkeyed: FilteredStream[]
  /** Property → key of its value → streams that ask for that value. */
  keyed: Map<string, Map<string, FilteredStream[]>>
}

/** Finds the streams that an event enters: by its values, however many streams ask for others. */
export class StreamIndex {
  /** By name; under `null` what is open to events of any name. */
  readonly #events = new Map<string | null, OfEvent>()

  constructor(streams: readonly FilteredStream[]) {
    for (const stream of streams) this.#add(stream)
  }

  #add(stream: FilteredStream): void {
    const held = this.#events.get(stream.event)
    const of: OfEvent = held ?? { unkeyed: [], keyed: new Map() }
    this.#events.set(stream.event, of)
    const filter = stream.filters.find(({ keys }) => keys !== null)
    if (!filter?.keys) {
      of.unkeyed.push(stream)
      return
    }
    const byKey = of.keyed.get(filter.property) ?? new Map<string, FilteredStream[]>()
    of.keyed.set(filter.property, byKey)
    for (const key of new Set(filter.keys)) byKey.set(key, [...(byKey.get(key) ?? []), stream])
  }

  /** The streams that an event of this name, source and these properties enters. */
  entered(event: Arriving, read: PropertyReader): readonly Stream[] {
    const own = this.#passing(this.#events.get(event.event), event, read)
    // What the program tells of lists is nobody's doing.
    const any = event.event === reserved.LIST_EVENT ? undefined : this.#events.get(null)
    return any ? [...own, ...this.#passing(any, event, read)] : own
  }

  #passing(of: OfEvent | undefined, { source }: Arriving, read: PropertyReader): readonly Stream[] {
    if (!of) return NONE
    const passes = ({ takes, filters }: FilteredStream) =>
      takes(source) && filters.every((filter) => filter.passes(read))
    const passing: Stream[] = of.unkeyed.filter(passes)
    for (const [property, byKey] of of.keyed) {
      const value = read(property)
      const key = value && keyOf(value)
      const asked = key ? byKey.get(key) : undefined
      if (asked) passing.push(...asked.filter(passes))
    }
    return passing
  }
}

const NONE: readonly Stream[] = []
