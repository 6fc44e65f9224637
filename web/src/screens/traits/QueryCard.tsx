import { Button } from '@mantine/core'
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react'
import { usePermission } from '../../api/session.ts'
import { Busy } from '../../design/Busy.tsx'
import { Card } from '../../design/Card.tsx'
import { Facts } from '../../design/Facts.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { type ComputedTrait, useComputedChanges } from './api.ts'
import code from './formula.module.css'

/** How old the values of a query are, when it is asked again, and why it failed if it did. */
export function QueryCard({ trait }: { trait: ComputedTrait }) {
  const t = useT()
  const format = useFormats()
  const { recomputed, recomputedAt, failure, runningSince, nextRunAt } = trait
  return (
    <Card
      title={t('traits.query.runs')}
      note={t('traits.query.age')}
      actions={<Run trait={trait} />}
      flush
    >
      <div className={code.status}>
        <Busy when={runningSince !== null} />
        {runningSince && (
          <p role="status">{t('traits.query.running', { at: format.timeSeconds(runningSince) })}</p>
        )}
        {failure && !runningSince && (
          <p role="alert">
            <IconAlertTriangle size={16} aria-hidden />{' '}
            <strong>{t('traits.query.failed', { at: format.dateTime(failure.at) })}</strong>{' '}
            {t('traits.query.failed.safe')} <code>{failure.message}</code>
          </p>
        )}
        <Facts
          inCard
          facts={[
            {
              label: t('traits.query.last'),
              value: recomputedAt ? <RelativeTime at={recomputedAt} /> : t('traits.query.never'),
            },
            {
              label: t('traits.query.people'),
              value: recomputed?.people === undefined ? '—' : format.number(recomputed.people),
            },
            {
              label: t('traits.query.changed'),
              value: recomputed?.changed === undefined ? '—' : format.number(recomputed.changed),
            },
            {
              label: t('traits.query.took'),
              value: recomputed?.ms === undefined ? '—' : format.duration(recomputed.ms),
            },
            {
              label: t('traits.query.next'),
              value: nextRunAt ? format.dateTime(nextRunAt) : t('traits.query.now'),
            },
          ]}
        />
      </div>
    </Card>
  )
}

function Run({ trait }: { trait: ComputedTrait }) {
  const t = useT()
  const toast = useToast()
  const { run } = useComputedChanges()
  if (!usePermission('traits:sql')) return null
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconRefresh size={14} />}
      loading={run.isPending}
      disabled={trait.nextRunAt === null || trait.runningSince !== null}
      onClick={() =>
        run.mutate(trait.id, {
          onError: toast,
        })
      }
    >
      {t('traits.query.run')}
    </Button>
  )
}
