import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useSession } from '../api/session.ts'
import { ErrorState } from '../design/ErrorState.tsx'
import { TimeZone } from '../i18n/format.ts'
import { activateLanguage, useT } from '../i18n/i18n.ts'
import { Nav } from './Nav.tsx'
import { Palette } from './Palette.tsx'
import css from './Shell.module.css'
import { Shortcuts } from './Shortcuts.tsx'
import { Tray } from './Tray.tsx'

/** The frame of every signed-in page: navigation at the left, the page, the palette over both. */
export function Shell() {
  const t = useT()
  const session = useSession()
  const navigate = useNavigate()
  const location = useLocation()
  const signedOut = session.data === null
  useEffect(() => {
    if (signedOut) navigate({ to: '/sign-in', search: { from: location.href }, replace: true })
  }, [signedOut, navigate, location.href])
  const language = session.data?.user.language
  useEffect(() => {
    if (language) activateLanguage(language)
  }, [language])

  if (session.isError) {
    return (
      <main className={css.page}>
        <ErrorState error={session.error} onRetry={() => session.refetch()} />
      </main>
    )
  }
  if (!session.data) return null
  return (
    <TimeZone value={session.data.workspace.timeZone}>
      <a href="#page" className={css.skip}>
        {t('shell.skip')}
      </a>
      <div className={css.frame}>
        <Nav session={session.data} />
        <main id="page" className={css.page} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Palette />
      <Shortcuts />
      <Tray />
    </TimeZone>
  )
}
