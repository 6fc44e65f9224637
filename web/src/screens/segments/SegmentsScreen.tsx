import { IconPlus, IconSearchOff, IconStatusChange, IconVector } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { usePermission } from '../../api/session.ts'
import { type Column, DataTable } from '../../design/DataTable.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { FilterBar, FilterChip, SearchField } from '../../design/FilterBar.tsx'
import { LinkButton } from '../../design/LinkButton.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { Sparkline } from '../../design/Sparkline.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { type SegmentRow, useSegments } from './api.ts'
import { matches } from './fields.ts'
import { type SegmentSort, sortSegments } from './list.ts'
import { SegmentStateChip } from './SegmentStateChip.tsx'
import css from './segments.module.css'

/** Every segment with its size, its trend and what moved in a day. */
export function SegmentsScreen() {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const search = useSearch({ from: '/shell/segments' })
  const navigate = useNavigate({ from: '/segments' })
  const segments = useSegments()
  const columns = useColumns()
  const sort: SegmentSort = { by: search.sort ?? 'size', order: search.order ?? 'desc' }
  const rows = useMemo(() => {
    const shown = (segments.data ?? []).filter(
      (each) =>
        matches(search.q ?? '', localText(each.name, language)) &&
        (search.state ? each.state === search.state : each.state !== 'archived'),
    )
    return sortSegments(
      shown,
      { by: search.sort ?? 'size', order: search.order ?? 'desc' },
      language,
    )
  }, [segments.data, search, language])
  const filter = (patch: Partial<typeof search>) =>
    navigate({ search: (previous) => ({ ...previous, ...patch }), replace: true })
  return (
    <>
      <PageHeader title={t('segments.title')} lead={t('segments.lead')} actions={<NewButton />} />
      <FilterBar end={t('segments.total', { count: rows.length, n: format.number(rows.length) })}>
        <SearchField
          value={search.q ?? ''}
          onChange={(q) => filter({ q: q || undefined })}
          label={t('segments.search')}
        />
        <FilterChip
          icon={<IconStatusChange size={15} />}
          label={t('segments.filter.state')}
          all={t('segments.filter.state.all')}
          value={search.state}
          options={(['live', 'backfilling', 'paused', 'archived'] as const).map((state) => ({
            value: state,
            label: t(`segments.state.${state}`),
          }))}
          onChange={(state) => filter({ state: state as typeof search.state })}
        />
      </FilterBar>
      {segments.isError ? (
        <ErrorState error={segments.error} onRetry={() => segments.refetch()} />
      ) : (
        <DataTable
          label={t('segments.title')}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          rowHeight={52}
          onOpen={(row) => navigate({ to: '/segments/$id', params: { id: row.id } })}
          sort={sort}
          onSort={({ by, order }) => filter({ sort: by, order })}
          loading={segments.isPending}
          empty={<NoSegments filtered={Boolean(search.q || search.state)} />}
        />
      )}
    </>
  )
}

function NewButton() {
  const t = useT()
  if (!usePermission('segments:write')) return null
  return (
    <LinkButton to="/segments/new" leftSection={<IconPlus size={16} />}>
      {t('segments.create')}
    </LinkButton>
  )
}

function NoSegments({ filtered }: { filtered: boolean }) {
  const t = useT()
  if (filtered) {
    return (
      <EmptyState
        icon={<IconSearchOff />}
        title={t('segments.none.title')}
        why={t('segments.none.why')}
        actions={
          <LinkButton to="/segments" variant="default">
            {t('people.none.clear')}
          </LinkButton>
        }
      />
    )
  }
  return (
    <EmptyState
      icon={<IconVector />}
      title={t('segments.empty.title')}
      why={t('segments.empty.why')}
      actions={<NewButton />}
    />
  )
}

function useColumns(): Column<SegmentRow>[] {
  const t = useT()
  const format = useFormats()
  return [
    {
      key: 'name',
      header: t('segments.column.name'),
      width: 'minmax(180px, 2.6fr)',
      sort: 'name',
      cell: (row) => <Name row={row} />,
    },
    {
      key: 'size',
      header: t('segments.column.size'),
      width: '84px',
      align: 'end',
      sort: 'size',
      cell: (row) => <b className={css.size}>{format.number(row.size)}</b>,
    },
    {
      key: 'trend',
      header: t('segments.column.trend'),
      width: '96px',
      wideOnly: true,
      cell: (row) => <Sparkline values={row.trend.map((each) => each.size)} width={84} />,
    },
    {
      key: 'moved',
      header: t('segments.column.moved'),
      width: '112px',
      align: 'end',
      sort: 'moved',
      wideOnly: true,
      cell: (row) => (
        <span>
          <span className={row.entered24h ? css.in : 'ink-3'}>{format.signed(row.entered24h)}</span>{' '}
          / <span className={row.left24h ? css.out : 'ink-3'}>{format.signed(-row.left24h)}</span>
        </span>
      ),
    },
    {
      key: 'state',
      header: t('segments.column.state'),
      width: '142px',
      wideOnly: true,
      cell: (row) => <SegmentStateChip segment={row} />,
    },
    {
      key: 'updatedAt',
      header: t('segments.column.updated'),
      width: '110px',
      sort: 'updatedAt',
      wideOnly: true,
      cell: (row) => <RelativeTime at={row.updatedAt} />,
    },
  ]
}

function Name({ row }: { row: SegmentRow }) {
  const language = useLanguage()
  const sentence = row.sentence ? localText(row.sentence, language) : ''
  return (
    <span className={css.name}>
      <Link to="/segments/$id" params={{ id: row.id }} className="ellipsis">
        {localText(row.name, language)}
      </Link>
      <span className={`${css.sentence} ellipsis`} title={sentence}>
        {sentence}
      </span>
    </span>
  )
}
