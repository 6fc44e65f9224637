import { Button } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { LiveDot } from '../../design/LiveDot.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { Tabs } from '../../design/Tabs.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { isTyping, singleKeysOn } from '../../shell/shortcut-store.ts'
import { useProblems } from './api.ts'
import { FlowTab } from './FlowTab.tsx'
import { ProblemsTab } from './ProblemsTab.tsx'
import { ringSize } from './ring.ts'
import type { EventsSearch } from './routes.ts'
import { useEventStream } from './stream.ts'
import { VolumesTab } from './VolumesTab.tsx'

/** The space bar pauses and resumes, unless someone types or a control has the focus. */
function useSpaceBar(toggle: () => void): void {
  const latest = useRef(toggle)
  latest.current = toggle
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const target = event.target as Element | null
      if (event.key !== ' ' || isTyping(event.target) || !singleKeysOn()) return
      if (target?.closest('a, button, [role="button"], pre')) return
      event.preventDefault()
      latest.current()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])
}

/** Live events: everything that arrives, as received, with what was done about it and why. */
export function EventsScreen() {
  const t = useT()
  const format = useFormats()
  const navigate = useNavigate()
  const search = useSearch({ from: '/shell/events' })
  const tab = search.tab ?? 'flow'
  const stream = useEventStream({ source: search.source, state: search.state, q: search.q })
  const problems = useProblems()
  useSpaceBar(stream.toggle)
  const change = (patch: Partial<EventsSearch>) =>
    navigate({ to: '/events', search: { ...search, ...patch }, replace: true })
  const rate = stream.rate
    ? t('events.perSecond', { rate: format.rate(stream.rate.acceptedPerSecond) })
    : undefined
  const resume =
    stream.waiting > 0
      ? t('events.resumeNew', { count: stream.waiting, n: format.number(stream.waiting) })
      : t('events.resume')
  return (
    <>
      <PageHeader
        crumbs={[
          <Link key="sources" to="/sources">
            {t('shell.nav.sources')}
          </Link>,
          t('events.allSources'),
        ]}
        title={t('shell.nav.events')}
        lead={t('events.lead')}
        actions={
          <>
            <LiveDot state={stream.state} {...(rate ? { prefix: rate } : {})} />
            <Button
              leftSection={
                stream.paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />
              }
              onClick={stream.toggle}
            >
              {stream.paused ? resume : t('events.pause')}
            </Button>
          </>
        }
      />
      <Tabs
        label={t('events.views')}
        active={tab}
        items={[
          {
            key: 'flow',
            label: t('events.tab.flow'),
            count: t('events.last', { count: ringSize }),
          },
          {
            key: 'problems',
            label: t('events.tab.problems'),
            ...(problems.data ? { count: problems.data.length } : {}),
            warn: (problems.data?.length ?? 0) > 0,
          },
          { key: 'volumes', label: t('events.tab.volumes'), count: t('home.period.24h') },
        ]}
      />
      {tab === 'flow' && <FlowTab stream={stream} search={search} onChange={change} />}
      {tab === 'problems' && <ProblemsTab />}
      {tab === 'volumes' && <VolumesTab />}
    </>
  )
}
