import { IconUsers } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { type Column, DataTable } from '../../design/DataTable.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { FilterBar } from '../../design/FilterBar.tsx'
import { LinkButton } from '../../design/LinkButton.tsx'
import { Num } from '../../design/Num.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { initials } from '../../shell/initials.ts'
import { Avatar } from '../people/Avatar.tsx'
import { usePersonName } from '../people/columns.tsx'
import { ExportButton } from '../people/ExportDialog.tsx'
import people from '../people/people.module.css'
import { Approximate } from './Approximate.tsx'
import { type Member, type Segment, useApproximate, useMembers } from './api.ts'
import { MomentFilter, useMoment } from './MomentFilter.tsx'
import type { Moment } from './moment.ts'
import css from './segments.module.css'

/** Who is in the segment now, and since when. */
export function MembersTab({ segment }: { segment: Segment }) {
  const t = useT()
  const format = useFormats()
  const navigate = useNavigate()
  const { moment, ask } = useMoment()
  const members = useMembers(segment.id, moment)
  // Answers about the past are of history, which is whole.
  const approximate = useApproximate(segment.id, moment === null)
  const total = members.data?.pages[0]?.total ?? segment.size
  const rows = useMemo(() => members.data?.pages.flatMap((page) => page.data) ?? [], [members.data])
  const columns = useColumns(moment)
  return (
    <>
      <FilterBar
        end={
          <>
            {/* A file is about now: the past is asked of the API. */}
            {!moment && <ExportButton search={{ segment: segment.id }} total={total} size="xs" />}
            <LinkButton to="/people" search={{ segment: segment.id }} variant="default" size="xs">
              {t('segments.members.people')}
            </LinkButton>
          </>
        }
      >
        <MomentFilter moment={moment} onAsk={ask} />
        <span className="meta">
          {members.isSuccess && (
            <Approximate
              parts={(!moment && approximate.data) || []}
              lead={t('segments.approximate.live')}
            >
              {t('people.count', { count: total, n: format.number(total) })}
            </Approximate>
          )}
        </span>
      </FilterBar>
      {moment && <p className={css.momentNote}>{t(`segments.moment.${moment.question}.note`)}</p>}
      {members.isError && <ErrorState error={members.error} onRetry={() => members.refetch()} />}
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
              moment
                ? 'segments.moment.empty'
                : segment.state === 'backfilling'
                  ? 'segments.members.backfilling'
                  : 'segments.members.why',
            )}
          />
        }
        onEnd={
          members.hasNextPage && !members.isFetching ? () => members.fetchNextPage() : undefined
        }
        rowHeight={44}
        height="max(320px, calc(100vh - 366px))"
      />
    </>
  )
}

/** The columns; of a past moment nobody's entry is told. */
function useColumns(moment: Moment | null): Column<Member>[] {
  const t = useT()
  const nameOf = usePersonName()
  const dash = <span className="ink-3">—</span>
  const columns: Column<Member>[] = [
    {
      key: 'name',
      header: t('people.column.name'),
      width: 'minmax(170px, 1.4fr)',
      cell: (row) => (
        <span className={people.who}>
          <Avatar initials={row.name ? initials(row.name) : null} known={Boolean(row.name)} />
          <Link to="/people/$id" params={{ id: row.id }} className="ellipsis">
            {nameOf(row)}
          </Link>
        </span>
      ),
    },
    {
      key: 'email',
      header: t('people.column.email'),
      width: 'minmax(150px, 1.4fr)',
      wideOnly: true,
      cell: (row) => row.email ?? dash,
    },
    {
      key: 'city',
      header: t('people.column.city'),
      width: 'minmax(90px, 0.8fr)',
      wideOnly: true,
      cell: (row) => row.city ?? dash,
    },
    {
      key: 'events',
      header: t('people.column.events'),
      width: '84px',
      align: 'end',
      wideOnly: true,
      cell: (row) => <Num value={row.events} />,
    },
    {
      key: 'lastSeen',
      header: t('people.column.lastSeen'),
      width: '104px',
      wideOnly: true,
      cell: (row) => <RelativeTime at={row.lastSeen} />,
    },
    {
      key: 'enteredAt',
      header: t('segments.members.since'),
      width: '112px',
      cell: (row) => <RelativeTime at={row.enteredAt} />,
    },
  ]
  return moment ? columns.filter((each) => each.key !== 'enteredAt') : columns
}
