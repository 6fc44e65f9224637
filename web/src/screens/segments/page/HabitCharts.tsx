import { useMemo } from 'react'
import { Card } from '../../../design/Card.tsx'
import { Chart, type ChartSeries } from '../../../design/Chart.tsx'
import { useFormats } from '../../../i18n/format.ts'
import { useLanguage, useT } from '../../../i18n/i18n.ts'
import type { Bar, Portrait } from './api.ts'
import css from './page.module.css'

const SLOT_HOURS = 3
const SLOTS = Array.from({ length: 24 / SLOT_HOURS }, (_, index) => index * SLOT_HOURS)
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7]

/** When people come most: the share of the segment beside that of the base. */
export function HabitCharts({ portrait }: { portrait: Portrait }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const hours = useMemo(
    () => SLOTS.map((hour) => t('segmentPage.slot', { from: hour, to: hour + SLOT_HOURS })),
    [t],
  )
  const days = useMemo(() => {
    const name = new Intl.DateTimeFormat(format.locale, { weekday: 'short', timeZone: 'UTC' })
    // 5 January 1970 was a Monday.
    return WEEKDAYS.map((day) => name.format(Date.UTC(1970, 0, 4 + day)))
  }, [format.locale])
  const slots = useShares(portrait.slots, SLOTS, portrait)
  const weekdays = useShares(portrait.weekdays, WEEKDAYS, portrait)
  if (portrait.active === 0) return null
  return (
    <div className={css.two} lang={language}>
      <Card title={t('segmentPage.hours.title')} note={t('segmentPage.habits.note')}>
        <Chart
          label={t('segmentPage.hours.title')}
          categories={hours}
          categoryLabel={t('segmentPage.hours.title')}
          series={slots}
          height={200}
        />
      </Card>
      <Card title={t('segmentPage.days.title')} note={t('segmentPage.habits.note')}>
        <Chart
          label={t('segmentPage.days.title')}
          categories={days}
          categoryLabel={t('segmentPage.days.title')}
          series={weekdays}
          height={200}
        />
      </Card>
    </div>
  )
}

/** Percent of those who did anything. */
function useShares(
  bars: readonly Bar[],
  values: readonly number[],
  { active, baseActive }: Portrait,
): ChartSeries[] {
  const t = useT()
  return useMemo(() => {
    const byValue = new Map(bars.map((bar) => [bar.value, bar]))
    const percents = (of: 'n' | 'baseN', whole: number) =>
      values.map((value) => {
        const share = ((byValue.get(value)?.[of] ?? 0) / Math.max(1, whole)) * 100
        return Math.round(share * 10) / 10
      })
    return [
      { name: t('segmentPage.percent.segment'), kind: 'bar', values: percents('n', active) },
      {
        name: t('segmentPage.percent.base'),
        kind: 'bar',
        color: '--line-strong',
        values: percents('baseN', baseActive),
      },
    ]
  }, [bars, values, active, baseActive, t])
}
