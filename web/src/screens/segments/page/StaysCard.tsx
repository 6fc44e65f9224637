import { IconHourglass } from '@tabler/icons-react'
import { useMemo } from 'react'
import { Card } from '../../../design/Card.tsx'
import { Chart, type ChartSeries } from '../../../design/Chart.tsx'
import { EmptyState } from '../../../design/EmptyState.tsx'
import { ErrorState } from '../../../design/ErrorState.tsx'
import { Skeleton } from '../../../design/Skeleton.tsx'
import { DAY_MS, HOUR_MS } from '../../../i18n/durations.ts'
import { useFormats } from '../../../i18n/format.ts'
import { useT } from '../../../i18n/i18n.ts'
import { peopleHref } from '../../people/search.ts'
import { type Lengths, type Quartiles, useLengths } from './api.ts'
import css from './page.module.css'

/** How long people stay: the median, who is still there after a time, and all lengths. */
export function StaysCard({ id }: { id: string }) {
  const t = useT()
  const format = useFormats()
  const lengths = useLengths(id)
  const { ended, lasting, unknown } = lengths.data ?? {}
  const known = (ended?.count ?? 0) + (lasting?.count ?? 0)
  return (
    <Card
      title={t('segmentPage.stays')}
      note={
        unknown
          ? t('segmentPage.stays.unknown', { count: unknown, n: format.number(unknown) })
          : t('segmentPage.stays.note')
      }
    >
      {lengths.isPending && <Skeleton height={260} />}
      {lengths.isError && <ErrorState error={lengths.error} onRetry={() => lengths.refetch()} />}
      {lengths.data && known === 0 && (
        <EmptyState
          icon={<IconHourglass />}
          title={t('segmentPage.stays.empty')}
          why={t('segmentPage.stays.empty.why')}
        />
      )}
      {lengths.data && known > 0 && (
        <div className={css.stays}>
          <div>
            <MedianLine label={t('segmentPage.stays.ended')} of={lengths.data.ended} />
            <MedianLine label={t('segmentPage.stays.lasting')} of={lengths.data.lasting} />
            <Kept kept={lengths.data.kept} />
          </div>
          <Classes id={id} classes={lengths.data.classes} />
        </div>
      )}
    </Card>
  )
}

function MedianLine({ label, of }: { label: string; of: Quartiles }) {
  const t = useT()
  const format = useFormats()
  return (
    <div className={css.median}>
      <span className={css.medianLabel}>
        {label} · {format.number(of.count)}
      </span>
      <strong>{of.median === null ? '—' : format.duration(of.median)}</strong>
      {of.first !== null && of.third !== null && (
        <span className="meta">
          {t('segmentPage.stays.half', {
            from: format.duration(of.first),
            to: format.duration(of.third),
          })}
        </span>
      )}
    </div>
  )
}

/** Of those who entered long enough ago: the share that stayed at least so long. */
function Kept({ kept }: { kept: Lengths['kept'] }) {
  const t = useT()
  const format = useFormats()
  const shown = kept.filter((each) => each.of > 0)
  if (shown.length === 0) return null
  return (
    <>
      <h3 className={css.minor}>{t('segmentPage.stays.kept')}</h3>
      <ul className={css.bars}>
        {shown.map(({ days, of, stayed }) => (
          <li
            key={days}
            title={t('segmentPage.stays.of', { n: format.number(stayed), of: format.number(of) })}
          >
            <span>{t('segments.history.days', { n: days })}</span>
            <span className={css.track}>
              <span style={{ width: `${(stayed / of) * 100}%` }} />
            </span>
            <b>{format.percent(stayed / of, 0)}</b>
          </li>
        ))}
      </ul>
    </>
  )
}

function Classes({ id, classes }: { id: string; classes: Lengths['classes'] }) {
  const t = useT()
  const format = useFormats()
  const names = useMemo(() => {
    const bound = (ms: number) =>
      ms < DAY_MS
        ? t('segmentPage.hours', { n: format.number(ms / HOUR_MS) })
        : t('segments.history.days', { n: format.number(ms / DAY_MS) })
    return classes.map(({ from, to }) => {
      if (to === null) return `≥ ${bound(from)}`
      return from === 0 ? `< ${bound(to)}` : `${bound(from)} – ${bound(to)}`
    })
  }, [classes, format, t])
  const series = useMemo(
    () =>
      (['ended', 'lasting'] as const).map(
        (stay): ChartSeries => ({
          name: t(`segmentPage.stays.${stay}`),
          kind: 'bar',
          color: stay === 'ended' ? '--c1' : '--accent-line',
          values: classes.map((each) => each[stay]),
          hrefs: classes.map((each) =>
            each[stay] === 0
              ? null
              : peopleHref({
                  stayed: id,
                  stay,
                  least: each.from,
                  ...(each.to === null ? {} : { most: each.to }),
                }),
          ),
        }),
      ),
    [classes, id, t],
  )
  return (
    <Chart
      label={t('segmentPage.stays')}
      categories={names}
      categoryLabel={t('segmentPage.stays.length')}
      stacked
      series={series}
      height={240}
    />
  )
}
