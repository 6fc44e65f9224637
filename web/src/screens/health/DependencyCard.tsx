import {
  type Icon,
  IconAlertTriangle,
  IconArchive,
  IconBook2,
  IconCheck,
  IconCircleX,
  IconDatabase,
  IconHistory,
} from '@tabler/icons-react'
import { Card } from '../../design/Card.tsx'
import { Chip } from '../../design/Chip.tsx'
import { useFormats } from '../../i18n/format.ts'
import { type MessageId, useT } from '../../i18n/i18n.ts'
import type { DependencyHealth, DependencyKey, Health } from './api.ts'
import css from './Health.module.css'
import { bytesText } from './words.ts'

const icons: Record<DependencyKey, Icon> = {
  postgres: IconDatabase,
  log: IconBook2,
  clickhouse: IconHistory,
  archive: IconArchive,
}

/** What the program stands on: whether each answers, what it means, and the room it takes. */
export function DependencyCard({ health }: { health: Health }) {
  const t = useT()
  const format = useFormats()
  const { free, size } = health.disk
  const used = health.dependencies.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
  return (
    <Card flush title={t('health.dependencies')} note={bytesText(format, used)}>
      <ul>
        {health.dependencies.map((one) => (
          <DependencyLine key={one.key} dependency={one} />
        ))}
      </ul>
      <div className={css.disk}>
        <span>
          {t('health.diskFree', { free: bytesText(format, free), size: bytesText(format, size) })}
        </span>
        <meter
          className={css.meter}
          aria-label={t('health.diskUsed')}
          min={0}
          max={1}
          value={size > 0 ? 1 - free / size : 0}
        />
      </div>
    </Card>
  )
}

function DependencyLine({ dependency }: { dependency: DependencyHealth }) {
  const t = useT()
  const format = useFormats()
  const { key, tookMs, bytes, blocks } = dependency
  const Found = icons[key]
  const facts = [
    blocks === undefined ? null : t('health.blocks', { count: blocks, n: format.number(blocks) }),
    tookMs === null || key === 'log'
      ? null
      : t('health.took', { ms: format.number(Math.round(tookMs)) }),
  ].filter((one) => one !== null)
  return (
    <li className={css.line}>
      <Found size={18} stroke={1.7} aria-hidden />
      <div className={css.lineText}>
        <p className={css.lineName}>
          {t(`health.dependency.${key}`)} <StateChip dependency={dependency} />
        </p>
        <p className="meta">{t(sayingOf(dependency))}</p>
      </div>
      <div className={css.lineFacts}>
        <strong>{bytes === null ? '—' : bytesText(format, bytes)}</strong>
        <span className="meta">{facts.join(' · ')}</span>
      </div>
    </li>
  )
}

/** Only the history can be behind: the others answer, or do not. */
function sayingOf({ key, state }: DependencyHealth): MessageId {
  return state === 'behind' ? 'health.behind' : `health.says.${key}.${state}`
}

function StateChip({ dependency: { key, state, required } }: { dependency: DependencyHealth }) {
  const t = useT()
  if (state === 'ok') {
    return (
      <Chip tone="teal" icon={<IconCheck />}>
        {t(key === 'archive' ? 'health.visible' : 'health.answers')}
      </Chip>
    )
  }
  const isRed = state === 'away' && required
  return (
    <Chip tone={isRed ? 'red' : 'amber'} icon={isRed ? <IconCircleX /> : <IconAlertTriangle />}>
      {t(`health.is.${state}`)}
    </Chip>
  )
}
