import { IconClipboardList, IconKey, IconRobot, IconUser } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import { type Column, DataTable } from '../../design/DataTable.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { FilterBar, FilterChip } from '../../design/FilterBar.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { type AuditEntry, useAudit } from './api.ts'
import css from './Settings.module.css'

/** The first word of an action names what it is about. */
const families = [
  'session',
  'user',
  'api_key',
  'source',
  'profile',
  'identity',
  'segment',
  'destination',
  'delivery',
  'consent',
  'label',
  'workspace',
] as const

const actorIcons = { user: IconUser, key: IconKey, system: IconRobot }

/** Who did what and when: sign-ins, changes, reveals. It cannot be changed. */
export function AuditTab() {
  const t = useT()
  const navigate = useNavigate()
  const search = useSearch({ from: '/shell/settings' })
  const audit = useAudit(search.action)
  const columns = useAuditColumns()
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = audit
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  return (
    <>
      <FilterBar end={t('settings.auditNote')}>
        <FilterChip
          label={t('settings.about')}
          all={t('sources.allKinds')}
          value={search.action}
          options={families.map((value) => ({ value, label: t(`settings.audit.${value}`) }))}
          onChange={(action) =>
            navigate({ to: '/settings', search: { ...search, action }, replace: true })
          }
        />
      </FilterBar>
      {audit.isError ? (
        <ErrorState error={audit.error} onRetry={() => audit.refetch()} />
      ) : (
        <DataTable
          label={t('settings.tab.audit')}
          columns={columns}
          rows={audit.data?.pages.flatMap((page) => page.data) ?? []}
          rowKey={(entry) => String(entry.id)}
          loading={audit.isPending}
          onEnd={more}
          height="max(360px, calc(100vh - 240px))"
          empty={
            <EmptyState
              icon={<IconClipboardList />}
              title={t('settings.noAudit')}
              why={t('settings.noAuditWhy')}
            />
          }
        />
      )}
    </>
  )
}

function useAuditColumns(): Column<AuditEntry>[] {
  const t = useT()
  const format = useFormats()
  return [
    {
      key: 'at',
      header: t('settings.when'),
      width: '150px',
      cell: (entry) => format.dateTime(entry.at),
    },
    {
      key: 'actor',
      header: t('settings.who'),
      width: 'minmax(120px, 1fr)',
      cell: (entry) => {
        const ActorIcon = actorIcons[entry.actor.kind]
        return (
          <span className={css.actor}>
            <ActorIcon size={15} aria-hidden />
            {entry.actor.name}
          </span>
        )
      },
    },
    {
      key: 'action',
      header: t('settings.what'),
      width: 'minmax(120px, 1fr)',
      cell: (entry) => <code>{entry.action}</code>,
    },
    {
      key: 'subject',
      header: t('settings.on'),
      width: 'minmax(140px, 1.4fr)',
      wideOnly: true,
      cell: (entry) => <span title={entry.subject}>{entry.subject}</span>,
    },
    {
      key: 'detail',
      header: t('settings.detail'),
      width: 'minmax(160px, 2fr)',
      wideOnly: true,
      cell: (entry) => {
        const detail = JSON.stringify(entry.detail ?? {})
        return detail === '{}' ? '' : <code title={detail}>{detail}</code>
      },
    },
  ]
}
