import { IconCircleCheck, IconLoader2 } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useRef } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import type { Source } from './api.ts'
import css from './Sources.module.css'

/** "Waiting for the first event": flips by itself when it comes, and says so while you look. */
export function WaitingBanner({ source }: { source: Source }) {
  const t = useT()
  const format = useFormats()
  const waited = useRef(!source.firstEventAt)
  if (!waited.current) return null
  return (
    <div className={source.firstEventAt ? css.arrived : css.waiting} role="status">
      {source.firstEventAt ? (
        <>
          <IconCircleCheck size={20} aria-hidden />
          <span>
            <strong>{t('sources.arrived')}</strong>{' '}
            {t('sources.arrivedAt', { time: format.time(source.firstEventAt) })}
          </span>
          <Link to="/events" search={{ source: source.id }}>
            {t('sources.seeIt')}
          </Link>
        </>
      ) : (
        <>
          <IconLoader2 size={20} className={css.turn} aria-hidden />
          <span>
            <strong>{t('sources.waiting')}</strong> {t('sources.waitingHow')}
          </span>
        </>
      )}
    </div>
  )
}
