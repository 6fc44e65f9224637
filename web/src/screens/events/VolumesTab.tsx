import { Card } from '../../design/Card.tsx'
import { Chart } from '../../design/Chart.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { Skeleton } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { useTotals } from './api.ts'

/** A day of volume, by hour, with its table twin. */
export function VolumesTab() {
  const t = useT()
  const format = useFormats()
  const totals = useTotals()
  if (totals.isError) return <ErrorState error={totals.error} onRetry={() => totals.refetch()} />
  if (!totals.data) return <Skeleton height={360} />
  const hours = totals.data.byHour
  return (
    <Card title={t('events.byHour')} note={t('events.byHourNote')}>
      <Chart
        label={t('events.byHour')}
        height={320}
        categories={hours.map((one) => format.time(one.hour))}
        categoryLabel={t('events.hour')}
        series={[
          { name: t('events.accepted'), values: hours.map((one) => one.accepted), kind: 'bar' },
          {
            name: t('events.rejected'),
            values: hours.map((one) => one.rejected),
            kind: 'bar',
            color: '--red',
          },
        ]}
        stacked
      />
    </Card>
  )
}
