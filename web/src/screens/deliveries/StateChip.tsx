import { IconBan, IconCheck, IconClock, IconRefresh, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Chip, type ChipTone } from '../../design/Chip.tsx'
import { useT } from '../../i18n/i18n.ts'
import type { DeliveryState } from './api.ts'

const LOOK: Record<DeliveryState, { tone: ChipTone; icon: ReactNode }> = {
  waiting: { tone: 'outline', icon: <IconClock /> },
  delivered: { tone: 'teal', icon: <IconCheck /> },
  retrying: { tone: 'amber', icon: <IconRefresh /> },
  refused: { tone: 'neutral', icon: <IconBan /> },
  dead: { tone: 'red', icon: <IconX /> },
}

/** How far a delivery came; refused is the law at work, not a fault. */
export function StateChip({ state }: { state: DeliveryState }) {
  const t = useT()
  const { tone, icon } = LOOK[state] ?? LOOK.waiting
  return (
    <Chip tone={tone} icon={icon}>
      {t(`deliveries.state.${state}`)}
    </Chip>
  )
}
