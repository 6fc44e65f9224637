import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import css from './Tabs.module.css'
import { useScrollEdges } from './useScrollEdges.ts'

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
  const place = useScrollEdges<HTMLElement>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is to be seen
  useEffect(() => showCurrent(place.current), [active, place])
  return (
    <nav ref={place} className={css.tabs} aria-label={label}>
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
          // Else the first tab, which has no parameter, would call itself the current one always.
          activeOptions={{ exact: true }}
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

/** Where the tabs are wider than the page, the current one stands in the middle. */
function showCurrent(tabs: HTMLElement | null): void {
  const current = tabs?.querySelector<HTMLElement>('[aria-current="page"]')
  if (!tabs || !current) return
  const middle = current.offsetLeft - tabs.offsetLeft + current.offsetWidth / 2
  tabs.scrollLeft = middle - tabs.clientWidth / 2
}
