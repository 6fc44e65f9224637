import { IconBolt, IconDatabaseShare, IconFilter } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { DataTable } from '../../design/DataTable.tsx'
import { WithDrawer } from '../../design/Drawer.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { FilterBar, FilterChip, SearchField } from '../../design/FilterBar.tsx'
import { useT } from '../../i18n/i18n.ts'
import { isTyping, singleKeysOn } from '../../shell/shortcut-store.ts'
import { useSources } from '../sources/api.ts'
import { EventDrawer } from './EventDrawer.tsx'
import { useEventColumns } from './event-columns.tsx'
import type { Shown } from './ring.ts'
import { type EventsSearch, type MessageState, messageStates } from './routes.ts'
import type { Stream } from './stream.ts'
import { VolumeStrip } from './VolumeStrip.tsx'

type FlowTabProps = {
  stream: Stream
  search: EventsSearch
  onChange: (patch: Partial<EventsSearch>) => void
}

/** J and K move the open row. */
function useRowKeys(messages: Shown[], open: Shown | null, setOpen: (row: Shown) => void) {
  useEffect(() => {
    if (!open) return
    const listen = (event: KeyboardEvent) => {
      if (isTyping(event.target) || !singleKeysOn()) return
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0
      const next = messages[messages.findIndex((one) => one.key === open.key) + step]
      if (step !== 0 && next) setOpen(next)
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [messages, open, setOpen])
}

/** The stream: an hour of volume, the filters, one line an event, and the open one beside. */
export function FlowTab({ stream, search, onChange }: FlowTabProps) {
  const t = useT()
  const sources = useSources()
  const [open, setOpen] = useState<Shown | null>(null)
  const columns = useEventColumns(setOpen, open ? 'compact' : 'full')
  useRowKeys(stream.messages, open, setOpen)
  const setText = useCallback((q: string) => onChange({ q: q || undefined }), [onChange])
  const filtered = Boolean(search.q || search.source || search.state)
  const list = stream.error ? (
    <ErrorState error={stream.error} onRetry={stream.retry} />
  ) : (
    <DataTable
      label={t('shell.nav.events')}
      columns={columns}
      rows={stream.messages}
      rowKey={(message) => message.key}
      selected={open?.key ?? null}
      onOpen={setOpen}
      loading={stream.loading}
      height="max(360px, calc(100vh - 340px))"
      empty={<NoEvents filtered={filtered} />}
    />
  )
  return (
    <>
      <VolumeStrip source={search.source} rate={stream.rate} />
      <FilterBar>
        <SearchField label={t('events.search')} value={search.q ?? ''} onChange={setText} />
        <FilterChip
          icon={<IconDatabaseShare size={15} />}
          label={t('events.source')}
          all={t('events.allOf')}
          value={search.source}
          options={(sources.data?.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
          onChange={(source) => onChange({ source })}
        />
        <FilterChip
          icon={<IconFilter size={15} />}
          label={t('events.state')}
          all={t('events.allStates')}
          value={search.state}
          options={messageStates.map((value) => ({ value, label: t(`events.state.${value}`) }))}
          onChange={(state) => onChange({ state: state as MessageState | undefined })}
        />
      </FilterBar>
      <WithDrawer
        list={list}
        drawer={
          open && (
            <EventDrawer
              key={open.key}
              message={open}
              messages={stream.messages}
              onOpen={setOpen}
              onClose={() => setOpen(null)}
            />
          )
        }
      />
    </>
  )
}

function NoEvents({ filtered }: { filtered: boolean }) {
  const t = useT()
  return (
    <EmptyState
      icon={<IconBolt />}
      title={t(filtered ? 'events.noMatch' : 'events.none')}
      why={t(filtered ? 'events.noMatchWhy' : 'events.noneWhy')}
      actions={
        filtered ? (
          <Link to="/events" search={{}}>
            {t('events.clearFilters')}
          </Link>
        ) : (
          <Link to="/sources">{t('events.openSource')}</Link>
        )
      }
    />
  )
}
