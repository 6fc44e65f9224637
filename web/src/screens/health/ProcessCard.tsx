import { IconAlertTriangle, IconCheck, IconServer2 } from '@tabler/icons-react'
import { Card } from '../../design/Card.tsx'
import { Chip } from '../../design/Chip.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { useT } from '../../i18n/i18n.ts'
import type { ProcessHealth } from './api.ts'
import css from './Health.module.css'

/** Who is there: each process with its roles and how many shards it works on. */
export function ProcessCard({ processes }: { processes: ProcessHealth[] }) {
  const t = useT()
  return (
    <Card flush title={t('health.processes')} note={String(processes.length)}>
      <ul>
        {processes.map((one) => (
          <li key={one.id} className={css.line}>
            <IconServer2 size={18} stroke={1.7} aria-hidden />
            <div className={css.lineText}>
              <p className={css.lineName}>
                <code title={one.id}>{one.id.slice(0, 8)}</code> <ProcessState process={one} />
              </p>
              <p className="meta">{one.roles.map((role) => t(`health.role.${role}`)).join(', ')}</p>
            </div>
            <div className={css.lineFacts}>
              <strong>{t('health.worksOn', { count: one.shards.length })}</strong>
              <span className="meta">
                {t('health.started')} <RelativeTime at={one.startedAt} />
              </span>
            </div>
          </li>
        ))}
      </ul>
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
