import type { ReactNode } from 'react'
import css from './PageHeader.module.css'

type PageHeaderProps = {
  title: ReactNode
  /** One sentence: what this page is for. */
  lead?: ReactNode
  /** Links above the title, outermost first. */
  crumbs?: ReactNode[]
  /** At the right: at most one primary button, last. */
  actions?: ReactNode
  /** Chips beside the title. */
  beside?: ReactNode
}

/** The head of every page: title, its sentence, its actions. */
export function PageHeader({ title, lead, crumbs, actions, beside }: PageHeaderProps) {
  return (
    <header className={css.header}>
      <div className={css.text}>
        {crumbs && crumbs.length > 0 && (
          <div className={css.crumbs}>
            {crumbs.map((crumb, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: crumbs are a fixed path
              <span key={index} className={css.crumb}>
                {crumb}
              </span>
            ))}
          </div>
        )}
        <div className={css.line}>
          <h1 className={css.title}>{title}</h1>
          {beside}
        </div>
        {lead && <p className={css.lead}>{lead}</p>}
      </div>
      {actions && <div className={css.actions}>{actions}</div>}
    </header>
  )
}
