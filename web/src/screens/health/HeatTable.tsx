// biome-ignore-all lint/a11y/useSemanticElements: rows float in a virtual grid, which a table element cannot hold
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its cell (aria-activedescendant)
import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { HOUR_MS } from '../../i18n/durations.ts'
import { type Formats, useFormats } from '../../i18n/format.ts'
import { type Translate, useT } from '../../i18n/i18n.ts'
import type { Balance, SourceBalance } from './api.ts'
import css from './Health.module.css'
import { HeatRow } from './HeatRow.tsx'
import { type Cell, moved } from './heat.ts'

type HeatTableProps = {
  balance: Balance
  rows: SourceBalance[]
  open: Cell | null
  onOpen: (cell: Cell) => void
}

const rowHeight = 30

/** Sources by hours. One tab stop: arrows move from hour to hour, Enter opens one. */
export function HeatTable({ balance, rows, open, onOpen }: HeatTableProps) {
  const t = useT()
  const format = useFormats()
  const scroller = useRef<HTMLDivElement>(null)
  const hours = balance.hours.length
  const [cursor, setCursor] = useState<Cell>({ row: 0, hour: hours - 1 })
  const [pointed, setPointed] = useState<Cell | null>(null)
  const most = useMemo(() => Math.max(1, ...rows.map((one) => Math.max(...one.received))), [rows])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 2,
  })
  // Another period has other hours: the cursor goes to the newest of them.
  useEffect(() => {
    setCursor({ row: 0, hour: hours - 1 })
    scroller.current?.scrollTo({ left: scroller.current.scrollWidth })
  }, [hours])
  useEffect(() => {
    if (!open) return
    setCursor(open)
    showCell(scroller.current, open)
  }, [open])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      onOpen(cursor)
      return
    }
    const next = moved(cursor, event.key, { rows: rows.length, hours })
    if (!next) return
    event.preventDefault()
    setCursor(next)
    setPointed(null)
    virtual.scrollToIndex(next.row)
    showCell(scroller.current, next)
  }
  const onClick = (event: MouseEvent) => {
    const cell = cellOf(event.target)
    if (cell) onOpen(cell)
  }
  const shown = pointed ?? cursor
  const told = rows[shown.row]
  return (
    <>
      <div
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label={t('health.grid')}
        aria-rowcount={rows.length + 1}
        aria-colcount={hours + 2}
        aria-activedescendant={cellId(cursor)}
        className={css.grid}
        style={{ '--hours': hours }}
        data-dense={hours > 48 || undefined}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onMouseOver={(event) => setPointed(cellOf(event.target))}
        onFocus={() => setPointed(null)}
        onMouseLeave={() => setPointed(null)}
      >
        <Heads hours={balance.hours} />
        <div role="rowgroup" className={css.gridRows} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const source = rows[index]
            if (!source) return null
            return (
              <HeatRow
                key={source.source?.id ?? ''}
                source={source}
                row={index}
                top={start}
                most={most}
                cursor={cursor.row === index ? cursor.hour : null}
                open={open?.row === index ? open.hour : null}
                label={
                  cursor.row === index
                    ? sayCell(t, format, { balance, source, hour: cursor.hour })
                    : ''
                }
              />
            )
          })}
        </div>
      </div>
      <p className={css.told}>
        {told && sayCell(t, format, { balance, source: told, hour: shown.hour })}
      </p>
    </>
  )
}

function showCell(grid: HTMLElement | null, cell: Cell): void {
  const found = grid?.querySelector(`#${cellId(cell)}`)
  found?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

/** The hours above the columns: as many as there is room for, days where there are many. */
const Heads = memo(function Heads({ hours }: { hours: string[] }) {
  const t = useT()
  const format = useFormats()
  const isDense = hours.length > 48
  const isMidnight = (hour: string) => Number(format.time(hour).slice(0, 2)) === 0
  return (
    <div role="rowgroup" className={css.gridHead}>
      <div role="row" className={css.gridRow}>
        <span role="columnheader" className={css.gridName}>
          {t('health.source')}
        </span>
        {hours.map((hour, index) => {
          const text = isDense
            ? isMidnight(hour) && hours.length - index > 8
              ? format.dayMonth(hour)
              : ''
            : index % 3 === hours.length % 3
              ? format.time(hour)
              : ''
          return (
            <span key={hour} role="columnheader" className={css.gridHour}>
              {text ? <b>{text}</b> : <span className="visually-hidden">{hour.slice(11, 16)}</span>}
            </span>
          )
        })}
        <span role="columnheader" className={css.gridTotal}>
          {t('health.received')}
        </span>
      </div>
    </div>
  )
})

const cellId = ({ row, hour }: Cell): string => `cell-${row}-${hour}`

function cellOf(target: EventTarget): Cell | null {
  const [, row, hour] = /^cell-(\d+)-(\d+)$/.exec((target as Element).id ?? '') ?? []
  return row && hour ? { row: Number(row), hour: Number(hour) } : null
}

type Told = { balance: Balance; source: SourceBalance; hour: number }

/** An hour of a source in one sentence. */
function sayCell(t: Translate, format: Formats, { balance, source, hour }: Told): string {
  const at = balance.hours[hour] ?? ''
  const n = (numbers: readonly number[]) => format.number(numbers[hour] ?? 0)
  const difference = source.difference[hour] ?? 0
  const unexplained = source.unexplained[hour] ?? 0
  const history = source.history?.[hour] ?? 0
  const parts = [
    t('health.cell', {
      source: source.source?.name ?? t('health.unknown'),
      day: format.dayMonth(at),
      from: format.time(at),
      to: format.time(new Date(at).getTime() + HOUR_MS),
      received: n(source.received),
      applied: n(source.applied),
      duplicate: n(source.duplicate),
      rejected: n(source.rejected),
      dead: n(source.deadLettered),
      way: n(source.onTheWay),
    }),
    difference === 0 ? '' : t('health.cellDifference', { n: format.signed(difference) }),
    unexplained === 0 ? '' : t('health.cellUnexplained', { n: format.signed(unexplained) }),
    history === 0 ? '' : t('health.cellHistory', { n: format.signed(history) }),
  ]
  return parts.filter((part) => part !== '').join(' ')
}
