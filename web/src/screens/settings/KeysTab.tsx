import { Button } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { Chip } from '../../design/Chip.tsx'
import { type Column, DataTable } from '../../design/DataTable.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { type ApiKey, useApiKeys, useRevokeKey } from './api.ts'
import { NewKey } from './NewKey.tsx'
import css from './Settings.module.css'

/** The keys programs use, each with its scopes and its last use. */
export function KeysTab() {
  const t = useT()
  const keys = useApiKeys()
  const canWrite = usePermission('keys:write')
  const [creating, setCreating] = useState(false)
  const columns = useKeyColumns(canWrite)
  const create = canWrite && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      {t('settings.createKey')}
    </Button>
  )
  return (
    <>
      <div className={css.bar}>
        <p className="ink-2">
          {t('settings.keysLead')} <a href="/api/docs">{t('settings.apiDocs')}</a>
        </p>
        {create}
      </div>
      {keys.isError ? (
        <ErrorState error={keys.error} onRetry={() => keys.refetch()} />
      ) : (
        <DataTable
          label={t('settings.tab.keys')}
          columns={columns}
          rows={keys.data?.data ?? []}
          rowKey={(key) => key.id}
          loading={keys.isPending}
          rowHeight={44}
          empty={
            <EmptyState
              icon={<IconKey />}
              title={t('settings.noKey')}
              why={t('settings.noKeyWhy')}
              actions={create}
            />
          }
        />
      )}
      {creating && <NewKey onClose={() => setCreating(false)} />}
    </>
  )
}

function useKeyColumns(canWrite: boolean): Column<ApiKey>[] {
  const t = useT()
  const format = useFormats()
  return [
    {
      key: 'name',
      header: t('sources.name'),
      width: 'minmax(160px, 1.4fr)',
      cell: (key) => (
        <div className={css.two}>
          <strong>{key.name}</strong>
          <code>{key.prefix}…</code>
        </div>
      ),
    },
    {
      key: 'scopes',
      header: t('settings.scopes'),
      width: 'minmax(160px, 2fr)',
      wideOnly: true,
      cell: (key) => <span title={key.scopes.join('\n')}>{key.scopes.join(', ')}</span>,
    },
    {
      key: 'used',
      header: t('settings.lastUsed'),
      width: '120px',
      wideOnly: true,
      cell: (key) => <RelativeTime at={key.lastUsedAt} />,
    },
    {
      key: 'expires',
      header: t('settings.expires'),
      width: '110px',
      wideOnly: true,
      cell: (key) => (key.expiresAt ? format.date(key.expiresAt) : t('settings.never')),
    },
    {
      key: 'action',
      header: <span className="visually-hidden">{t('settings.actions')}</span>,
      width: '110px',
      align: 'end',
      cell: (key) => <KeyAction apiKey={key} canWrite={canWrite} />,
    },
  ]
}

function KeyAction({ apiKey, canWrite }: { apiKey: ApiKey; canWrite: boolean }) {
  const t = useT()
  const toast = useToast()
  const revoke = useRevokeKey()
  if (apiKey.revokedAt) return <Chip>{t('settings.revoked')}</Chip>
  if (!canWrite) return null
  return (
    <Button
      size="xs"
      variant="outline"
      color="red"
      loading={revoke.isPending}
      onClick={() =>
        revoke.mutate(apiKey.id, {
          onSuccess: () => toast({ message: t('settings.keyRevoked', { name: apiKey.name }) }),
          onError: toast,
        })
      }
    >
      {t('settings.revoke')}
    </Button>
  )
}
