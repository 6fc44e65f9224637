import { IconPlayerPause, IconPlus, IconSend, IconWebhook } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { usePermission } from '../../api/session.ts'
import { Chip } from '../../design/Chip.tsx'
import { type Column, DataTable } from '../../design/DataTable.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { LinkButton } from '../../design/LinkButton.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { Sparkline } from '../../design/Sparkline.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { usePurposes } from '../person/api.ts'
import { type Destination, useDestinations } from './api.ts'
import css from './destinations.module.css'

/** Where segment changes go, and how it has been going for a day. */
export function DestinationsScreen() {
  const t = useT()
  const navigate = useNavigate()
  const destinations = useDestinations()
  const columns = useColumns()
  return (
    <>
      <PageHeader
        title={t('destinations.title')}
        lead={t('destinations.lead')}
        actions={
          <>
            <LinkButton to="/deliveries" variant="default">
              {t('destinations.log')}
            </LinkButton>
            <NewButton />
          </>
        }
      />
      {destinations.isError ? (
        <ErrorState error={destinations.error} onRetry={() => destinations.refetch()} />
      ) : (
        <DataTable
          label={t('destinations.title')}
          columns={columns}
          rows={destinations.data ?? []}
          rowKey={(row) => row.id}
          rowHeight={52}
          onOpen={(row) => navigate({ to: '/destinations/$id', params: { id: row.id } })}
          loading={destinations.isPending}
          empty={
            <EmptyState
              icon={<IconSend />}
              title={t('destinations.empty.title')}
              why={t('destinations.empty.why')}
              actions={<NewButton />}
            />
          }
        />
      )}
    </>
  )
}

function NewButton() {
  const t = useT()
  if (!usePermission('destinations:write')) return null
  return (
    <LinkButton to="/destinations/new" leftSection={<IconPlus size={16} />}>
      {t('destinations.add')}
    </LinkButton>
  )
}

function useColumns(): Column<Destination>[] {
  const t = useT()
  const format = useFormats()
  return [
    {
      key: 'name',
      header: t('destinations.column.name'),
      width: 'minmax(170px, 2fr)',
      cell: (row) => <Name destination={row} />,
    },
    {
      key: 'state',
      header: t('destinations.column.state'),
      width: '120px',
      cell: (row) => <DestinationState destination={row} />,
    },
    {
      key: 'purpose',
      header: t('destinations.column.purpose'),
      width: 'minmax(120px, 1fr)',
      wideOnly: true,
      cell: (row) => <PurposeName purpose={row.purpose} />,
    },
    {
      key: 'delivered',
      header: t('destinations.column.delivered'),
      width: '88px',
      align: 'end',
      wideOnly: true,
      cell: (row) => (
        <Link to="/deliveries" search={{ destination: row.id, state: 'delivered' }}>
          {format.number(row.stats.delivered24h)}
        </Link>
      ),
    },
    {
      key: 'refused',
      header: t('destinations.column.refused'),
      width: '72px',
      align: 'end',
      wideOnly: true,
      cell: (row) => (
        <Link to="/deliveries" search={{ destination: row.id, state: 'refused' }}>
          {format.number(row.stats.refused24h)}
        </Link>
      ),
    },
    {
      key: 'hours',
      header: t('destinations.column.hours'),
      width: '96px',
      wideOnly: true,
      cell: (row) => <Sparkline values={row.stats.perHour} width={84} fromZero />,
    },
    {
      key: 'last',
      header: t('destinations.column.last'),
      width: '112px',
      wideOnly: true,
      cell: (row) => <RelativeTime at={row.stats.lastDeliveryAt} />,
    },
  ]
}

function Name({ destination }: { destination: Destination }) {
  return (
    <span className={css.name}>
      <IconWebhook size={18} stroke={1.6} aria-hidden />
      <span className={css.nameText}>
        <Link to="/destinations/$id" params={{ id: destination.id }} className="ellipsis">
          {destination.name}
        </Link>
        <span className={`${css.url} ellipsis`}>{hostOf(destination.config.url)}</span>
      </span>
    </span>
  )
}

const hostOf = (url: string) => URL.parse(url)?.host ?? url

/** Off, failing, waiting or fine: in words, amber only when a person is needed. */
export function DestinationState({ destination }: { destination: Destination }) {
  const t = useT()
  const format = useFormats()
  const { failed24h, waiting } = destination.stats
  if (!destination.enabled) {
    return <Chip icon={<IconPlayerPause />}>{t('destinations.state.off')}</Chip>
  }
  if (failed24h > 0) {
    return (
      <Link to="/deliveries" search={{ destination: destination.id, state: 'dead' }}>
        <Chip tone="amber">
          {t('destinations.state.failing', { count: failed24h, n: format.number(failed24h) })}
        </Chip>
      </Link>
    )
  }
  if (waiting > 0) {
    return (
      <Chip tone="outline">{t('destinations.state.waiting', { n: format.number(waiting) })}</Chip>
    )
  }
  return <Chip tone="teal">{t('destinations.state.on')}</Chip>
}

/** The name of a purpose in the active language. */
export function PurposeName({ purpose }: { purpose: string }) {
  const language = useLanguage()
  const purposes = usePurposes()
  const known = purposes.data?.find((each) => each.key === purpose)
  return known ? localText(known.name, language) : purpose
}
