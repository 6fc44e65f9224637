import { ActionIcon, Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import {
  IconDeviceDesktop,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSelector,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { type Session, useSignOut, useUpdateMe } from '../api/session.ts'
import { activateLanguage, type Language, useLanguage, useT } from '../i18n/i18n.ts'
import { initials, shortName } from './initials.ts'
import css from './NavFoot.module.css'
import { openShortcuts } from './shortcut-store.ts'
import { TraySummary } from './Tray.tsx'

const nextScheme = { auto: 'light', light: 'dark', dark: 'auto' } as const
const schemeIcon = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon }

/** Workspace, person, language and theme, at the foot of the navigation. */
export function NavFoot({ session }: { session: Session }) {
  return (
    <div className={css.foot}>
      <TraySummary />
      <PersonMenu session={session} />
      <div className={css.switches}>
        <span className={css.avatar} aria-hidden>
          {initials(session.user.name)}
        </span>
        <span className={`${css.person} ellipsis`} title={session.user.name}>
          {shortName(session.user.name)}
        </span>
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
    </div>
  )
}

function PersonMenu({ session }: { session: Session }) {
  const t = useT()
  const navigate = useNavigate()
  const signOut = useSignOut()
  return (
    <Menu position="top-start" width={216}>
      <Menu.Target>
        <UnstyledButton className={css.workspace}>
          <span className="visually-hidden">{t('shell.account')}</span>
          <span className={css.square} aria-hidden>
            {initials(session.workspace.name)}
          </span>
          <span className={css.names}>
            <span className={`${css.name} ellipsis`}>{session.workspace.name}</span>
            <span className={css.kind}>{t(session.demo ? 'shell.demo' : 'shell.production')}</span>
          </span>
          <IconSelector size={15} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className="ellipsis">{session.user.email}</Menu.Label>
        <Menu.Item
          leftSection={<IconUserCircle size={16} />}
          onClick={() => navigate({ to: '/settings', search: { tab: 'account' } })}
        >
          {t('shell.myAccount')}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={openShortcuts}>
          {t('shell.shortcuts.title')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate()}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function LanguageSwitch() {
  const t = useT()
  const language = useLanguage()
  const update = useUpdateMe()
  const other: Language = language === 'fr' ? 'en' : 'fr'
  return (
    <button
      type="button"
      className={css.language}
      title={t('shell.switchLanguage')}
      onClick={() => {
        activateLanguage(other)
        update.mutate({ language: other })
      }}
    >
      <span aria-hidden>{language.toUpperCase()}</span>
      <span className="visually-hidden">{t('shell.switchLanguage')}</span>
    </button>
  )
}

function ThemeSwitch() {
  const t = useT()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const SchemeIcon = schemeIcon[colorScheme]
  const label = t(`shell.theme.${colorScheme}`)
  return (
    <ActionIcon
      size={24}
      title={label}
      aria-label={label}
      onClick={() => setColorScheme(nextScheme[colorScheme])}
    >
      <SchemeIcon size={16} stroke={1.7} />
    </ActionIcon>
  )
}
