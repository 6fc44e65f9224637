import { Button, SegmentedControl } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { CodeBlock } from '../../design/Code.tsx'
import { Drawer } from '../../design/Drawer.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { usePersonName } from '../people/columns.tsx'
import { type Attempt, CHANGE_TEXTS, type DeliveryDetail, useDelivery, useReplay } from './api.ts'
import css from './deliveries.module.css'
import { Exchange } from './Exchange.tsx'
import { StateChip } from './StateChip.tsx'

/** One delivery: why it left or not, each attempt with what was sent and what came back. */
export function DeliveryDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT()
  const delivery = useDelivery(id)
  return (
    <Drawer
      title={delivery.data?.destination.name ?? t('deliveries.title')}
      note={delivery.data ? <StateChip state={delivery.data.state} /> : null}
      onClose={onClose}
    >
      {delivery.isPending && <SkeletonRows count={8} />}
      {delivery.isError && <ErrorState error={delivery.error} onRetry={() => delivery.refetch()} />}
      {delivery.data && <Detail delivery={delivery.data} />}
    </Drawer>
  )
}

function Detail({ delivery }: { delivery: DeliveryDetail }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const nameOf = usePersonName()
  return (
    <>
      <dl className={css.facts}>
        <Line label={t('deliveries.column.at')}>{format.dateTime(delivery.at)}</Line>
        <Line label={t('deliveries.column.profile')}>
          <Link to="/people/$id" params={{ id: delivery.profile.id }}>
            {nameOf(delivery.profile)}
          </Link>
        </Line>
        <Line label={t('deliveries.column.segment')}>
          {t(CHANGE_TEXTS[delivery.change])}{' '}
          <Link to="/segments/$id" params={{ id: delivery.segment.id }}>
            {localText(delivery.segment.name, language)}
          </Link>
        </Line>
        {delivery.reason && (
          <Line label={t('deliveries.column.reason')}>
            {localText(delivery.reason.text, language)}
          </Line>
        )}
        {delivery.nextAttemptAt && (
          <Line label={t('deliveries.next')}>
            <RelativeTime at={delivery.nextAttemptAt} />
          </Line>
        )}
        <Line label={t('deliveries.key')}>
          <code className={css.key}>{delivery.idempotencyKey}</code>
        </Line>
      </dl>
      <ReplayOne delivery={delivery} />
      <Attempts delivery={delivery} />
    </>
  )
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={css.line}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function ReplayOne({ delivery }: { delivery: DeliveryDetail }) {
  const t = useT()
  const toast = useToast()
  const { one } = useReplay()
  if (!usePermission('deliveries:write')) return null
  return (
    <div className={css.replay}>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconRefresh size={15} />}
        loading={one.isPending}
        onClick={() =>
          one.mutate(delivery.id, {
            onSuccess: () => toast({ message: t('deliveries.replay.done', { count: 1, n: '1' }) }),
            onError: toast,
          })
        }
      >
        {t('deliveries.replay.one')}
      </Button>
      <span className="meta">{t('deliveries.replay.note')}</span>
    </div>
  )
}

function Attempts({ delivery }: { delivery: DeliveryDetail }) {
  const t = useT()
  const attempts: Attempt[] = Array.isArray(delivery.attempts) ? delivery.attempts : []
  const [chosen, setChosen] = useState<number | null>(null)
  const index = Math.min(chosen ?? attempts.length - 1, attempts.length - 1)
  const attempt = attempts[index]
  return (
    <>
      <h3 className={css.subtitle}>{t('deliveries.attempts', { count: attempts.length })}</h3>
      {attempts.length > 1 && (
        <SegmentedControl
          aria-label={t('deliveries.attempt.choose')}
          className={css.attempts}
          value={String(index)}
          onChange={(value) => setChosen(Number(value))}
          data={attempts.map((_, n) => ({ value: String(n), label: String(n + 1) }))}
        />
      )}
      {attempt && <Exchange exchange={attempt} at={attempt.at} />}
      <h3 className={css.subtitle}>{t('deliveries.payload')}</h3>
      <CodeBlock
        code={JSON.stringify(delivery.payload, null, 2)}
        label={t('deliveries.payload')}
        maxHeight={260}
        copy
      />
    </>
  )
}
