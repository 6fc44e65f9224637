import type { PropertyReader, Stream } from '../profile/index.ts'
import { keyOf, keysOf, prepareComparison } from './comparison.ts'
import type { Operand, Operator } from './rule.ts'

/** A stream with the filter that decides which events enter. */
export type FilteredStream = Stream & { event: string; filters: PreparedFilter[] }

type PreparedFilter = {
  property: string
  /** Keys of the only values that pass; `null` when that is not a matter of keys. */
  keys: string[] | null
  passes(read: PropertyReader): boolean
}

type StreamDefinition = { event: string; where: [string, Operator, Operand | null][] }

/** Reads a stream's stored definition; see `streamKey`. */
export function streamFrom(row: {
  id: number
  definition: string
  keep_newest: number
  keep_ms: number | null
}): FilteredStream {
  const { event, where } = JSON.parse(row.definition) as StreamDefinition
  const filters = where.map(([property, op, value]): PreparedFilter => {
    const comparison = value === null ? { op } : { op, value }
    const compare = prepareComparison(comparison)
    return {
      property,
      keys: keysOf(comparison),
      // Filters of properties do not look at the clock; see `parseRule`.
      passes: (read) => compare(read(property), 0).holds,
    }
  })
  return { id: row.id, event, newest: row.keep_newest, ms: row.keep_ms, filters }
}

type OfEvent = {
  unkeyed: FilteredStream[]
  /** Property → key of its value → streams that ask for that value. */
  keyed: Map<string, Map<string, FilteredStream[]>>
}

/** Finds the streams that an event enters: by its values, however many streams ask for others. */
export class StreamIndex {
  readonly #events = new Map<string, OfEvent>()

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

  /** The streams that an event of this name and these properties enters. */
  entered(event: string, read: PropertyReader): readonly Stream[] {
    const of = this.#events.get(event)
    if (!of) return NONE
    const passing: Stream[] = of.unkeyed.filter((stream) => passes(stream, read))
    for (const [property, byKey] of of.keyed) {
      const value = read(property)
      const key = value && keyOf(value)
      const asked = key ? byKey.get(key) : undefined
      if (asked) passing.push(...asked.filter((stream) => passes(stream, read)))
    }
    return passing
  }
}

const NONE: readonly Stream[] = []

const passes = ({ filters }: FilteredStream, read: PropertyReader): boolean =>
  filters.every((filter) => filter.passes(read))
