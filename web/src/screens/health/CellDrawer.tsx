import { ActionIcon } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Drawer } from '../../design/Drawer.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { HOUR_MS } from '../../i18n/durations.ts'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { type Balance, type Columns, type SourceBalance, useReasons } from './api.ts'
import css from './Health.module.css'

type CellDrawerProps = {
  balance: Balance
  source: SourceBalance
  hour: number
  onHour: (hour: number) => void
  onClose: () => void
}

/** One hour of one source: the sum line by line, the reasons, and the way to the events. */
export function CellDrawer({ balance, source, hour, onHour, onClose }: CellDrawerProps) {
  const t = useT()
  const format = useFormats()
  const at = balance.hours[hour] ?? ''
  const name = source.source?.name ?? t('health.unknown')
  const from = format.time(at)
  const to = format.time(new Date(at).getTime() + HOUR_MS)
  const day = format.date(at)
  return (
    <Drawer
      title={name}
      note={t('health.hourOf', { day, from, to })}
      onClose={onClose}
      actions={
        <>
          <ActionIcon
            aria-label={t('health.hourBefore')}
            disabled={hour === 0}
            onClick={() => onHour(hour - 1)}
          >
            <IconChevronLeft size={17} />
          </ActionIcon>
          <ActionIcon
            aria-label={t('health.hourAfter')}
            disabled={hour === balance.hours.length - 1}
            onClick={() => onHour(hour + 1)}
          >
            <IconChevronRight size={17} />
          </ActionIcon>
        </>
      }
    >
      <Sum source={source} hour={hour} />
      <p className={css.closing}>
        {t(balance.final[hour] ? 'health.hourFinal' : 'health.hourOpen')}
      </p>
      <Reasons source={source.source?.id ?? null} at={at} />
      <p className={css.ways}>
        {source.source && (
          <Link to="/events" search={{ source: source.source.id, state: 'rejected' }}>
            {t('health.seeRejected', { source: name })}
          </Link>
        )}
        <Link to="/events" search={{ tab: 'problems' }}>
          {t('home.seeRejects')}
        </Link>
      </p>
    </Drawer>
  )
}

const lines = ['applied', 'duplicate', 'onTheWay', 'rejected', 'deadLettered'] as const

function Sum({ source, hour }: { source: SourceBalance; hour: number }) {
  const t = useT()
  const format = useFormats()
  const of = (name: keyof Columns) => source[name][hour] ?? 0
  const difference = of('difference')
  const unexplained = of('unexplained')
  const history = source.history?.[hour] ?? null
  return (
    <dl className={css.sum}>
      <div className={css.sumTotal}>
        <dt>{t('health.received')}</dt>
        <dd>{format.number(of('received'))}</dd>
      </div>
      {lines.map((name) => (
        <div key={name}>
          <dt>{t(`health.sum.${name}`)}</dt>
          <dd>{format.number(of(name))}</dd>
        </div>
      ))}
      <div className={difference === 0 ? css.sumTotal : css.sumWrong}>
        <dt>{t('health.sum.difference')}</dt>
        <dd>{format.signed(difference)}</dd>
      </div>
      {unexplained !== 0 && (
        <div className={css.sumWrong}>
          <dt>{t('health.sum.unexplained')}</dt>
          <dd>{format.signed(unexplained)}</dd>
        </div>
      )}
      <div className={history === null || history === 0 ? undefined : css.sumAmber}>
        <dt>{t('health.sum.history')}</dt>
        <dd>{history === null ? '—' : format.signed(history)}</dd>
      </div>
    </dl>
  )
}

function Reasons({ source, at }: { source: string | null; at: string }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const reasons = useReasons(source, at)
  return (
    <section className={css.reasons}>
      <h3>{t('health.reasons')}</h3>
      {reasons.isPending && <SkeletonRows count={2} height={28} />}
      {reasons.isError && <ErrorState error={reasons.error} onRetry={() => reasons.refetch()} />}
      {reasons.data?.length === 0 && <p className="meta">{t('health.noReason')}</p>}
      <ul>
        {reasons.data?.map(({ code, outcome, text, count }) => (
          <li key={`${outcome} ${code}`}>
            <span>
              {t(`health.outcome.${outcome}`, { why: localText(text, language) })}{' '}
              <code>{code}</code>
            </span>
            <strong>{format.number(count)}</strong>
          </li>
        ))}
      </ul>
    </section>
  )
}
