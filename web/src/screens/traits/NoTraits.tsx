import { IconSearchOff } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { EmptyState } from '../../design/EmptyState.tsx'
import { useT } from '../../i18n/i18n.ts'

/** Why a table of traits is empty: nothing was found, or there is nothing yet (`children`). */
export function NoTraits({ q, children }: { q: string; children: ReactNode }) {
  const t = useT()
  if (!q) return children
  return <EmptyState icon={<IconSearchOff />} title={t('traits.none')} why={t('traits.none.why')} />
}
