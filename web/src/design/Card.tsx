import type { ReactNode } from 'react'
import css from './Card.module.css'

type CardProps = {
  title?: ReactNode
  /** Small text beside the title. */
  note?: ReactNode
  /** At the right of the head: quiet actions, 28 high. */
  actions?: ReactNode
  /** Removes the inner padding, for lists and tables. */
  flush?: boolean
  className?: string | undefined
  children: ReactNode
}

/** A bordered surface with an optional head. Never put a card in a card: divide with lines. */
export function Card({ title, note, actions, flush, className, children }: CardProps) {
  return (
    <section className={`${css.card} ${className ?? ''}`}>
      {title && (
        <div className={css.head}>
          <h2 className={css.title}>{title}</h2>
          {note && <span className={css.note}>{note}</span>}
          {actions && <div className={css.actions}>{actions}</div>}
        </div>
      )}
      <div className={flush ? css.flush : css.body}>{children}</div>
    </section>
  )
}
