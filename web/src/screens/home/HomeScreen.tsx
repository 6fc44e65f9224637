import { SegmentedControl } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { usePermission } from '../../api/session.ts'
import { ErrorState } from '../../design/ErrorState.tsx'
import { LinkButton } from '../../design/LinkButton.tsx'
import { LiveDot } from '../../design/LiveDot.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { Skeleton } from '../../design/Skeleton.tsx'
import { useT } from '../../i18n/i18n.ts'
import { AttentionCard } from './AttentionCard.tsx'
import { Checklist } from './Checklist.tsx'
import { FlowCard } from './FlowCard.tsx'
import css from './Home.module.css'
import { HomeTiles } from './HomeTiles.tsx'
import { MovingCard } from './MovingCard.tsx'
import { useLiveFlow, useOverview } from './overview.ts'
import type { HomePeriod } from './routes.ts'
import { Welcome } from './Welcome.tsx'

/** Home: what comes in, what becomes of it, what goes out. */
export function HomeScreen() {
  const t = useT()
  const navigate = useNavigate()
  const period: HomePeriod = useSearch({ from: '/shell/' }).period ?? '24h'
  const overview = useOverview(period)
  const live = useLiveFlow(period)
  const canWrite = usePermission('sources:write')
  const data = overview.data
  const empty =
    data && !data.firstEventAt && data.flow.balance.accepted + data.tiles.people.value === 0
  const actions = (
    <>
      <LiveDot state={live} />
      <SegmentedControl
        aria-label={t('home.period')}
        value={period}
        onChange={(value) =>
          navigate({
            to: '/',
            search: value === '24h' ? {} : { period: value as HomePeriod },
            replace: true,
          })
        }
        data={(['1h', '24h', '7d'] as const).map((value) => ({
          value,
          label: t(`home.period.${value}`),
        }))}
      />
      {canWrite && (
        <LinkButton to="/sources" search={{ new: true }} leftSection={<IconPlus size={16} />}>
          {t('home.connect')}
        </LinkButton>
      )}
    </>
  )
  return (
    <>
      <PageHeader
        title={t('shell.nav.home')}
        lead={t('home.lead', { period: t(`home.since.${period}`) })}
        actions={actions}
      />
      {overview.isError && <ErrorState error={overview.error} onRetry={() => overview.refetch()} />}
      {overview.isPending && <HomeSkeleton />}
      {data && empty && <Welcome checklist={data.checklist} />}
      {data && !empty && (
        <div className={css.stack}>
          <FlowCard overview={data} period={period} />
          <HomeTiles tiles={data.tiles} period={period} updatedAt={overview.dataUpdatedAt} />
          <div className={css.cards}>
            <Checklist items={data.checklist} />
            <AttentionCard items={data.attention} />
            <MovingCard segments={data.segmentsMoving} />
          </div>
        </div>
      )}
    </>
  )
}

function HomeSkeleton() {
  return (
    <div className={css.stack}>
      <Skeleton height={368} />
      <div className={css.tiles}>
        {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
          <Skeleton key={key} height={88} />
        ))}
      </div>
      <div className={css.cards}>
        {['a', 'b', 'c'].map((key) => (
          <Skeleton key={key} height={280} />
        ))}
      </div>
    </div>
  )
}
