import { Burger, UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { Link, useLocation } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Session } from '../api/session.ts'
import { useT } from '../i18n/i18n.ts'
import { Logo } from './Logo.tsx'
import css from './Nav.module.css'
import { NavFoot } from './NavFoot.tsx'
import { type NavItem, navItems } from './nav-items.ts'
import { openPalette } from './palette-store.ts'

/** The left navigation, in the order of the flow; a bar with a menu button when narrow. */
export function Nav({ session }: { session: Session }) {
  const t = useT()
  const path = useLocation({ select: (location) => location.pathname })
  const [open, setOpen] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a navigation closes the menu
  useEffect(() => setOpen(false), [path])
  return (
    <aside className={css.side} aria-label={t('shell.side')}>
      <div className={css.brand}>
        <Link to="/" className={css.logo}>
          <Logo />
          <span>Clientele</span>
        </Link>
        <Burger
          className={css.burger}
          opened={open}
          size="sm"
          onClick={() => setOpen(!open)}
          aria-label={t('shell.menu')}
          aria-expanded={open}
        />
      </div>
      <div className={`${css.fold} ${open ? css.opened : ''}`}>
        <UnstyledButton className={css.search} onClick={openPalette}>
          <IconSearch size={16} aria-hidden />
          <span>{t('shell.search')}</span>
          <kbd className={css.kbd}>⌘K</kbd>
        </UnstyledButton>
        <nav className={css.nav} aria-label={t('shell.navigation')}>
          {navItems.map((item) => (
            <NavEntry key={item.to} item={item} path={path} />
          ))}
        </nav>
        <NavFoot session={session} />
      </div>
    </aside>
  )
}

function within(path: string, to: string): boolean {
  return to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`)
}

function NavEntry({ item, path }: { item: NavItem; path: string }) {
  const t = useT()
  const here = within(path, item.to)
  const below = (item.children ?? []).some((child) => within(path, child.to))
  const inside = here || below
  // One place is the current one: above it the name alone says that it is within.
  const look = below ? css.above : here ? css.active : ''
  return (
    <>
      {item.divided && <hr className={css.line} />}
      <Link
        to={item.to}
        className={`${css.item} ${look}`}
        aria-current={here ? 'page' : undefined}
        activeProps={{}}
      >
        <item.icon size={17} stroke={1.7} aria-hidden />
        {t(item.label)}
      </Link>
      {inside &&
        item.children?.map((child) => (
          <Link
            key={child.to}
            to={child.to}
            className={`${css.child} ${within(path, child.to) ? css.active : ''}`}
            aria-current={within(path, child.to) ? 'page' : undefined}
            activeProps={{}}
          >
            {t(child.label)}
          </Link>
        ))}
    </>
  )
}
