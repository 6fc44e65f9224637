import { CloseButton } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { useT } from '../i18n/i18n.ts'
import css from './Drawer.module.css'

type DrawerProps = {
  title: ReactNode
  note?: ReactNode
  /** Beside the close button: previous, next. */
  actions?: ReactNode
  onClose: () => void
  children: ReactNode
}

/** A quick look at a row, in the page beside the list; over it on a narrow screen. Esc closes. */
export function Drawer({ title, note, actions, onClose, children }: DrawerProps) {
  const t = useT()
  const close = useRef(onClose)
  close.current = onClose
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) close.current()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])
  return (
    <aside className={css.drawer} aria-label={typeof title === 'string' ? title : undefined}>
      <div className={css.head}>
        <div className={css.text}>
          <h2 className={css.title}>{title}</h2>
          {note && <p className={css.note}>{note}</p>}
        </div>
        {actions}
        <CloseButton aria-label={t('design.close')} onClick={onClose} size={28} />
      </div>
      <div className={css.body}>{children}</div>
    </aside>
  )
}

/** A list with its drawer beside it. */
export function WithDrawer({ list, drawer }: { list: ReactNode; drawer: ReactNode }) {
  return (
    <div className={drawer ? css.split : undefined}>
      <div className={css.list}>{list}</div>
      {drawer}
    </div>
  )
}
