import { IconMapOff } from '@tabler/icons-react'
import { EmptyState } from '../design/EmptyState.tsx'
import { LinkButton } from '../design/LinkButton.tsx'
import { useT } from '../i18n/i18n.ts'

/** An address that leads nowhere. */
export function NotFound() {
  const t = useT()
  return (
    <EmptyState
      icon={<IconMapOff />}
      title={t('shell.notFound')}
      why={t('shell.notFoundWhy')}
      actions={<LinkButton to="/">{t('shell.backHome')}</LinkButton>}
    />
  )
}
