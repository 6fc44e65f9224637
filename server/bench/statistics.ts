/** Pure arithmetic of the benchmark. */

export type Spread = { median: number; min: number; max: number }

/** The value below which `share` of the values lie; 0 of none. `sorted` ascending. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return 0
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

export type Percentiles = { p50_ms: number; p99_ms: number; p999_ms: number }

/** Percentiles of waiting times in milliseconds, to a hundredth. */
export function percentilesOf(values: readonly number[] | Float64Array): Percentiles {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => round(percentile(sorted, share), 2)
  return { p50_ms: at(0.5), p99_ms: at(0.99), p999_ms: at(0.999) }
}

/** Median, least and most of the repeats; of an even number the mean of the middle two. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('There is no spread of nothing.')
  const sorted = [...values].sort((x, y) => x - y)
  const at = (index: number) => sorted[index] ?? 0
  const middle = (sorted.length - 1) / 2
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2
  return { median, min: at(0), max: at(sorted.length - 1) }
}

export function round(value: number, digits: number): number {
  const factor = 10 ** digits
  return Math.round(value * factor) / factor
}

/** Slope of a straight line through the points (least squares), in y per x; 0 of fewer than two. */
export function slopeOf(points: readonly { x: number; y: number }[]): number {
  if (points.length < 2) return 0
  const mean = (of: 'x' | 'y') => points.reduce((sum, point) => sum + point[of], 0) / points.length
  const x = mean('x')
  const y = mean('y')
  const over = points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0)
  const under = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0)
  return under === 0 ? 0 : over / under
}
