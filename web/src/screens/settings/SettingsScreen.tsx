import { useSearch } from '@tanstack/react-router'
import { usePermission } from '../../api/session.ts'
import { PageHeader } from '../../design/PageHeader.tsx'
import { Tabs } from '../../design/Tabs.tsx'
import { useT } from '../../i18n/i18n.ts'
import { AccountTab } from './AccountTab.tsx'
import { AuditTab } from './AuditTab.tsx'
import { KeysTab } from './KeysTab.tsx'
import { LabelsTab } from './LabelsTab.tsx'
import { type SettingsTab, settingsTabs } from './routes.ts'
import { UsersTab } from './UsersTab.tsx'
import { WorkspaceTab } from './WorkspaceTab.tsx'

const panels: Record<SettingsTab, () => React.ReactNode> = {
  workspace: WorkspaceTab,
  users: UsersTab,
  keys: KeysTab,
  labels: LabelsTab,
  audit: AuditTab,
  account: AccountTab,
}

/** The workspace, its people, keys, words and audit log. */
export function SettingsScreen() {
  const t = useT()
  const tab = useSearch({ from: '/shell/settings' }).tab ?? 'workspace'
  const allowed: Record<SettingsTab, boolean> = {
    workspace: true,
    users: usePermission('users:read'),
    keys: usePermission('keys:read'),
    labels: usePermission('labels:read'),
    audit: usePermission('audit:read'),
    account: true,
  }
  const Panel = panels[tab]
  return (
    <>
      <PageHeader title={t('shell.nav.settings')} lead={t('settings.lead')} />
      <Tabs
        label={t('shell.nav.settings')}
        active={tab}
        items={settingsTabs
          .filter((key) => allowed[key])
          .map((key) => ({ key, label: t(`settings.tab.${key}`) }))}
      />
      <Panel />
    </>
  )
}
