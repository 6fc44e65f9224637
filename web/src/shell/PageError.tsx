import { ApiError } from '../api/client.ts'
import { ErrorState } from '../design/ErrorState.tsx'
import { PageHeader } from '../design/PageHeader.tsx'
import { useT } from '../i18n/i18n.ts'
import { NotFound } from './NotFound.tsx'

type PageErrorProps = { error: Error; onRetry: () => void }

/** Instead of a whole page: what it shows is not there, or could not be read. */
export function PageError({ error, onRetry }: PageErrorProps) {
  const t = useT()
  // A malformed id is an address that was cut or mistyped: to its reader, a missing page.
  if (error instanceof ApiError && (error.status === 404 || error.status === 400)) {
    return <NotFound />
  }
  return (
    <>
      <PageHeader title={t('shell.pageError')} />
      <ErrorState error={error} onRetry={onRetry} />
    </>
  )
}
