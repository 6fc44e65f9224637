import { Button } from '@mantine/core'
import { IconSearchOff, IconUpload, IconUsers } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { DataTable } from '../../design/DataTable.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { LinkButton } from '../../design/LinkButton.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { useSegmentNames } from '../segments/names.ts'
import { type PeopleSearch, type PeopleSort, usePeople } from './api.ts'
import { usePeopleColumns } from './columns.tsx'
import { ExportButton } from './ExportDialog.tsx'
import { PeopleFilters } from './PeopleFilters.tsx'

/** Everyone the workspace knows, with every filter in the address. */
export function PeopleScreen() {
  const t = useT()
  const format = useFormats()
  const search = useSearch({ from: '/shell/people' })
  const navigate = useNavigate({ from: '/people' })
  const people = usePeople(search)
  const segments = useSegmentNames()
  const columns = usePeopleColumns(segments)
  const rows = useMemo(() => people.data?.pages.flatMap((page) => page.data) ?? [], [people.data])
  const total = people.data?.pages[0]?.total
  const filter = (patch: Partial<PeopleSearch>) =>
    navigate({ search: (previous) => ({ ...previous, ...patch }), replace: true })
  return (
    <>
      <PageHeader
        title={t('people.title')}
        lead={t('people.lead')}
        actions={
          <>
            <ExportButton search={search} total={total ?? 0} />
            <LinkButton to="/import" leftSection={<IconUpload size={16} />}>
              {t('people.import')}
            </LinkButton>
          </>
        }
      />
      <PeopleFilters
        search={search}
        onChange={filter}
        count={
          total === undefined ? null : t('people.count', { count: total, n: format.number(total) })
        }
      />
      {people.isError ? (
        <ErrorState error={people.error} onRetry={() => people.refetch()} />
      ) : (
        <DataTable
          label={t('people.title')}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          onOpen={(row) => navigate({ to: '/people/$id', params: { id: row.id } })}
          sort={{
            by: search.sort ?? 'lastSeen',
            order: search.order ?? (search.sort === 'name' ? 'asc' : 'desc'),
          }}
          onSort={({ by, order }) => filter({ sort: by as PeopleSort, order })}
          loading={people.isPending}
          empty={<NoPeople search={search} onClear={() => navigate({ search: {} })} />}
          onEnd={
            people.hasNextPage && !people.isFetching ? () => people.fetchNextPage() : undefined
          }
          rowHeight={44}
          height="calc(100vh - 140px)"
        />
      )}
    </>
  )
}

function NoPeople({ search, onClear }: { search: PeopleSearch; onClear: () => void }) {
  const t = useT()
  const { sort, order, ...filters } = search
  const filtered = Object.values(filters).some((value) => value !== undefined)
  if (filtered) {
    return (
      <EmptyState
        icon={<IconSearchOff />}
        title={t('people.none.title')}
        why={search.q ? t('people.none.search', { q: search.q }) : t('people.none.filters')}
        actions={<Button onClick={onClear}>{t('people.none.clear')}</Button>}
      />
    )
  }
  return (
    <EmptyState
      icon={<IconUsers />}
      title={t('people.empty.title')}
      why={t('people.empty.why')}
      actions={
        <>
          <LinkButton to="/sources">{t('people.empty.source')}</LinkButton>
          <LinkButton to="/import" variant="default">
            {t('people.import')}
          </LinkButton>
        </>
      }
    />
  )
}
