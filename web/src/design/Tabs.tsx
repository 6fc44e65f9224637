import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import css from './Tabs.module.css'

export type TabItem = {
  key: string
  label: string
  count?: ReactNode
  /** Amber count: something to treat. */
  warn?: boolean
}
type TabsProps = {
  label: string
  items: TabItem[]
  active: string
  /** The search parameter that names the tab; the first tab has none. */
  param?: string
}

/** Tabs in the URL: links, so that back, reload and a new window keep them. */
export function Tabs({ label, items, active, param = 'tab' }: TabsProps) {
  return (
    <nav className={css.tabs} aria-label={label}>
      {items.map((item, index) => (
        <Link
          key={item.key}
          to="."
          search={(previous: Record<string, unknown>) => ({
            ...previous,
            [param]: index === 0 ? undefined : item.key,
          })}
          className={`${css.tab} ${item.key === active ? css.active : ''}`}
          activeProps={{}}
          aria-current={item.key === active ? 'page' : undefined}
        >
          {item.label}
          {item.count !== undefined && (
            <span className={item.warn ? css.warn : css.count}>{item.count}</span>
          )}
        </Link>
      ))}
    </nav>
  )
}
