import type { LiveState } from '../api/live.ts'
import { useFormats } from '../i18n/format.ts'
import { useT } from '../i18n/i18n.ts'
import css from './LiveDot.module.css'
import { useNow } from './RelativeTime.tsx'

/**
 * "● En direct · 14:05:32 (Paris)"; amber when the server push is lost. `prefix` replaces the
 * words.
 */
export function LiveDot({ state, prefix }: { state: LiveState; prefix?: string }) {
  const t = useT()
  const format = useFormats()
  const now = useNow()
  const lost = state === 'lost'
  const words = lost ? t('design.live.lost') : (prefix ?? t('design.live.on'))
  return (
    <span className={css.live}>
      <span className={lost ? css.lost : css.dot} aria-hidden />
      {words} · {format.timeSeconds(now)} ({format.zoneName()})
    </span>
  )
}
