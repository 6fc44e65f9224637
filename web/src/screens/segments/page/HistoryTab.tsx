import { IconChartLine } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { Card } from '../../../design/Card.tsx'
import { Chart, type ChartSeries } from '../../../design/Chart.tsx'
import { EmptyState } from '../../../design/EmptyState.tsx'
import { ErrorState } from '../../../design/ErrorState.tsx'
import { FilterChip } from '../../../design/FilterBar.tsx'
import { Skeleton } from '../../../design/Skeleton.tsx'
import { type Formats, useFormats } from '../../../i18n/format.ts'
import { useT } from '../../../i18n/i18n.ts'
import { peopleHref } from '../../people/search.ts'
import { type Course, type CoursePoint, useCourse } from './api.ts'
import css from './page.module.css'
import { StaysCard } from './StaysCard.tsx'
import { TimeChooser } from './TimeChooser.tsx'
import { UNITS, type Unit } from './time.ts'

/** How a segment moved, and how long people stay. */
export function HistoryTab({ id }: { id: string }) {
  return (
    <div className={css.stack}>
      <CourseCard id={id} />
      <StaysCard id={id} />
    </div>
  )
}

/** Size over time, and what entered and left on either side of one line. */
function CourseCard({ id }: { id: string }) {
  const t = useT()
  const { days, from, to, by } = useSearch({ from: '/shell/segments/$id' })
  const time = useMemo(() => ({ days, from, to }), [days, from, to])
  const course = useCourse(id, time, by)
  const points = course.data?.points ?? []
  const still = points.every((one) => one.size + one.entered + one.left === 0)
  return (
    <Card
      title={t('segments.history')}
      note={course.data && <UnitChooser unit={course.data.by} />}
      actions={<TimeChooser time={time} />}
    >
      {course.isPending && <Skeleton height={420} />}
      {course.isError && <ErrorState error={course.error} onRetry={() => course.refetch()} />}
      {course.data && still && (
        <EmptyState
          icon={<IconChartLine />}
          title={t('segments.history.empty')}
          why={t('segments.history.empty.why')}
        />
      )}
      {course.data && !still && <Charts id={id} course={course.data} />}
    </Card>
  )
}

function UnitChooser({ unit }: { unit: Unit }) {
  const t = useT()
  const navigate = useNavigate()
  return (
    <FilterChip
      label={t('segmentPage.by')}
      value={unit}
      all={t('segmentPage.by.auto')}
      options={UNITS.map((value) => ({ value, label: t(`segmentPage.by.${value}`) }))}
      onChange={(by) =>
        navigate({
          to: '.',
          search: (previous) => ({ ...previous, by: UNITS.find((each) => each === by) }),
          replace: true,
          resetScroll: false,
        })
      }
    />
  )
}

function Charts({ id, course }: { id: string; course: Course }) {
  const t = useT()
  const format = useFormats()
  const { by, points } = course
  const categories = useMemo(
    () => points.map((point) => bucketName(point, by, format)),
    [points, by, format],
  )
  const size = useMemo((): ChartSeries[] => {
    const values = points.map((each) => each.size)
    const hrefs = points.map(({ to }) => `/segments/${id}?knownAt=${encodeURIComponent(to)}`)
    return [{ name: t('people.title'), values, hrefs: [...hrefs.slice(0, -1), `/segments/${id}`] }]
  }, [points, id, t])
  const moves = useMemo(() => movesOf(points, id, t), [points, id, t])
  return (
    <div className={css.charts}>
      <Chart
        label={t('segments.history.size')}
        categories={categories}
        categoryLabel={t(`segmentPage.by.${by}`)}
        series={size}
        height={220}
      />
      <Chart
        label={t('segments.history.moves')}
        categories={categories}
        categoryLabel={t(`segmentPage.by.${by}`)}
        stacked
        endRoom={92}
        series={moves}
        height={220}
      />
    </div>
  )
}

/** Entries above the line and exits below it; each bar leads to its people. */
function movesOf(
  points: readonly CoursePoint[],
  id: string,
  t: ReturnType<typeof useT>,
): ChartSeries[] {
  const entered = points.map((one) =>
    one.entered === 0 ? null : peopleHref({ entered: id, since: one.from, until: one.to }),
  )
  const left = points.map((one) =>
    one.left === 0 ? null : peopleHref({ left: id, since: one.from, until: one.to }),
  )
  const bar = { kind: 'bar' } as const
  const filled: ChartSeries = {
    ...bar,
    name: t('segmentPage.filled'),
    color: '--accent-line',
    values: points.map((one) => one.filled),
    hrefs: entered,
  }
  return [
    {
      ...bar,
      name: t('segments.history.entered'),
      color: '--pos',
      values: points.map((one) => one.entered - one.filled),
      hrefs: entered,
    },
    ...(points.some((one) => one.filled > 0) ? [filled] : []),
    {
      ...bar,
      name: t('segments.history.left'),
      color: '--neg',
      values: points.map((one) => -one.left),
      hrefs: left,
    },
  ]
}

function bucketName({ from }: CoursePoint, by: Unit, format: Formats): string {
  if (by === 'hour') return `${format.dayMonth(from)} ${format.time(from)}`
  if (by !== 'month') return format.dayMonth(from)
  const { locale, timeZone } = format
  const month = new Intl.DateTimeFormat(locale, { timeZone, month: 'short', year: 'numeric' })
  return month.format(new Date(from))
}
