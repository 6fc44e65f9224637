import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { Card } from '../../design/Card.tsx'
import { Chip } from '../../design/Chip.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { lateMs } from '../home/late.ts'
import type { Health, StageHealth } from './api.ts'
import css from './Health.module.css'

/** The stages in numbers: the table twin of the picture, with what waits and what failed. */
export function StageCard({ health }: { health: Health }) {
  const t = useT()
  const format = useFormats()
  const rateOf = (stage: StageHealth): string => {
    const found = health.flow.stages.find(({ key }) => key === stage.key)
    return found && stage.key !== 'history'
      ? `${format.rate(found.perSecond)} ${t(`home.unit.second.${found.key}`)}`
      : '—'
  }
  return (
    <Card flush title={t('health.stages')} note={t('health.stagesNote')}>
      <div className={css.scroll}>
        <table className={css.table} aria-label={t('health.stages')}>
          <thead>
            <tr>
              <th scope="col">{t('health.stage')}</th>
              <th scope="col">{t('health.state')}</th>
              <th scope="col" className={`${css.end} ${css.wide}`}>
                {t('health.rate')}
              </th>
              <th scope="col" className={css.end}>
                {t('health.waiting')}
              </th>
              <th scope="col" className={css.end}>
                {t('health.lag')}
              </th>
              <th scope="col" className={css.end}>
                {t('health.errors')}
              </th>
            </tr>
          </thead>
          <tbody>
            {health.stages.map((stage) => (
              <tr key={stage.key}>
                <th scope="row">{t(`health.stage.${stage.key}`)}</th>
                <td>
                  <LagChip lagMs={stage.lagMs} />
                </td>
                <td className={`${css.end} ${css.wide}`}>{rateOf(stage)}</td>
                <td className={css.end}>
                  <Quiet value={stage.waiting} />
                </td>
                <td className={css.end}>{format.duration(stage.lagMs)}</td>
                <td className={css.end}>
                  {stage.errors === null ? (
                    <span className="ink-3">—</span>
                  ) : (
                    <Quiet value={stage.errors} bad />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

/** On time or late, in colour and in words. */
export function LagChip({ lagMs }: { lagMs: number }) {
  const t = useT()
  return lagMs > lateMs ? (
    <Chip tone="amber" icon={<IconAlertTriangle />}>
      {t('health.late')}
    </Chip>
  ) : (
    <Chip tone="teal" icon={<IconCheck />}>
      {t('health.onTime')}
    </Chip>
  )
}

/** A number of which zero is the good one. */
export function Quiet({ value, bad }: { value: number; bad?: boolean }) {
  const format = useFormats()
  if (value === 0) return <span className="ink-3">0</span>
  return <strong className={bad ? css.bad : undefined}>{format.number(value)}</strong>
}
