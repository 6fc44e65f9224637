import { Button, Select } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { usePermission, useSession } from '../../api/session.ts'
import { Chip } from '../../design/Chip.tsx'
import { type Column, DataTable } from '../../design/DataTable.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useT } from '../../i18n/i18n.ts'
import { type Role, type User, useChangeUser, useUsers } from './api.ts'
import { InviteUser } from './InviteUser.tsx'
import css from './Settings.module.css'

/** Who has access, with which role. */
export function UsersTab() {
  const t = useT()
  const users = useUsers()
  const canWrite = usePermission('users:write')
  const [inviting, setInviting] = useState(false)
  const columns = useUserColumns(canWrite)
  return (
    <>
      <div className={css.bar}>
        <p className="ink-2">{t('settings.usersLead')}</p>
        {canWrite && (
          <Button leftSection={<IconUserPlus size={16} />} onClick={() => setInviting(true)}>
            {t('settings.invite')}
          </Button>
        )}
      </div>
      {users.isError ? (
        <ErrorState error={users.error} onRetry={() => users.refetch()} />
      ) : (
        <DataTable
          label={t('settings.tab.users')}
          columns={columns}
          rows={users.data?.data ?? []}
          rowKey={(user) => user.id}
          loading={users.isPending}
          rowHeight={44}
        />
      )}
      {inviting && <InviteUser onClose={() => setInviting(false)} />}
    </>
  )
}

function useUserColumns(canWrite: boolean): Column<User>[] {
  const t = useT()
  const me = useSession().data?.user.id
  const editable = (user: User) => canWrite && user.id !== me
  return [
    {
      key: 'name',
      header: t('settings.user'),
      width: 'minmax(180px, 2fr)',
      cell: (user) => (
        <div className={css.two}>
          <strong>{user.name}</strong>
          <span>{user.email}</span>
        </div>
      ),
    },
    {
      key: 'role',
      header: t('settings.role'),
      width: '170px',
      cell: (user) =>
        editable(user) ? <RoleSelect user={user} /> : t(`settings.role.${user.role}`),
    },
    {
      key: 'state',
      header: t('settings.state'),
      width: '120px',
      wideOnly: true,
      cell: (user) => <UserState user={user} />,
    },
    {
      key: 'seen',
      header: t('settings.lastSeen'),
      width: '120px',
      wideOnly: true,
      cell: (user) => <RelativeTime at={user.lastSeenAt} />,
    },
    {
      key: 'action',
      header: <span className="visually-hidden">{t('settings.actions')}</span>,
      width: '110px',
      align: 'end',
      cell: (user) => (editable(user) ? <DisableButton user={user} /> : null),
    },
  ]
}

function UserState({ user }: { user: User }) {
  const t = useT()
  if (user.disabled) return <Chip>{t('settings.user.disabled')}</Chip>
  if (!user.hasPassword && !user.lastSeenAt)
    return <Chip tone="outline">{t('settings.user.invited')}</Chip>
  return <Chip tone="teal">{t('settings.user.active')}</Chip>
}

function RoleSelect({ user }: { user: User }) {
  const t = useT()
  const toast = useToast()
  const change = useChangeUser()
  const set = (role: Role) =>
    change.mutate(
      { id: user.id, role },
      {
        onSuccess: () =>
          toast({
            message: t('settings.roleChanged', { name: user.name }),
            undo: () => change.mutate({ id: user.id, role: user.role }),
          }),
        onError: toast,
      },
    )
  return (
    <Select
      aria-label={t('settings.roleOf', { name: user.name })}
      value={user.role}
      data={(['admin', 'reader'] as const).map((value) => ({
        value,
        label: t(`settings.role.${value}`),
      }))}
      onChange={(value) => value && value !== user.role && set(value as Role)}
    />
  )
}

function DisableButton({ user }: { user: User }) {
  const t = useT()
  const toast = useToast()
  const change = useChangeUser()
  const set = () =>
    change.mutate(
      { id: user.id, disabled: !user.disabled },
      {
        onSuccess: () =>
          toast({
            message: t(user.disabled ? 'settings.enabled' : 'settings.disabled', {
              name: user.name,
            }),
            undo: () => change.mutate({ id: user.id, disabled: user.disabled }),
          }),
        onError: toast,
      },
    )
  return (
    <Button size="xs" variant="default" onClick={set}>
      {t(user.disabled ? 'settings.enable' : 'settings.disable')}
    </Button>
  )
}
