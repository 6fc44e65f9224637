import { IconUsers } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { DataTable } from '../../design/DataTable.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { FilterBar, SearchField } from '../../design/FilterBar.tsx'
import { LinkButton } from '../../design/LinkButton.tsx'
import { useT } from '../../i18n/i18n.ts'
import { usePeopleColumns } from '../people/columns.tsx'
import { type Segment, useMembers } from './api.ts'
import { useSegmentNames } from './names.ts'

/** Who is in the segment now. */
export function MembersTab({ segment }: { segment: Segment }) {
  const t = useT()
  const q = useSearch({ from: '/shell/segments/$id', select: (search) => search.q ?? '' })
  const navigate = useNavigate({ from: '/segments/$id' })
  const members = useMembers(segment.id, q)
  const rows = useMemo(
    () =>
      (members.data?.pages ?? [])
        .flatMap((page) => page.data)
        .map((row) => ({ ...row, segments: row.segments.filter((id) => id !== segment.id) })),
    [members.data, segment.id],
  )
  const names = useSegmentNames()
  // The server sorts members by itself: the heads are not buttons here.
  const columns = usePeopleColumns(names).map(({ sort: _, ...column }) => column)
  if (members.isError) {
    return <ErrorState error={members.error} onRetry={() => members.refetch()} />
  }
  return (
    <>
      <FilterBar
        end={
          <LinkButton to="/people" search={{ segment: segment.id }} variant="default" size="xs">
            {t('segments.members.people')}
          </LinkButton>
        }
      >
        <SearchField
          value={q}
          onChange={(next) =>
            navigate({
              search: (previous) => ({ ...previous, q: next || undefined }),
              replace: true,
            })
          }
          label={t('people.search')}
          width={340}
        />
      </FilterBar>
      <DataTable
        label={t('segments.tab.members')}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        onOpen={(row) => navigate({ to: '/people/$id', params: { id: row.id } })}
        loading={members.isPending}
        empty={
          <EmptyState
            icon={<IconUsers />}
            title={t('segments.members.empty')}
            why={t(
              segment.state === 'backfilling'
                ? 'segments.members.backfilling'
                : q
                  ? 'segments.members.none'
                  : 'segments.members.why',
            )}
          />
        }
        onEnd={
          members.hasNextPage && !members.isFetching ? () => members.fetchNextPage() : undefined
        }
        rowHeight={44}
        height="max(320px, calc(100vh - 376px))"
      />
    </>
  )
}
