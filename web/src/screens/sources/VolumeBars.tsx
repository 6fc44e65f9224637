import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import css from './Sources.module.css'

/** Events of the last 24 hours, one bar an hour, the present one darker. */
export function VolumeBars({ values }: { values: number[] }) {
  const t = useT()
  const format = useFormats()
  const most = Math.max(1, ...values)
  const total = values.reduce((sum, one) => sum + one, 0)
  const label = t('sources.volumeText', {
    count: total,
    total: format.number(total),
    most: format.number(Math.max(0, ...values)),
  })
  return (
    <figure className={css.figure}>
      <svg
        viewBox="0 0 240 72"
        preserveAspectRatio="none"
        className={css.bars}
        role="img"
        aria-label={label}
      >
        {values.map((value, index) => {
          const height = Math.max(value > 0 ? 1.5 : 0.5, (value / most) * 68)
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its place
              key={index}
              x={index * (240 / values.length) + 0.75}
              y={72 - height}
              width={240 / values.length - 1.5}
              height={height}
              fill={index === values.length - 1 ? 'var(--c1)' : 'var(--s2)'}
            />
          )
        })}
      </svg>
      <figcaption className={css.axis}>
        <span>{t('sources.dayAgo')}</span>
        <span>{label}</span>
        <span>{t('sources.now')}</span>
      </figcaption>
    </figure>
  )
}
