import css from './Sparkline.module.css'

type SparklineProps = {
  values: readonly number[]
  width?: number
  height?: number
  /** Amber and red only when the curve itself is the trouble. */
  tone?: 'accent' | 'ink' | 'amber' | 'red'
  /** Draws the scale from zero instead of from the lowest value. */
  fromZero?: boolean
}

const inset = 3

/** The points of a sparkline inside `width` × `height`, as SVG coordinates. Pure. */
export function sparkPoints(
  values: readonly number[],
  size: { width: number; height: number; fromZero: boolean },
): { x: number; y: number }[] {
  if (values.length === 0) return []
  const low = size.fromZero ? 0 : Math.min(...values)
  const high = Math.max(...values)
  const span = high - low || 1
  const step = values.length > 1 ? (size.width - inset * 2) / (values.length - 1) : 0
  // A steady level stands in the middle; nothing at all lies on the ground.
  const flat = high === low && high !== 0
  return values.map((value, index) => ({
    x: inset + index * step,
    y: flat
      ? size.height / 2
      : size.height - inset - ((value - low) / span) * (size.height - inset * 2),
  }))
}

/** A small curve without axes; decorative (the number beside it is the text). */
export function Sparkline(props: SparklineProps) {
  const { values, width = 72, height = 28, tone = 'accent', fromZero = false } = props
  const points = sparkPoints(values, { width, height, fromZero })
  const last = points.at(-1)
  const first = points[0]
  if (!last || !first || points.length < 2) return <svg width={width} height={height} aria-hidden />
  const line = points.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(' ')
  return (
    <svg
      className={`${css.spark} ${css[tone]}`}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden
    >
      <polygon className={css.area} points={`${first.x},${height} ${line} ${last.x},${height}`} />
      <polyline className={css.line} points={line} />
      <circle className={css.dot} cx={last.x} cy={last.y} r={2.5} />
    </svg>
  )
}
