// biome-ignore-all lint/a11y/useSemanticElements: rows float in a virtual list, which a table element cannot hold
// biome-ignore-all lint/a11y/useFocusableInteractive: the keyboard opens a row by the link of its first cell
// biome-ignore-all lint/a11y/useKeyWithClickEvents: see above
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef } from 'react'
import css from './DataTable.module.css'
import { SkeletonRows } from './Skeleton.tsx'

export type Column<Row> = {
  key: string
  header: ReactNode
  /** A CSS grid track: `120px`, `minmax(160px, 2fr)`. */
  width: string
  align?: 'end'
  cell: (row: Row) => ReactNode
  /** The sort key of the server; the head becomes a button. */
  sort?: string
  /** Hidden below 700 px. */
  wideOnly?: boolean
}

export type Sort = { by: string; order: 'asc' | 'desc' }

type DataTableProps<Row> = {
  /** What the table lists, for screen readers. */
  label: string
  columns: Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** Opens the row; give the first cell a link as well, for the keyboard and middle clicks. */
  onOpen?: (row: Row) => void
  selected?: string | null
  rowTone?: (row: Row) => 'amber' | 'red' | undefined
  sort?: Sort
  onSort?: (sort: Sort) => void
  loading?: boolean
  /** Shown instead of rows when there are none. */
  empty?: ReactNode
  /** Called near the end of the list: fetch the next page. */
  onEnd?: (() => void) | undefined
  rowHeight?: number
  /** Height of the scrolling part; without one the table grows with its rows. */
  height?: number | string
  /** It stands in a card, which has the frame. */
  inCard?: boolean
}

/** A virtual, sortable table: head 32, rows 36. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, rows, rowHeight = 36, height, onEnd } = props
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    enabled: height !== undefined,
  })
  const items = height === undefined ? null : virtual.getVirtualItems()
  const lastSeen = items?.at(-1)?.index ?? -1
  useEffect(() => {
    if (onEnd && rows.length > 0 && lastSeen >= rows.length - 8) onEnd()
  }, [onEnd, lastSeen, rows.length])

  const wide = columns.map((column) => column.width).join(' ')
  const narrow = columns
    .filter((column) => !column.wideOnly)
    .map((column) => column.width)
    .join(' ')
  const shown = items?.map((item) => item.index) ?? rows.map((_, index) => index)
  return (
    <div
      className={props.inCard ? css.inner : css.frame}
      style={{ '--tracks': wide, '--tracks-narrow': narrow }}
    >
      <div ref={scroller} className={css.scroller} style={{ maxHeight: height }} tabIndex={-1}>
        <div
          role="table"
          aria-label={props.label}
          aria-rowcount={rows.length}
          className={css.table}
        >
          <Head {...props} />
          {props.loading && <SkeletonRows height={rowHeight} />}
          <div
            role="rowgroup"
            style={items ? { height: virtual.getTotalSize() } : undefined}
            className={css.rows}
          >
            {shown.map((index) => {
              const row = rows[index]
              if (!row) return null
              const top = items ? { transform: `translateY(${index * rowHeight}px)` } : {}
              return (
                <BodyRow
                  key={props.rowKey(row)}
                  row={row}
                  table={props}
                  floating={items !== null}
                  style={{ height: rowHeight, ...top }}
                />
              )
            })}
          </div>
        </div>
        {!props.loading && rows.length === 0 && props.empty}
      </div>
    </div>
  )
}

function Head<Row>({ columns, sort, onSort }: DataTableProps<Row>) {
  return (
    <div role="rowgroup" className={css.headGroup}>
      <div role="row" className={css.head}>
        {columns.map((column) => {
          const active = sort && column.sort === sort.by ? sort : null
          const look = `${css.headCell} ${column.align === 'end' ? css.end : ''} ${column.wideOnly ? css.wide : ''}`
          const order = active?.order === 'asc' ? 'ascending' : 'descending'
          return (
            <div
              key={column.key}
              role="columnheader"
              className={look}
              aria-sort={column.sort ? (active ? order : 'none') : undefined}
            >
              {column.sort && onSort ? (
                <button
                  type="button"
                  className={css.sort}
                  onClick={() => onSort(nextSort(column.sort ?? '', active))}
                >
                  {column.header}
                  {active?.order === 'asc' && <IconArrowUp size={13} aria-hidden />}
                  {active?.order === 'desc' && <IconArrowDown size={13} aria-hidden />}
                </button>
              ) : (
                column.header
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function nextSort(by: string, active: Sort | null): Sort {
  return { by, order: active?.order === 'desc' ? 'asc' : 'desc' }
}

type BodyRowProps<Row> = {
  row: Row
  table: DataTableProps<Row>
  floating: boolean
  style: React.CSSProperties
}

function BodyRow<Row>({ row, table, floating, style }: BodyRowProps<Row>) {
  const key = table.rowKey(row)
  const tone = table.rowTone?.(row)
  const look = [
    css.row,
    floating ? css.floating : '',
    table.onOpen ? css.open : '',
    table.selected === key ? css.selected : '',
    tone ? css[tone] : '',
  ].join(' ')
  return (
    // The keyboard opens a row by the link or button of its first cell.
    <div
      role="row"
      className={look}
      style={style}
      aria-selected={table.selected === undefined ? undefined : table.selected === key}
      onClick={(event) => {
        if (event.defaultPrevented || (event.target as Element).closest('a, button, input')) return
        table.onOpen?.(row)
      }}
    >
      {table.columns.map((column) => (
        <div
          key={column.key}
          role="cell"
          className={`${css.cell} ${column.align === 'end' ? css.end : ''} ${column.wideOnly ? css.wide : ''}`}
        >
          {column.cell(row)}
        </div>
      ))}
    </div>
  )
}
