import { useT } from '../i18n/i18n.ts'
import css from './Skeleton.module.css'

/** A grey block of the final size. */
export function Skeleton({ width, height }: { width?: number | string; height: number }) {
  return (
    <span
      className={css.block}
      style={{ width: width ?? '100%', height }}
      aria-hidden
      data-skeleton
    />
  )
}

/** `count` grey rows of a table or list, announced once. */
export function SkeletonRows({ count = 8, height = 36 }: { count?: number; height?: number }) {
  const t = useT()
  return (
    <div className={css.rows} role="status">
      <span className="visually-hidden">{t('design.loading')}</span>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are identical
        <div key={index} className={css.row} style={{ height }}>
          <Skeleton height={12} width={`${62 - ((index * 17) % 34)}%`} />
        </div>
      ))}
    </div>
  )
}
