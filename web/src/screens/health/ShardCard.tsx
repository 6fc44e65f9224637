import { IconCircleX } from '@tabler/icons-react'
import { Card } from '../../design/Card.tsx'
import { Chip } from '../../design/Chip.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import type { Health, ShardHealth } from './api.ts'
import css from './Health.module.css'
import { LagChip, Quiet } from './StageCard.tsx'

type ShardCardProps = { shards: ShardHealth[]; timers: Health['timers'] }

/** The log's shards: how far each is applied, how far the history follows, who works on it. */
export function ShardCard({ shards, timers }: ShardCardProps) {
  const t = useT()
  const heads = ['rate', 'position', 'waiting', 'lag', 'historyLag'] as const
  return (
    <Card flush title={t('health.shards')} note={t('health.shardsNote')}>
      <div className={css.scroll}>
        <table className={css.table} aria-label={t('health.shards')}>
          <thead>
            <tr>
              <th scope="col">{t('health.shard')}</th>
              <th scope="col">{t('health.state')}</th>
              {heads.map((head) => (
                <th
                  key={head}
                  scope="col"
                  className={`${css.end} ${wideOnly.has(head) ? css.wide : ''}`}
                >
                  {t(`health.${head}`)}
                </th>
              ))}
              <th scope="col">{t('health.owner')}</th>
            </tr>
          </thead>
          <tbody>
            {shards.map((shard) => (
              <ShardRow key={`${shard.lane}:${shard.shard}`} shard={shard} timers={timers} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

/** Left out where there is no room for them. */
const wideOnly = new Set(['rate', 'position', 'historyLag'])

function ShardRow({ shard, timers }: { shard: ShardHealth; timers: Health['timers'] }) {
  const t = useT()
  const format = useFormats()
  const isInner = shard.lane === 'inner'
  const lagMs = isInner ? timers.lagMs : shard.lagMs
  const name = t(`health.lane.${shard.lane}`)
  return (
    <tr>
      <th scope="row">{isInner ? name : `${name} ${shard.shard + 1}`}</th>
      <td>
        {shard.owner === null ? (
          <Chip tone="red" icon={<IconCircleX />}>
            {t('health.stands')}
          </Chip>
        ) : (
          <LagChip lagMs={lagMs} />
        )}
      </td>
      <td className={`${css.end} ${css.wide}`}>
        {isInner ? '—' : `${format.rate(shard.perSecond)}\u00a0/s`}
      </td>
      <td className={`${css.end} ${css.wide}`}>{isInner ? '—' : format.number(shard.position)}</td>
      <td className={css.end}>
        <Quiet value={isInner ? timers.overdue : shard.waiting} />
      </td>
      <td className={css.end}>{format.duration(lagMs)}</td>
      <td className={`${css.end} ${css.wide}`}>
        {isInner ? '—' : format.duration(shard.historyLagMs)}
      </td>
      <td>
        {shard.owner === null ? (
          <span className={css.bad}>{t('health.nobody')}</span>
        ) : (
          <code title={shard.owner}>{shard.owner.slice(0, 8)}</code>
        )}
      </td>
    </tr>
  )
}
