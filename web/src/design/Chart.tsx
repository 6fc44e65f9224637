import { lazy, Suspense, useMemo } from 'react'
import { useFormats } from '../i18n/format.ts'
import { ChartFrame } from './ChartFrame.tsx'
import { Skeleton } from './Skeleton.tsx'

export type ChartSeries = {
  name: string
  values: readonly (number | null)[]
  kind?: 'line' | 'bar'
  /** A token, `--neg`; else c1…c6 in order. */
  color?: string
  /** Where each value leads: a bar is clicked, and a figure of the table is a link. */
  hrefs?: readonly (string | null)[]
}
export type ChartProps = {
  /** What the chart shows, for screen readers and the file's name. */
  label: string
  categories: readonly string[]
  /** The head of the first column of the table. */
  categoryLabel: string
  series: readonly ChartSeries[]
  stacked?: boolean
  height?: number
  /** Room kept at the right, px: as much as the chart above has, so that their days line up. */
  endRoom?: number
}

const Drawing = lazy(() => import('./ChartDrawing.tsx'))

/** A line or bar chart with direct labels, its table twin, and the CSV of its figures. */
export function Chart(props: ChartProps) {
  const format = useFormats()
  const { label, categories, categoryLabel, series, height = 240 } = props
  const table = useMemo(
    () => ({
      head: [categoryLabel, ...series.map((one) => one.name)],
      rows: categories.map((category, index) => [
        { text: category, raw: category },
        ...series.map((one) => ({
          text: format.number(one.values[index] ?? 0),
          raw: String(one.values[index] ?? ''),
          href: one.hrefs?.[index] ?? null,
        })),
      ]),
    }),
    [categories, categoryLabel, series, format],
  )
  return (
    <ChartFrame label={label} table={table} height={height}>
      <Suspense fallback={<Skeleton height={height} />}>
        <Drawing {...props} height={height} />
      </Suspense>
    </ChartFrame>
  )
}
