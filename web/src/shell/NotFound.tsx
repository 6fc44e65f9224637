import { LinkButton } from '../design/LinkButton.tsx'
import { PageHeader } from '../design/PageHeader.tsx'
import { useT } from '../i18n/i18n.ts'

/** An address that leads nowhere, or to something that is not there any more. */
export function NotFound() {
  const t = useT()
  return (
    <PageHeader
      title={t('shell.notFound')}
      lead={t('shell.notFoundWhy')}
      actions={<LinkButton to="/">{t('shell.backHome')}</LinkButton>}
    />
  )
}
