import { Button } from '@mantine/core'
import { IconAlertCircle, IconRefresh } from '@tabler/icons-react'
import { ApiError } from '../api/client.ts'
import { useT } from '../i18n/i18n.ts'
import css from './ErrorState.module.css'

type ErrorStateProps = { error: unknown; onRetry?: () => void }

/** What happened, what is safe, what to do, and the id to quote. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const t = useT()
  const problem = error instanceof ApiError ? error : null
  const offline = problem?.status === 0
  return (
    <div className={css.error} role="alert">
      <IconAlertCircle size={18} className={css.icon} aria-hidden />
      <div className={css.text}>
        <p>
          <strong>{t(offline ? 'design.error.offline' : 'design.error.title')}</strong>{' '}
          {problem?.detail || t('design.error.safe')}
        </p>
        {problem && !offline && (
          <p className={css.quote}>
            {t('design.error.status', { status: problem.status })}
            {problem.requestId && (
              <>
                {' · '}
                {t('design.error.quote')} <code>{problem.requestId}</code>
              </>
            )}
          </p>
        )}
      </div>
      {onRetry && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconRefresh size={14} />}
          onClick={onRetry}
        >
          {t('design.retry')}
        </Button>
      )}
    </div>
  )
}
