import { IconVector } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Card } from '../../design/Card.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { useNow } from '../../design/RelativeTime.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { useStays } from './api.ts'
import css from './person.module.css'
import { type Bar, type StayRow, stayRows } from './stays.ts'
import type { Person } from './types.ts'

/** The segments of a person over twelve months: a bar a stay. */
export function StaysCard({ person, limit }: { person: Person; limit?: number }) {
  const t = useT()
  const stays = useStays(person.id)
  const now = useNow(60_000)
  const rows = stayRows(stays.data ?? [], now)
  const current = rows.filter((row) => row.since !== null).length
  return (
    <Card flush title={t('person.stays.title')} note={t('person.stays.note', { count: current })}>
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
            <StayLine key={row.segment.id} row={row} />
          ))}
          <Months now={now} />
        </div>
      )}
    </Card>
  )
}

function StayLine({ row }: { row: StayRow }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const name = localText(row.segment.name, language)
  const since = row.since
    ? t('person.stays.since', { date: format.date(row.since) })
    : row.lastLeft
      ? t('person.stays.left', { date: format.date(row.lastLeft) })
      : ''
  return (
    <div className={css.stay}>
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
    </div>
  )
}

/** A bar is at least 3 px wide: a short stay must still be seen. */
const place = (bar: Bar) => ({
  left: `min(${bar.from * 100}%, 100% - 3px)`,
  width: `max(3px, ${(bar.to - bar.from) * 100}%)`,
})

const YEAR_MS = 365 * 86_400_000

function Months({ now }: { now: number }) {
  const format = useFormats()
  const month = (at: number) =>
    new Intl.DateTimeFormat(format.locale, {
      month: 'short',
      timeZone: format.timeZone,
      // The axis begins and ends in the same month of two years.
      ...(at === now ? {} : { year: '2-digit' }),
    }).format(at)
  return (
    <div className={css.stay} aria-hidden>
      <span />
      <span className={css.months}>
        <span>{month(now - YEAR_MS)}</span>
        <span>{month(now)}</span>
      </span>
      <span />
    </div>
  )
}
