import {
  IconAlertTriangle,
  IconArchive,
  IconBolt,
  IconPencil,
  IconPlayerPause,
} from '@tabler/icons-react'
import { Chip } from '../../design/Chip.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import type { SegmentRow } from './api.ts'
import css from './segments.module.css'

/** Whether a segment follows its people now; while it is built, how far it is. */
export function SegmentStateChip({
  segment,
}: {
  segment: Pick<SegmentRow, 'state' | 'progress' | 'reason'>
}) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  if (segment.state === 'backfilling') {
    const progress = Math.min(1, segment.progress ?? 0)
    return (
      <span className={css.progress}>
        <span className={css.progressText}>
          {t('segments.state.backfilling')} <b>{format.percent(progress, 0)}</b>
        </span>
        <span className={css.progressTrack} aria-hidden>
          <span style={{ width: `${progress * 100}%` }} />
        </span>
      </span>
    )
  }
  if (segment.state === 'paused') {
    return (
      <Chip
        tone="amber"
        icon={segment.reason ? <IconAlertTriangle /> : <IconPlayerPause />}
        {...(segment.reason ? { title: localText(segment.reason, language) } : {})}
      >
        {t(segment.reason ? 'segments.state.broken' : 'segments.state.paused')}
      </Chip>
    )
  }
  if (segment.state === 'draft') {
    return <Chip icon={<IconPencil />}>{t('segments.state.draft')}</Chip>
  }
  if (segment.state === 'archived') {
    return <Chip icon={<IconArchive />}>{t('segments.state.archived')}</Chip>
  }
  return (
    <Chip tone="teal" icon={<IconBolt />}>
      {t('segments.state.live')}
    </Chip>
  )
}
