/**
 * Counters and histograms that cost little where they are told something, a few dozen nanoseconds,
 * because the intake tells them several times a request. The registry asks them for their values as
 * it asks its own.
 */
import type { Metric as Registered, Registry } from 'prom-client'
import type { Metric } from './catalogue.ts'

export type Labels = Readonly<Record<string, string | number>>

type Value = { value: number; labels: Labels; metricName?: string }
type Exposed = { name: string; help: string; type: string; values: Value[] }

/** One series for each combination of label values that was seen. */
class Series<Of> {
  readonly #labelNames: readonly string[]
  readonly #make: () => Of
  readonly #byKey = new Map<string | number, { labels: Labels; of: Of }>()

  constructor(labelNames: readonly string[], make: () => Of) {
    this.#labelNames = labelNames
    this.#make = make
    // Without labels there is one series from the start: nothing has happened yet.
    if (labelNames.length === 0) this.of({})
  }

  of(labels: Labels): Of {
    const key = this.#keyOf(labels)
    let held = this.#byKey.get(key)
    if (!held) {
      held = { labels: { ...labels }, of: this.#make() }
      this.#byKey.set(key, held)
    }
    return held.of
  }

  all(): Iterable<{ labels: Labels; of: Of }> {
    return this.#byKey.values()
  }

  #keyOf(labels: Labels): string | number {
    const [first, second] = this.#labelNames
    if (first === undefined) return ''
    if (second === undefined) return labels[first] ?? ''
    let key = ''
    for (const name of this.#labelNames) key += `${labels[name]}\u0000`
    return key
  }
}

export type Counting = { add(labels: Labels, by: number): void }
export type Timing = { observe(labels: Labels, value: number): void }

/** Makes a counter and has `registry` show it. */
export function openCounter(registry: Registry, name: string, metric: Metric): Counting {
  const series = new Series(metric.labels ?? [], () => ({ n: 0 }))
  show(registry, { name, metric }, () =>
    Array.from(series.all(), ({ labels, of }) => ({ value: of.n, labels })),
  )
  return {
    add: (labels, by) => {
      series.of(labels).n += by
    },
  }
}

type Buckets = { counts: Float64Array; sum: number }

/** Makes a histogram with the metric's upper bounds and has `registry` show it. */
export function openHistogram(registry: Registry, name: string, metric: Metric): Timing {
  const bounds = metric.buckets ?? []
  const series = new Series(metric.labels ?? [], (): Buckets => {
    return { counts: new Float64Array(bounds.length + 1), sum: 0 }
  })
  show(registry, { name, metric }, () =>
    Array.from(series.all(), ({ labels, of }) => linesOf(name, bounds, { labels, of })).flat(),
  )
  return {
    observe: (labels, value) => {
      const own = series.of(labels)
      let bucket = 0
      while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1
      own.counts[bucket] = (own.counts[bucket] ?? 0) + 1
      own.sum += value
    },
  }
}

/** Buckets add up: each holds what is at or below its bound. */
function linesOf(
  name: string,
  bounds: readonly number[],
  { labels, of }: { labels: Labels; of: Buckets },
): Value[] {
  let count = 0
  const lines = Array.from(of.counts, (own, index): Value => {
    count += own
    const le = bounds[index] ?? '+Inf'
    return { metricName: `${name}_bucket`, value: count, labels: { le, ...labels } }
  })
  lines.push({ metricName: `${name}_sum`, value: of.sum, labels })
  lines.push({ metricName: `${name}_count`, value: count, labels })
  return lines
}

function show(
  registry: Registry,
  { name, metric }: { name: string; metric: Metric },
  values: () => Value[],
): void {
  const { help, type } = metric
  const exposed = {
    name,
    type,
    get: async (): Promise<Exposed> => ({ name, help, type, values: values() }),
  }
  // The registry asks for nothing but these; its type names the classes of its own.
  registry.registerMetric(exposed as unknown as Registered)
}
