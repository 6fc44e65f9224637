import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { Card } from '../../design/Card.tsx'
import { Chip } from '../../design/Chip.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { useT } from '../../i18n/i18n.ts'
import type { ProcessHealth } from './api.ts'
import css from './Health.module.css'

/** Who is there: each process with its roles and the shards it works on. */
export function ProcessCard({ processes }: { processes: ProcessHealth[] }) {
  const t = useT()
  return (
    <Card flush title={t('health.processes')} note={String(processes.length)}>
      <div className={css.scroll}>
        <table className={css.table} aria-label={t('health.processes')}>
          <thead>
            <tr>
              <th scope="col">{t('health.process')}</th>
              <th scope="col">{t('health.state')}</th>
              <th scope="col">{t('health.roles')}</th>
              <th scope="col">{t('health.works')}</th>
              <th scope="col">{t('health.started')}</th>
            </tr>
          </thead>
          <tbody>
            {processes.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  <code title={one.id}>{one.id.slice(0, 8)}</code>
                </th>
                <td>
                  <ProcessState process={one} />
                </td>
                <td>{one.roles.map((role) => t(`health.role.${role}`)).join(', ')}</td>
                <td>{t('health.worksOn', { count: one.shards.length })}</td>
                <td>
                  <RelativeTime at={one.startedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

function ProcessState({ process }: { process: ProcessHealth }) {
  const t = useT()
  if (process.isSeen) {
    return (
      <Chip tone="teal" icon={<IconCheck />}>
        {t('health.present')}
      </Chip>
    )
  }
  return (
    <>
      <Chip tone="amber" icon={<IconAlertTriangle />}>
        {t('health.gone')}
      </Chip>{' '}
      <span className="meta">
        <RelativeTime at={process.seenAt} />
      </span>
    </>
  )
}
