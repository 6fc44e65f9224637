import { useNow } from '../../design/RelativeTime.tsx'
import { Tile } from '../../design/Tile.tsx'
import { type Formats, useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import css from './Home.module.css'
import type { TileKey, TileValue } from './overview.ts'
import type { HomePeriod } from './routes.ts'

const tiles: { key: TileKey; href: string; ratio: boolean }[] = [
  { key: 'people', href: '/people', ratio: false },
  { key: 'events', href: '/events?tab=volumes', ratio: false },
  { key: 'matchRate', href: '/people?kind=known', ratio: true },
  { key: 'reachableEmail', href: '/people', ratio: true },
  { key: 'entries', href: '/segments', ratio: false },
  { key: 'deliveries', href: '/deliveries', ratio: false },
]

/** A change is a share of the number, or points when the number is itself a share. */
function changeText(format: Formats, tile: TileValue, ratio: boolean): string | null {
  if (tile.change === null || tile.change === undefined) return null
  // Beyond ten times, a factor says more than a percentage.
  if (!ratio && tile.change >= 9) {
    return `×\u00a0${format.number(1 + tile.change, { maximumFractionDigits: 0 })}`
  }
  if (!ratio) return format.change(tile.change)
  const points = format.number(tile.change * 100, {
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  })
  return `${points}\u00a0pt`
}

type HomeTilesProps = {
  tiles: Record<TileKey, TileValue>
  period: HomePeriod
  /** When the numbers were read, epoch ms. */
  updatedAt: number
}

/** The six numbers of Home, each leading to what is behind it. */
export function HomeTiles({ tiles: values, period, updatedAt }: HomeTilesProps) {
  const t = useT()
  const format = useFormats()
  const age = Math.max(0, useNow() - updatedAt)
  return (
    <div className={css.tiles}>
      {tiles.map(({ key, href, ratio }) => {
        const tile = values[key]
        const compact = format.compact(tile.value)
        const percent = format.number(tile.value * 100, { maximumFractionDigits: 1 })
        return (
          <Tile
            key={key}
            label={t(`home.tile.${key}`)}
            value={ratio ? percent : compact.value}
            unit={ratio ? '\u00a0%' : compact.unit}
            change={changeText(format, tile, ratio)}
            changeTone={(tile.change ?? 0) < 0 ? 'down' : 'up'}
            period={t(`home.period.${period}`)}
            age={format.duration(Math.round(age / 1_000) * 1_000)}
            late={age > 120_000}
            series={tile.series}
            href={href}
          />
        )
      })}
    </div>
  )
}
