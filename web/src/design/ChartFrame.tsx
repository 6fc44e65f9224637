import { ActionIcon } from '@mantine/core'
import { IconChartBar, IconDownload, IconTable } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useT } from '../i18n/i18n.ts'
import css from './Chart.module.css'
import { downloadCsv } from './csv-file.ts'
import { HrefLink } from './LinkButton.tsx'

/** A figure of the table twin: what is read, what the file gets, and whom it is about. */
export type ChartCell = { text: string; raw: string; href?: string | null }
export type ChartTable = { head: readonly string[]; rows: readonly (readonly ChartCell[])[] }

type ChartFrameProps = {
  /** What the chart shows, for screen readers and the file's name. */
  label: string
  table: ChartTable
  height: number
  children: ReactNode
}

/** What every chart has: its table twin, in which each figure leads on, and a CSV of it. */
export function ChartFrame({ label, table, height, children }: ChartFrameProps) {
  const t = useT()
  const [asTable, setAsTable] = useState(false)
  const toggle = t(asTable ? 'design.chart.asChart' : 'design.chart.asTable')
  const save = () =>
    downloadCsv(`${label}.csv`, [
      table.head,
      ...table.rows.map((row) => row.map((cell) => cell.raw)),
    ])
  return (
    <figure className={css.figure}>
      <div className={css.tools}>
        <ActionIcon
          aria-label={`${toggle} · ${label}`}
          title={toggle}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? <IconChartBar size={16} /> : <IconTable size={16} />}
        </ActionIcon>
        <ActionIcon
          aria-label={`${t('design.chart.csv')} · ${label}`}
          title={t('design.chart.csv')}
          onClick={save}
        >
          <IconDownload size={16} />
        </ActionIcon>
      </div>
      {asTable ? <TableTwin label={label} table={table} height={height} /> : children}
    </figure>
  )
}

function TableTwin({ label, table, height }: Omit<ChartFrameProps, 'children'>) {
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
            {table.head.map((text, index) => (
              <th key={text} scope="col" className={index === 0 ? undefined : css.end}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two categories may have one name
            <tr key={index}>
              {row.map((cell, column) =>
                column === 0 ? (
                  <th key={table.head[column]} scope="row">
                    <Figure cell={cell} />
                  </th>
                ) : (
                  <td key={table.head[column]} className={css.end}>
                    <Figure cell={cell} />
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Figure({ cell }: { cell: ChartCell }) {
  return cell.href ? <HrefLink href={cell.href}>{cell.text}</HrefLink> : cell.text
}
