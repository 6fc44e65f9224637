import { Gauge, type Registry } from 'prom-client'
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  METRICS,
  type Metric,
} from './catalogue.ts'
import {
  type Counting,
  type Labels,
  openCounter,
  openHistogram,
  type Timing,
} from './instruments.ts'

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
  const counters = new Map<string, Counting>()
  const histograms = new Map<string, Timing>()
  const gauges = new Map<string, Gauge>()
  for (const [name, metric] of Object.entries<Metric>(METRICS)) {
    if (metric.type === 'counter') counters.set(name, openCounter(registry, name, metric))
    else if (metric.type === 'histogram')
      histograms.set(name, openHistogram(registry, name, metric))
    else {
      const labelNames = [...(metric.labels ?? [])]
      const settings = { name, help: metric.help, labelNames, registers: [registry], collect: read }
      gauges.set(name, new Gauge(settings))
    }
  }
  return {
    count: (name, labels, by) => counters.get(name)?.add(labels, by),
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
