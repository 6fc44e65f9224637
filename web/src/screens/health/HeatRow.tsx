// biome-ignore-all lint/a11y/useSemanticElements: see HeatTable
// biome-ignore-all lint/a11y/useFocusableInteractive: see HeatTable
import { memo } from 'react'
import { KindIcon } from '../../design/kind-icons.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import type { SourceBalance } from './api.ts'
import css from './Health.module.css'
import { shadeOf, stateOf, sum } from './heat.ts'
import { shortText } from './words.ts'

type HeatRowProps = {
  source: SourceBalance
  row: number
  top: number
  /** The most that any source received in an hour. */
  most: number
  /** The hour that the cursor is on, in this row. */
  cursor: number | null
  open: number | null
  /** What the cell under the cursor says. */
  label: string
}

/** One source. Memoised: a move of the cursor draws two rows again, not all of them. */
export const HeatRow = memo(function HeatRow(props: HeatRowProps) {
  const { source, row, top, most, cursor, open, label } = props
  const t = useT()
  const format = useFormats()
  const name = source.source?.name ?? t('health.unknown')
  const isWide = source.received.length <= 48
  return (
    <div
      role="row"
      aria-rowindex={row + 2}
      className={`${css.gridRow} ${css.floating}`}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="rowheader" className={css.gridName} title={name}>
        <KindIcon kind={source.source?.kind ?? ''} size={15} />
        <span className="ellipsis">{name}</span>
      </span>
      {source.received.map((received, hour) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is its hour
          key={hour}
          id={`cell-${row}-${hour}`}
          role="gridcell"
          aria-colindex={hour + 2}
          aria-selected={hour === open}
          aria-label={hour === cursor ? label : undefined}
          className={css.cell}
          data-shade={shadeOf(received, most)}
          data-state={stateOf(source, hour)}
          data-cursor={hour === cursor || undefined}
        >
          {isWide && received > 0 ? shortText(format, received) : ''}
        </span>
      ))}
      <span role="gridcell" className={css.gridTotal}>
        {format.number(sum(source.received))}
      </span>
    </div>
  )
})
