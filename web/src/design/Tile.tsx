import type { ReactNode } from 'react'
import { HrefLink } from './LinkButton.tsx'
import { Skeleton } from './Skeleton.tsx'
import { Sparkline } from './Sparkline.tsx'
import css from './Tile.module.css'

type TileProps = {
  label: string
  value: ReactNode
  unit?: string
  /** "+0,8 %" */
  change?: string | null
  /** A fall is ink, not red. */
  changeTone?: 'up' | 'down'
  period?: string
  /** Age of the number ("2 s"), amber when late. */
  age?: ReactNode
  late?: boolean
  series?: readonly number[]
  /** The way out: the people behind the number. */
  href?: string
  loading?: boolean
}

/** A number with its unit, age, change and way out; 88 high. */
export function Tile(props: TileProps) {
  const { label, value, unit, change, changeTone = 'up', period, age, late, series, href } = props
  const inside = props.loading ? (
    <>
      <span className={css.label}>{label}</span>
      <Skeleton height={20} width={96} />
      <Skeleton height={10} width={56} />
    </>
  ) : (
    <>
      <span className={css.top}>
        <span className={`${css.label} ellipsis`}>{label}</span>
        {age && <span className={late ? css.late : css.age}>{age}</span>}
      </span>
      <span className={css.value}>
        {value}
        {unit && <span className={css.unit}>{unit}</span>}
      </span>
      <span className={css.foot}>
        {change && <span className={changeTone === 'up' ? css.up : css.down}>{change}</span>}
        {period && <span>{period}</span>}
      </span>
      {series && series.length > 1 && (
        <span className={css.spark}>
          <Sparkline values={series} tone={changeTone === 'up' ? 'accent' : 'ink'} />
        </span>
      )}
    </>
  )
  const look = `${css.tile} ${late ? css.amber : ''}`
  return href ? (
    <HrefLink href={href} className={`${look} ${css.link}`}>
      {inside}
    </HrefLink>
  ) : (
    <div className={look}>{inside}</div>
  )
}
