import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { type CounterName, type GaugeName, type HistogramName, METRICS } from './catalogue.ts'

export type Labels = Record<string, string | number>

/** A figure that is read when somebody asks, with the labels that tell it from its like. */
export type Reading = { name: GaugeName; labels: Labels; value: number }

/** The instruments of the catalogue, by name. */
export type Meters = {
  count(name: CounterName, labels: Labels, by: number): void
  time(name: HistogramName, labels: Labels, value: number): void
  /** Replaces all figures that are read at a scrape: what is not among them is no longer shown. */
  show(readings: readonly Reading[]): void
}

/**
 * Makes every metric of the catalogue in `registry`. `read` is awaited before a gauge is told: it
 * is called once for each gauge of a scrape, so it has to remember what it read.
 */
export function openMeters(registry: Registry, read: () => Promise<void>): Meters {
  const counters = new Map<string, Counter>()
  const histograms = new Map<string, Histogram>()
  const gauges = new Map<string, Gauge>()
  for (const [name, metric] of Object.entries(METRICS)) {
    const labelNames = 'labels' in metric ? [...metric.labels] : []
    const base = { name, help: metric.help, labelNames, registers: [registry] }
    if (metric.type === 'counter') counters.set(name, new Counter(base))
    else if (metric.type === 'gauge') gauges.set(name, new Gauge({ ...base, collect: read }))
    else histograms.set(name, new Histogram({ ...base, buckets: [...metric.buckets] }))
  }
  return {
    count: (name, labels, by) => counters.get(name)?.inc(labels, by),
    time: (name, labels, value) => histograms.get(name)?.observe(labels, value),
    show: (readings) => {
      for (const gauge of gauges.values()) {
        gauge.reset()
        // Of one without labels, resetting leaves a nought, which would be a claim.
        gauge.remove({})
      }
      for (const { name, labels, value } of readings) gauges.get(name)?.set(labels, value)
    },
  }
}
