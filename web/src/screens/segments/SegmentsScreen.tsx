import { IconPlus, IconSearchOff, IconVector } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { usePermission } from '../../api/session.ts'
import { DataTable } from '../../design/DataTable.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { FilterBar } from '../../design/FilterBar.tsx'
import { LinkButton } from '../../design/LinkButton.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useLanguage, useT } from '../../i18n/i18n.ts'
import { useSegments } from './api.ts'
import { isFiltered, onShelf, type SegmentSort, sortSegments } from './list.ts'
import { useArchived, useShelf } from './shelf/api.ts'
import { toSegment, useColumns } from './shelf/columns.tsx'
import { FolderRail } from './shelf/FolderRail.tsx'
import { ShelfFilters } from './shelf/ShelfFilters.tsx'
import css from './shelf/shelf.module.css'

/** From so many rows on, only those that are seen are drawn. */
const DRAWN_MAX = 100

/** Every segment with its size, its trend and what moved in a day, by folder. */
export function SegmentsScreen() {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const search = useSearch({ from: '/shell/segments' })
  const navigate = useNavigate({ from: '/segments' })
  const current = useSegments()
  const archived = useArchived({ enabled: search.state === 'archived' })
  const segments = search.state === 'archived' ? archived : current
  const shelf = useShelf().data
  const columns = useColumns()
  const sort: SegmentSort = { by: search.sort ?? 'size', order: search.order ?? 'desc' }
  const rows = useMemo(() => {
    const shown = (segments.data ?? []).filter((each) => onShelf(each, search, language))
    const order = { by: search.sort ?? 'size', order: search.order ?? 'desc' } as const
    return sortSegments(shown, order, language)
  }, [segments.data, search, language])
  const filter = (patch: Partial<typeof search>) =>
    navigate({ search: (previous) => ({ ...previous, ...patch }), replace: true })
  const all = current.data ?? []
  const hasFolders = (shelf?.folders.length ?? 0) > 0
  return (
    <>
      <PageHeader title={t('segments.title')} lead={t('segments.lead')} actions={<NewButton />} />
      <div className={hasFolders ? css.shelf : css.flat}>
        {shelf && hasFolders && (
          <FolderRail
            shelf={shelf}
            total={all.length}
            loose={all.filter((each) => !each.folder).length}
            current={search.folder}
          />
        )}
        <div>
          <FilterBar
            end={t('segments.total', { count: rows.length, n: format.number(rows.length) })}
          >
            <ShelfFilters shelf={shelf} />
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
              {...(rows.length > DRAWN_MAX ? { height: 'calc(100vh - 190px)' } : {})}
              onOpen={(row) => navigate(toSegment(row))}
              sort={sort}
              onSort={({ by, order }) => filter({ sort: by, order })}
              loading={segments.isPending}
              empty={<NoSegments filtered={isFiltered(search)} />}
            />
          )}
        </div>
      </div>
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
