import { useT } from '../../i18n/i18n.ts'
import type { Balance } from './api.ts'
import css from './Health.module.css'

/** What the colours and marks of the heat table mean, and what it cannot say now. */
export function Legend({ history }: { history: Balance['history']['state'] }) {
  const t = useT()
  return (
    <div className={css.legend}>
      <span className={css.scale} aria-hidden>
        {[1, 2, 3, 4, 5].map((shade) => (
          <i key={shade} data-shade={shade} />
        ))}
      </span>
      <span>{t('health.legend.received')}</span>
      {(['refused', 'moving', 'wrong'] as const).map((state) => (
        <span key={state} className={css.legendItem}>
          <i data-state={state} data-shade={2} aria-hidden />
          {t(`health.legend.${state}`)}
        </span>
      ))}
      {history === 'counted' ? (
        <span className={css.legendItem}>
          <i data-state="history" data-shade={2} aria-hidden />
          {t('health.legend.history')}
        </span>
      ) : (
        <span className={css.amberText}>{t('health.historyAway')}</span>
      )}
    </div>
  )
}
