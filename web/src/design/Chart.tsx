import { ActionIcon } from '@mantine/core'
import { IconChartLine, IconDownload, IconTable } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useFormats } from '../i18n/format.ts'
import { useT } from '../i18n/i18n.ts'
import css from './Chart.module.css'
import { downloadCsv } from './csv-file.ts'
import { Skeleton } from './Skeleton.tsx'

export type ChartSeries = {
  name: string
  values: readonly (number | null)[]
  kind?: 'line' | 'bar'
  /** A token, `--neg`; else c1…c6 in order. */
  color?: string
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
}

const Drawing = lazy(() => import('./ChartDrawing.tsx'))

/** A line or bar chart with direct labels, its table twin, and the CSV of its figures. */
export function Chart(props: ChartProps) {
  const t = useT()
  const [table, setTable] = useState(false)
  const { label, categories, categoryLabel, series, height = 240 } = props
  const toggle = t(table ? 'design.chart.asChart' : 'design.chart.asTable')
  const save = () =>
    downloadCsv(`${label}.csv`, [
      [categoryLabel, ...series.map((one) => one.name)],
      ...categories.map((category, index) => [
        category,
        ...series.map((one) => String(one.values[index] ?? '')),
      ]),
    ])
  return (
    <figure className={css.figure}>
      <div className={css.tools}>
        <ActionIcon aria-label={toggle} title={toggle} onClick={() => setTable(!table)}>
          {table ? <IconChartLine size={16} /> : <IconTable size={16} />}
        </ActionIcon>
        <ActionIcon aria-label={t('design.chart.csv')} title={t('design.chart.csv')} onClick={save}>
          <IconDownload size={16} />
        </ActionIcon>
      </div>
      {table ? (
        <TableTwin {...props} />
      ) : (
        <Suspense fallback={<Skeleton height={height} />}>
          <Drawing {...props} height={height} />
        </Suspense>
      )}
    </figure>
  )
}

function TableTwin({ label, categories, categoryLabel, series, height = 240 }: ChartProps) {
  const format = useFormats()
  return (
    <section
      className={css.scroll}
      style={{ maxHeight: height }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region takes the keyboard
      tabIndex={0}
      aria-label={label}
    >
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{categoryLabel}</th>
            {series.map((one) => (
              <th key={one.name} scope="col" className={css.end}>
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {categories.map((category, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two categories may have one name
            <tr key={index}>
              <th scope="row">{category}</th>
              {series.map((one) => (
                <td key={one.name} className={css.end}>
                  {format.number(one.values[index] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
