import { Button } from '@mantine/core'
import { IconRefresh, IconSend, IconStatusChange } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { usePermission } from '../../api/session.ts'
import { WithDrawer } from '../../design/Drawer.tsx'
import { FilterBar, FilterChip, SetChip } from '../../design/FilterBar.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { useDestinations } from '../destinations/api.ts'
import {
  DELIVERY_STATES,
  type DeliverySearch,
  type DeliveryState,
  useReplay,
  useReplayCount,
} from './api.ts'
import { DeliveryDrawer } from './DeliveryDrawer.tsx'
import { DeliveryTable } from './DeliveryTable.tsx'

/** Everything that left or was held back, and why; what failed can be sent again. */
export function DeliveriesScreen() {
  const t = useT()
  const { open, ...search } = useSearch({ from: '/shell/deliveries' })
  const navigate = useNavigate({ from: '/deliveries' })
  const change = (patch: Partial<DeliverySearch & { open?: string }>) =>
    navigate({
      search: (previous) => ({ ...previous, ...patch }),
      replace: true,
      resetScroll: false,
    })
  return (
    <>
      <PageHeader
        title={t('deliveries.title')}
        lead={t('deliveries.lead')}
        actions={<ReplayAll search={search} />}
      />
      <Filters search={search} onChange={change} />
      <WithDrawer
        list={
          <DeliveryTable
            search={search}
            selected={open ?? null}
            onOpen={(row) => change({ open: row.id === open ? undefined : row.id })}
            height="calc(100vh - 196px)"
            {...(open ? { hide: ['destination'] } : {})}
          />
        }
        drawer={
          open ? <DeliveryDrawer id={open} onClose={() => change({ open: undefined })} /> : null
        }
      />
    </>
  )
}

type FiltersProps = {
  search: DeliverySearch
  onChange: (patch: Partial<DeliverySearch>) => void
}

function Filters({ search, onChange }: FiltersProps) {
  const t = useT()
  const destinations = useDestinations()
  return (
    <FilterBar>
      <FilterChip
        icon={<IconStatusChange size={15} />}
        label={t('deliveries.filter.state')}
        all={t('deliveries.filter.state.all')}
        value={search.state}
        options={DELIVERY_STATES.map((state) => ({
          value: state,
          label: t(`deliveries.state.${state}`),
        }))}
        onChange={(state) => onChange({ state: state as DeliveryState | undefined })}
      />
      <FilterChip
        icon={<IconSend size={15} />}
        label={t('deliveries.filter.destination')}
        all={t('deliveries.filter.destination.all')}
        value={search.destination}
        options={(destinations.data ?? []).map((each) => ({ value: each.id, label: each.name }))}
        onChange={(destination) => onChange({ destination })}
      />
      {search.profile && (
        <SetChip onClear={() => onChange({ profile: undefined })}>
          {t('deliveries.filter.profile', { id: search.profile.slice(0, 13) })}
        </SetChip>
      )}
      {(search.from || search.to) && <Period search={search} onChange={onChange} />}
    </FilterBar>
  )
}

function Period({ search, onChange }: FiltersProps) {
  const t = useT()
  const format = useFormats()
  return (
    <SetChip onClear={() => onChange({ from: undefined, to: undefined })}>
      {t('deliveries.filter.period', {
        from: search.from ? format.dateTime(search.from) : '…',
        to: search.to ? format.dateTime(search.to) : '…',
      })}
    </SetChip>
  )
}

/** What did not arrive is what one sends again; the number is in the button. */
function ReplayAll({ search }: { search: DeliverySearch }) {
  const t = useT()
  const format = useFormats()
  const toast = useToast()
  const may = usePermission('deliveries:write')
  const filter: DeliverySearch = { ...search, state: search.state ?? 'dead' }
  const count = useReplayCount(filter, may)
  const { all } = useReplay()
  if (!may || !count.data) return null
  return (
    <Button
      leftSection={<IconRefresh size={16} />}
      loading={all.isPending}
      onClick={() =>
        all.mutate(filter, {
          onSuccess: ({ count: n }) =>
            toast({ message: t('deliveries.replay.done', { count: n, n: format.number(n) }) }),
          onError: toast,
        })
      }
    >
      {t(search.state ? 'deliveries.replay.all' : 'deliveries.replay.dead', {
        count: count.data,
        n: format.number(count.data),
      })}
    </Button>
  )
}
