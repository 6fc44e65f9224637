import type { ReactNode } from 'react'
import css from './Matrix.module.css'
import { useScrollEdges } from './useScrollEdges.ts'

type Head = { key: string | number; head: ReactNode; title?: string }

type MatrixProps = {
  label: string
  columns: readonly Head[]
  rows: readonly Head[]
  /** What stands where a row and a column, by their places, meet. */
  cell: (row: number, column: number) => ReactNode
  className?: string | undefined
}

/** Two lists against each other, coloured by `heat`; it scrolls by itself where it is too wide. */
export function Matrix({ label, columns, rows, cell, className = '' }: MatrixProps) {
  const place = useScrollEdges<HTMLElement>()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region takes the keyboard
    <section ref={place} className={css.scroll} tabIndex={0} aria-label={label}>
      <table className={`${css.matrix} ${className}`}>
        <thead>
          <tr>
            <td />
            {columns.map(({ key, head, title }) => (
              <th key={key} scope="col" title={title}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, head, title }, row) => (
            <tr key={key}>
              <th scope="row" title={title}>
                {head}
              </th>
              {columns.map((column, at) => (
                <td key={column.key}>{cell(row, at)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** The look of a cell; `step`: 0 for nothing, else 1 to 5. */
export const heat = (step: number): string => `${css.cell} ${css[`s${step}`]}`
