import type { ReactNode } from 'react'
import css from './EmptyState.module.css'

type EmptyStateProps = {
  icon: ReactNode
  title: ReactNode
  /** Why it is empty and what this will be. */
  why: ReactNode
  /** The one next action first. */
  actions?: ReactNode
}

/** What to show where there is nothing yet. Icon 28 px. */
export function EmptyState({ icon, title, why, actions }: EmptyStateProps) {
  return (
    <div className={css.empty}>
      <span className={css.icon} aria-hidden>
        {icon}
      </span>
      <p className={css.title}>{title}</p>
      <p className={css.why}>{why}</p>
      {actions && <div className={css.actions}>{actions}</div>}
    </div>
  )
}
