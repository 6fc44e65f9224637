import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { Rich } from '../../i18n/rich.tsx'
import { type Rate, useVolumes, type VolumeMinute } from './api.ts'
import css from './Events.module.css'

const barHeight = 44
const rejectHeight = 14

/** An hour of volume, one bar a minute: accepted above the line, rejected below. */
export function VolumeStrip({ source, rate }: { source: string | undefined; rate: Rate | null }) {
  const format = useFormats()
  const volumes = useVolumes(source)
  return (
    <div className={css.strip}>
      <Bars minutes={volumes.data ?? []} />
      <p className={css.rates} aria-live="off">
        <span className={css.tealText}>
          <Rich
            id="events.rate.accepted"
            values={{ rate: format.rate(rate?.acceptedPerSecond ?? 0) }}
            components={{ b: <strong /> }}
          />
        </span>
        <span className={css.amberText}>
          <Rich
            id="events.rate.flagged"
            values={{ rate: format.rate(rate?.flaggedPerSecond ?? 0) }}
            components={{ b: <strong /> }}
          />
        </span>
        <span className={css.redText}>
          <Rich
            id="events.rate.rejected"
            values={{ rate: format.rate(rate?.rejectedPerSecond ?? 0) }}
            components={{ b: <strong /> }}
          />
        </span>
      </p>
    </div>
  )
}

function Bars({ minutes }: { minutes: VolumeMinute[] }) {
  const t = useT()
  const format = useFormats()
  const most = Math.max(1, ...minutes.map((one) => one.accepted))
  const mostRejected = Math.max(1, ...minutes.map((one) => one.rejected))
  const step = 600 / Math.max(1, minutes.length)
  const total = minutes.reduce((sum, one) => sum + one.accepted, 0)
  const rejected = minutes.reduce((sum, one) => sum + one.rejected, 0)
  const label = t('events.stripText', {
    total: format.number(total),
    rejected: format.number(rejected),
  })
  return (
    <figure className={css.figure}>
      <svg viewBox="0 0 600 60" preserveAspectRatio="none" role="img" aria-label={label}>
        {minutes.map((one, index) => {
          const up = (one.accepted / most) * barHeight
          const flagged = Math.min(up, (one.flagged / most) * barHeight)
          const down = (one.rejected / mostRejected) * rejectHeight
          const last = index === minutes.length - 1
          const box = { x: index * step + 0.6, width: Math.max(0.5, step - 1.2) }
          return (
            <g key={one.minute}>
              <rect {...box} y={45 - up} height={up} fill={last ? 'var(--c1)' : 'var(--s2)'} />
              <rect {...box} y={45 - flagged} height={flagged} fill="var(--amber)" />
              <rect {...box} y={46} height={down} fill="var(--red)" />
            </g>
          )
        })}
      </svg>
      <figcaption className={css.axis}>
        {[0, 15, 30, 45].map((index) => {
          const minute = minutes[index]?.minute
          return <span key={index}>{minute ? format.time(minute) : ''}</span>
        })}
        <span>{t('sources.now')}</span>
      </figcaption>
    </figure>
  )
}
