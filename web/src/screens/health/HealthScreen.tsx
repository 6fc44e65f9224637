import { useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Card } from '../../design/Card.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { LiveDot } from '../../design/LiveDot.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { useNow } from '../../design/RelativeTime.tsx'
import { Skeleton } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { FlowPicture } from '../home/FlowPicture.tsx'
import { useBalance, useHealth } from './api.ts'
import { BalanceCard } from './BalanceCard.tsx'
import { DependencyCard } from './DependencyCard.tsx'
import css from './Health.module.css'
import { ProcessCard } from './ProcessCard.tsx'
import { ShardCard } from './ShardCard.tsx'
import { StageCard } from './StageCard.tsx'
import { Verdict } from './Verdict.tsx'

/** Health: what flows, what waits, and whether anything is missing. */
export function HealthScreen() {
  const t = useT()
  const period = useSearch({ from: '/shell/health' }).period ?? '24h'
  const health = useHealth()
  const balance = useBalance(period)
  const { data, isError } = health
  useArrival(data !== undefined && balance.data !== undefined)
  return (
    <>
      <PageHeader
        title={t('shell.nav.health')}
        lead={t('health.lead')}
        actions={<LiveDot state={isError ? 'lost' : data ? 'open' : 'connecting'} />}
      />
      <div className={css.stack}>
        {isError && (
          <div>
            <ErrorState error={health.error} onRetry={() => health.refetch()} />
            {data && <Stale since={health.dataUpdatedAt} />}
          </div>
        )}
        {health.isPending && <HealthSkeleton />}
        {data && (
          <div className={`${css.stack} ${isError ? css.stale : ''}`}>
            {!isError && <Verdict health={data} balance={balance.data} />}
            <Card flush title={t('health.flow')} note={t('health.flowNote')}>
              <FlowPicture flow={data.flow} still={isError} />
            </Card>
            <div className={css.cards}>
              <StageCard health={data} />
              <DependencyCard health={data} />
            </div>
          </div>
        )}
        {/* When nothing answers, once is enough to say so. */}
        {(balance.data || !isError) && <BalanceCard balance={balance} period={period} />}
        {data && (
          <div className={`${css.cards} ${isError ? css.stale : ''}`}>
            <ShardCard shards={data.shards} timers={data.timers} />
            <ProcessCard processes={data.processes} />
          </div>
        )}
      </div>
    </>
  )
}

/** Whoever comes for a part of the page is brought there once the page has its height. */
function useArrival(loaded: boolean): void {
  useEffect(() => {
    const { hash } = window.location
    if (loaded && hash !== '') document.getElementById(hash.slice(1))?.scrollIntoView()
  }, [loaded])
}

/** What is shown is the last that was known: how old that is. */
function Stale({ since }: { since: number }) {
  const t = useT()
  const format = useFormats()
  const now = useNow(1_000)
  return <p className={css.age}>{t('health.stale', { age: format.duration(now - since) })}</p>
}

function HealthSkeleton() {
  return (
    <div className={css.stack}>
      <Skeleton height={44} />
      <Skeleton height={560} />
    </div>
  )
}
