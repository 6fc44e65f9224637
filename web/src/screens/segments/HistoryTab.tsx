import { SegmentedControl } from '@mantine/core'
import { IconChartLine } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Card } from '../../design/Card.tsx'
import { Chart } from '../../design/Chart.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { Skeleton } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { type SegmentHistory, useSegmentHistory } from './api.ts'
import css from './segments.module.css'

/** Size by day, and what entered and left on either side of one line. */
export function HistoryTab({ id }: { id: string }) {
  const t = useT()
  const days = useSearch({ from: '/shell/segments/$id', select: (search) => search.days ?? 30 })
  const navigate = useNavigate({ from: '/segments/$id' })
  const history = useSegmentHistory(id, days)
  return (
    <Card
      title={t('segments.history')}
      note={t('segments.history.note')}
      actions={
        <SegmentedControl
          aria-label={t('segments.history.period')}
          value={String(days)}
          data={([7, 30, 90] as const).map((n) => ({
            value: String(n),
            label: t('segments.history.days', { n }),
          }))}
          onChange={(next) =>
            navigate({
              search: (previous) => ({
                ...previous,
                days: next === '7' ? 7 : next === '90' ? 90 : undefined,
              }),
              replace: true,
              resetScroll: false,
            })
          }
        />
      }
    >
      {history.isPending && <Skeleton height={420} />}
      {history.isError && <ErrorState error={history.error} onRetry={() => history.refetch()} />}
      {history.data && history.data.size.length === 0 && (
        <EmptyState
          icon={<IconChartLine />}
          title={t('segments.history.empty')}
          why={t('segments.history.empty.why')}
        />
      )}
      {history.data && history.data.size.length > 0 && <Charts history={history.data} />}
    </Card>
  )
}

function Charts({ history }: { history: SegmentHistory }) {
  const t = useT()
  const format = useFormats()
  const days = history.size.map((each) => each.day)
  const categories = days.map((day) => format.dayMonth(`${day.slice(0, 10)}T12:00:00Z`))
  const byDay = (rows: { day: string; n: number }[]) => {
    const counts = new Map(rows.map((each) => [each.day, each.n]))
    return days.map((day) => counts.get(day) ?? 0)
  }
  return (
    <div className={css.charts}>
      <Chart
        label={t('segments.history.size')}
        categories={categories}
        categoryLabel={t('segments.history.day')}
        series={[{ name: t('people.title'), values: history.size.map((each) => each.size) }]}
        height={220}
      />
      <Chart
        label={t('segments.history.moves')}
        categories={categories}
        categoryLabel={t('segments.history.day')}
        stacked
        series={[
          {
            name: t('segments.history.entered'),
            kind: 'bar',
            color: '--pos',
            values: byDay(history.entered),
          },
          {
            name: t('segments.history.left'),
            kind: 'bar',
            color: '--neg',
            values: byDay(history.left).map((n) => -n),
          },
        ]}
        height={200}
      />
    </div>
  )
}
