import { IconAlertTriangle, IconClock, IconLoader2 } from '@tabler/icons-react'
import { Chip } from '../../design/Chip.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { SegmentStateChip } from '../segments/SegmentStateChip.tsx'
import type { ComputedTrait } from './api.ts'

/** Whether a trait follows its people, or is asked again on a schedule, and whether that failed. */
export function TraitStateChip({ trait }: { trait: ComputedTrait }) {
  const t = useT()
  const format = useFormats()
  if (trait.state !== 'live' || !('sql' in trait.definition)) {
    return <SegmentStateChip segment={trait} />
  }
  if (trait.runningSince) {
    const since = t('traits.query.running', { at: format.timeSeconds(trait.runningSince) })
    return (
      <Chip tone="teal" icon={<IconLoader2 />} title={since}>
        {t('traits.state.running')}
      </Chip>
    )
  }
  if (trait.failure) {
    return (
      <Chip tone="amber" icon={<IconAlertTriangle />} title={trait.failure.message}>
        {t('traits.state.failed')}
      </Chip>
    )
  }
  return <Chip icon={<IconClock />}>{t('traits.state.scheduled')}</Chip>
}
