import { Button } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { usePermission } from '../../api/session.ts'
import { Facts } from '../../design/Facts.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { Tabs } from '../../design/Tabs.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { PageError } from '../../shell/PageError.tsx'
import { DeliveryTable } from '../deliveries/DeliveryTable.tsx'
import { type Destination, useDestination, useSaveDestination } from './api.ts'
import { DestinationState, PurposeName } from './DestinationsScreen.tsx'
import { SettingsTab } from './SettingsTab.tsx'
import { TestTab } from './TestTab.tsx'

/** One destination: what left, its settings, and a test that shows both sides. */
export function DestinationScreen() {
  const t = useT()
  const { id } = useParams({ from: '/shell/destinations/$id' })
  const { tab = 'deliveries' } = useSearch({ from: '/shell/destinations/$id' })
  const destination = useDestination(id)
  if (destination.isPending) return <SkeletonRows count={10} />
  if (destination.isError) {
    return <PageError error={destination.error} onRetry={() => destination.refetch()} />
  }
  return (
    <>
      <Header destination={destination.data} />
      <DestinationFacts destination={destination.data} />
      <Tabs
        label={t('destinations.tabs')}
        active={tab}
        items={[
          { key: 'deliveries', label: t('destinations.tab.deliveries') },
          { key: 'test', label: t('destinations.tab.test') },
          { key: 'settings', label: t('destinations.tab.settings') },
        ]}
      />
      {tab === 'deliveries' && (
        <DeliveryTable
          search={{ destination: id }}
          hide={['destination']}
          height="calc(100vh - 300px)"
        />
      )}
      {tab === 'test' && <TestTab destination={destination.data} />}
      {tab === 'settings' && <SettingsTab key={id} destination={destination.data} />}
    </>
  )
}

function Header({ destination }: { destination: Destination }) {
  const t = useT()
  return (
    <PageHeader
      crumbs={[
        <Link key="list" to="/destinations">
          {t('destinations.title')}
        </Link>,
      ]}
      title={destination.name}
      beside={<DestinationState destination={destination} />}
      lead={destination.config.url}
      actions={<Switch destination={destination} />}
    />
  )
}

function Switch({ destination }: { destination: Destination }) {
  const t = useT()
  const toast = useToast()
  const save = useSaveDestination(destination.id)
  if (!usePermission('destinations:write')) return null
  const turn = (enabled: boolean) =>
    save.mutate(
      { enabled },
      {
        onSuccess: () =>
          toast({
            message: t(enabled ? 'destinations.turnedOn' : 'destinations.turnedOff'),
            undo: () => save.mutate({ enabled: !enabled }, { onError: toast }),
          }),
        onError: toast,
      },
    )
  return destination.enabled ? (
    <Button
      variant="default"
      leftSection={<IconPlayerPause size={16} />}
      loading={save.isPending}
      onClick={() => turn(false)}
    >
      {t('destinations.turnOff')}
    </Button>
  ) : (
    <Button
      leftSection={<IconPlayerPlay size={16} />}
      loading={save.isPending}
      onClick={() => turn(true)}
    >
      {t('destinations.turnOn')}
    </Button>
  )
}

function DestinationFacts({ destination }: { destination: Destination }) {
  const t = useT()
  const format = useFormats()
  const { stats } = destination
  const count = (n: number, state: 'delivered' | 'refused' | 'dead' | 'waiting') => (
    <Link to="/deliveries" search={{ destination: destination.id, state }}>
      {format.number(n)}
    </Link>
  )
  return (
    <Facts
      facts={[
        {
          label: t('destinations.fact.delivered'),
          value: count(stats.delivered24h, 'delivered'),
          note: t('destinations.fact.day'),
        },
        {
          label: t('destinations.fact.refused'),
          value: count(stats.refused24h, 'refused'),
          note: t('destinations.fact.refused.note'),
        },
        {
          label: t('destinations.fact.failed'),
          value: count(stats.failed24h, 'dead'),
          note: t('destinations.fact.day'),
        },
        {
          label: t('destinations.fact.waiting'),
          value: count(stats.waiting, 'waiting'),
          note: t('destinations.fact.now'),
        },
        {
          label: t('destinations.fact.last'),
          value: <RelativeTime at={stats.lastDeliveryAt} />,
          note: <PurposeName purpose={destination.purpose} />,
        },
      ]}
    />
  )
}
