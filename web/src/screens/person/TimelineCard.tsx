import { Button } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { FilterChip, SearchField } from '../../design/FilterBar.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { useTimeline } from './api.ts'
import css from './person.module.css'
import { SessionBlock } from './SessionBlock.tsx'
import { filterSessions, joinSessions } from './timeline.ts'
import type { Person, Session, TimelineKind } from './types.ts'

type TimelineCardProps = {
  person: Person
  /** Shows only the newest sessions, with a way to all of them. */
  sessions?: number
}

/** What a person did, by session, with the entries, exits and messages in the same line of time. */
export function TimelineCard({ person, sessions: limit }: TimelineCardProps) {
  const t = useT()
  const timeline = useTimeline(person.id)
  const [kind, setKind] = useState<TimelineKind | null>(null)
  const [text, setText] = useState('')
  const all = useMemo(
    () =>
      joinSessions((timeline.data?.pages ?? []).map((page) => page.sessions ?? page.data ?? [])),
    [timeline.data],
  )
  const shown = filterSessions(all, { kind, text }).slice(0, limit)
  return (
    <Card
      flush
      title={t('person.timeline.title')}
      note={t('person.timeline.note')}
      actions={
        <>
          {!limit && (
            <SearchField
              value={text}
              onChange={setText}
              label={t('person.timeline.search')}
              width={220}
            />
          )}
          <KindFilter value={kind} onChange={setKind} />
        </>
      }
    >
      {timeline.isPending && <SkeletonRows count={10} height={40} />}
      {timeline.isError && <ErrorState error={timeline.error} onRetry={() => timeline.refetch()} />}
      {timeline.isSuccess && shown.length === 0 && (
        <EmptyState
          icon={<IconHistory />}
          title={t('person.timeline.empty.title')}
          why={t(all.length ? 'person.timeline.empty.filtered' : 'person.timeline.empty.why')}
        />
      )}
      <Sessions sessions={shown} short={Boolean(limit)} />
      {limit ? (
        <AllEvents person={person} />
      ) : (
        timeline.hasNextPage && (
          <div className={css.more}>
            <Button
              variant="default"
              size="xs"
              loading={timeline.isFetchingNextPage}
              onClick={() => timeline.fetchNextPage()}
            >
              {t('person.timeline.more')}
            </Button>
          </div>
        )
      )}
    </Card>
  )
}

/** In the overview a long session shows its newest entries only. */
const SHORT_ENTRIES = 6

function Sessions({ sessions, short }: { sessions: Session[]; short: boolean }) {
  return (
    <ol>
      {sessions.map((session) => (
        <SessionBlock
          key={session.id}
          session={session}
          {...(short ? { limit: SHORT_ENTRIES } : {})}
        />
      ))}
    </ol>
  )
}

function AllEvents({ person }: { person: Person }) {
  const t = useT()
  const format = useFormats()
  return (
    <Link to="." search={{ tab: 'timeline' }} className={css.foot}>
      {t('person.timeline.all', { count: person.eventCount, n: format.number(person.eventCount) })}
    </Link>
  )
}

type KindFilterProps = {
  value: TimelineKind | null
  onChange: (kind: TimelineKind | null) => void
}

function KindFilter({ value, onChange }: KindFilterProps) {
  const t = useT()
  return (
    <FilterChip
      label={t('person.timeline.kind')}
      all={t('person.timeline.kind.all')}
      value={value ?? undefined}
      options={(['event', 'segment', 'delivery', 'trait'] as const).map((kind) => ({
        value: kind,
        label: t(`person.timeline.kind.${kind}`),
      }))}
      onChange={(next) => onChange((next as TimelineKind | undefined) ?? null)}
    />
  )
}
