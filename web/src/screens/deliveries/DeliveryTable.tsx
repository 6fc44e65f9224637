import { IconListCheck, IconSearchOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { Chip } from '../../design/Chip.tsx'
import { type Column, DataTable } from '../../design/DataTable.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { LinkButton } from '../../design/LinkButton.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { type Language, localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { usePersonName } from '../people/columns.tsx'
import { CHANGE_TEXTS, type Delivery, type DeliverySearch, useDeliveries } from './api.ts'
import css from './deliveries.module.css'
import { StateChip } from './StateChip.tsx'

type DeliveryTableProps = {
  search: DeliverySearch
  /** Columns left out, where the page already says them. */
  hide?: ('profile' | 'destination')[]
  selected?: string | null
  onOpen?: (delivery: Delivery) => void
  height?: string
}

/** The log of deliveries under some filters, newest first, page by page. */
export function DeliveryTable({ search, hide = [], selected, onOpen, height }: DeliveryTableProps) {
  const t = useT()
  const deliveries = useDeliveries(search)
  const rows = useMemo(
    () => deliveries.data?.pages.flatMap((page) => page.data) ?? [],
    [deliveries.data],
  )
  const columns = useColumns(onOpen).filter((column) => !hide.some((each) => each === column.key))
  if (deliveries.isError) {
    return <ErrorState error={deliveries.error} onRetry={() => deliveries.refetch()} />
  }
  return (
    <DataTable
      label={t('deliveries.title')}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      {...(onOpen ? { onOpen } : {})}
      selected={selected ?? null}
      loading={deliveries.isPending}
      empty={<NoDeliveries search={search} />}
      onEnd={
        deliveries.hasNextPage && !deliveries.isFetching
          ? () => deliveries.fetchNextPage()
          : undefined
      }
      height={height ?? 'calc(100vh - 300px)'}
    />
  )
}

function useColumns(onOpen: ((delivery: Delivery) => void) | undefined): Column<Delivery>[] {
  const t = useT()
  const language = useLanguage()
  const nameOf = usePersonName()
  return [
    {
      key: 'at',
      header: t('deliveries.column.at'),
      width: '92px',
      cell: (row) =>
        onOpen ? (
          <button type="button" className={css.open} onClick={() => onOpen(row)}>
            <RelativeTime at={row.at} />
          </button>
        ) : (
          <RelativeTime at={row.at} />
        ),
    },
    {
      key: 'profile',
      header: t('deliveries.column.profile'),
      width: 'minmax(88px, 0.8fr)',
      cell: (row) => (
        <Link to="/people/$id" params={{ id: row.profile.id }}>
          {nameOf(row.profile)}
        </Link>
      ),
    },
    ...placeColumns(t, language),
    {
      key: 'state',
      header: t('deliveries.column.state'),
      width: '118px',
      cell: (row) => <StateChip state={row.state} />,
    },
    {
      key: 'reason',
      header: t('deliveries.column.reason'),
      width: 'minmax(110px, 1.6fr)',
      wideOnly: true,
      cell: (row) =>
        row.reason ? (
          <span title={localText(row.reason.text, language)}>
            {localText(row.reason.text, language)}
          </span>
        ) : (
          <span className="ink-3">{t('deliveries.attempts', { count: row.attempts })}</span>
        ),
    },
  ]
}

function placeColumns(t: ReturnType<typeof useT>, language: Language): Column<Delivery>[] {
  return [
    {
      key: 'segment',
      header: t('deliveries.column.segment'),
      width: 'minmax(186px, 1.3fr)',
      wideOnly: true,
      cell: (row) => (
        <span className={css.move}>
          <Chip tone={row.change === 'left' ? 'neutral' : 'teal'}>
            {t(CHANGE_TEXTS[row.change])}
          </Chip>
          <span className="ellipsis">{localText(row.segment.name, language)}</span>
        </span>
      ),
    },
    {
      key: 'destination',
      header: t('deliveries.column.destination'),
      width: 'minmax(100px, 1.1fr)',
      wideOnly: true,
      cell: (row) => row.destination.name,
    },
  ]
}

function NoDeliveries({ search }: { search: DeliverySearch }) {
  const t = useT()
  const filtered = Boolean(search.state || search.from || search.to)
  if (filtered) {
    return (
      <EmptyState
        icon={<IconSearchOff />}
        title={t('deliveries.none.title')}
        why={t('deliveries.none.why')}
      />
    )
  }
  return (
    <EmptyState
      icon={<IconListCheck />}
      title={t('deliveries.empty.title')}
      why={t('deliveries.empty.why')}
      actions={<LinkButton to="/destinations">{t('deliveries.empty.action')}</LinkButton>}
    />
  )
}
