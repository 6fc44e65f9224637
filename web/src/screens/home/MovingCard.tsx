import { Link } from '@tanstack/react-router'
import { Card } from '../../design/Card.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import css from './Home.module.css'
import type { MovingSegment } from './overview.ts'

/** The segments people enter and leave the most, losses and gains on either side of one line. */
export function MovingCard({ segments }: { segments: MovingSegment[] }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const most = Math.max(1, ...segments.map((one) => Math.max(one.entered, one.left)))
  return (
    <Card
      flush
      title={t('home.moving')}
      note={t('home.movingNote')}
      actions={<Link to="/segments">{t('home.allSegments')}</Link>}
    >
      {segments.length === 0 ? (
        <p className={css.calm}>{t('home.movingNone')}</p>
      ) : (
        <table className={css.moving}>
          <thead>
            <tr>
              <th scope="col">{t('home.moving.segment')}</th>
              <th scope="col" className={css.end}>
                {t('home.moving.people')}
              </th>
              <th scope="col" className={css.wideCell}>
                {t('home.moving.movement')}
              </th>
              <th scope="col" className={css.end}>
                {t('home.moving.inOut')}
              </th>
            </tr>
          </thead>
          <tbody>
            {segments.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  <Link to="/segments/$id" params={{ id: one.id }}>
                    {localText(one.name, language)}
                  </Link>
                </th>
                <td className={css.end}>{format.number(one.size)}</td>
                <td className={css.wideCell}>
                  <MovementBar entered={one.entered / most} left={one.left / most} />
                </td>
                <td className={`${css.end} nowrap`}>
                  <span className={one.entered ? css.pos : 'ink-3'}>
                    {format.signed(one.entered)}
                  </span>{' '}
                  / <span className={one.left ? css.neg : 'ink-3'}>{format.signed(-one.left)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}

function MovementBar({ entered, left }: { entered: number; left: number }) {
  return (
    <svg width={88} height={12} viewBox="0 0 88 12" aria-hidden className={css.movement}>
      <rect x={43 - left * 42} y={1} width={left * 42} height={10} rx={1} fill="var(--neg)" />
      <rect x={45} y={1} width={entered * 42} height={10} rx={1} fill="var(--pos)" />
      <line x1={44} x2={44} y1={0} y2={12} stroke="var(--line-strong)" />
    </svg>
  )
}
