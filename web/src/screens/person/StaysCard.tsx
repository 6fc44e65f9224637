import { Button } from '@mantine/core'
import { IconVector } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Card } from '../../design/Card.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { useNow } from '../../design/RelativeTime.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { DAY_MS } from '../../i18n/durations.ts'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { useStays } from './api.ts'
import css from './person.module.css'
import { type Bar, type StayRow, stayRows } from './stays.ts'
import type { Person } from './types.ts'

type StaysCardProps = {
  person: Person
  limit?: number
  /** Asks why the person is in a segment, or is not; without it nothing can be asked. */
  onAsk?: (segment: string) => void
  /** At the right of the head. */
  actions?: ReactNode
}

/** The segments of a person over twelve months: a bar a stay. */
export function StaysCard({ person, limit, onAsk, actions }: StaysCardProps) {
  const t = useT()
  const stays = useStays(person.id)
  const now = useNow(60_000)
  const rows = stayRows(stays.data ?? [], now)
  const current = rows.filter((row) => row.since !== null).length
  return (
    <Card
      flush
      title={t('person.stays.title')}
      note={t('person.stays.note', { count: current })}
      actions={actions}
    >
      {stays.isPending && <SkeletonRows count={5} height={34} />}
      {stays.isError && <ErrorState error={stays.error} onRetry={() => stays.refetch()} />}
      {stays.isSuccess && rows.length === 0 && (
        <EmptyState
          icon={<IconVector />}
          title={t('person.stays.empty.title')}
          why={t('person.stays.empty.why')}
        />
      )}
      {rows.length > 0 && (
        <div className={css.stays}>
          {rows.slice(0, limit).map((row) => (
            <StayLine key={row.segment.id} row={row} onAsk={onAsk} />
          ))}
          <Months now={now} asks={onAsk !== undefined} />
        </div>
      )}
    </Card>
  )
}

type StayLineProps = { row: StayRow; onAsk: StaysCardProps['onAsk'] }

function StayLine({ row, onAsk }: StayLineProps) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const name = localText(row.segment.name, language)
  const why = t(row.since ? 'person.why' : 'person.why.not')
  const since = row.since
    ? t('person.stays.since', { date: format.date(row.since) })
    : row.lastLeft
      ? t('person.stays.left', { date: format.date(row.lastLeft) })
      : ''
  return (
    <div className={onAsk ? css.stayAsks : css.stay}>
      <Link
        to="/segments/$id"
        params={{ id: row.segment.id }}
        className={`${css.stayName} ${row.since ? css.stayNow : ''}`}
        title={name}
      >
        {name}
      </Link>
      <span className={css.stayTrack} aria-hidden>
        {row.bars.map((bar) => (
          <span
            key={`${bar.from} ${bar.to}`}
            className={bar.open ? css.barOpen : css.bar}
            style={place(bar)}
          />
        ))}
      </span>
      <span className={css.stayWhen}>{since}</span>
      {onAsk && (
        <Button
          variant="subtle"
          size="compact-xs"
          aria-label={`${why} ${name}`}
          onClick={() => onAsk(row.segment.id)}
        >
          {why}
        </Button>
      )}
    </div>
  )
}

/** A bar is at least 3 px wide: a short stay must still be seen. */
const place = (bar: Bar) => ({
  left: `min(${bar.from * 100}%, 100% - 3px)`,
  width: `max(3px, ${(bar.to - bar.from) * 100}%)`,
})

const YEAR_MS = 365 * DAY_MS

function Months({ now, asks }: { now: number; asks: boolean }) {
  const format = useFormats()
  const month = (at: number) =>
    new Intl.DateTimeFormat(format.locale, {
      month: 'short',
      timeZone: format.timeZone,
      // The axis begins and ends in the same month of two years.
      ...(at === now ? {} : { year: '2-digit' }),
    }).format(at)
  return (
    <div className={asks ? css.stayAsks : css.stay} aria-hidden>
      <span />
      <span className={css.months}>
        <span>{month(now - YEAR_MS)}</span>
        <span>{month(now)}</span>
      </span>
      <span />
      {asks && <span />}
    </div>
  )
}
