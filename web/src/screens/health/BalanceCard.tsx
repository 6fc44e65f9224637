import { SegmentedControl } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconPlugConnected, IconScale } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { Chip } from '../../design/Chip.tsx'
import { WithDrawer } from '../../design/Drawer.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { LinkButton } from '../../design/LinkButton.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { Rich } from '../../i18n/rich.tsx'
import type { Balance } from './api.ts'
import { CellDrawer } from './CellDrawer.tsx'
import css from './Health.module.css'
import { HeatTable } from './HeatTable.tsx'
import { alarmsOf, type Cell, rowsOf, sum, totalsOf } from './heat.ts'
import { Legend } from './Legend.tsx'
import type { BalancePeriod } from './routes.ts'

type BalanceCardProps = { balance: UseQueryResult<Balance>; period: BalancePeriod }

/** I2 as a heat table: each hour of each source, and whether everything in it is accounted for. */
export function BalanceCard({ balance, period }: BalanceCardProps) {
  const t = useT()
  const navigate = useNavigate()
  const [open, setOpen] = useState<Cell | null>(null)
  const { data } = balance
  const rows = useMemo(() => (data ? rowsOf(data) : []), [data])
  const received = rows.reduce((total, one) => total + sum(one.received), 0)
  const source = open ? rows[open.row] : undefined
  const choose = (value: string) => {
    setOpen(null)
    const search = value === '7d' ? { period: '7d' as const } : {}
    navigate({ to: '/health', search, replace: true, resetScroll: false })
  }
  const card = (
    <Card
      flush
      title={
        <span id="balance" className={css.anchor}>
          {t('health.balance')}
        </span>
      }
      note={data && received > 0 && <BalanceChip balance={data} />}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('health.period')}
          value={period}
          onChange={choose}
          data={(['24h', '7d'] as const).map((value) => ({
            value,
            label: t(`home.period.${value}`),
          }))}
        />
      }
    >
      {balance.isError && (
        <div className={css.inside}>
          <ErrorState error={balance.error} onRetry={() => balance.refetch()} />
        </div>
      )}
      {balance.isPending && <SkeletonRows count={6} height={30} />}
      {data && received === 0 && <NothingReceived />}
      {data && received > 0 && (
        <>
          <HeatTable balance={data} rows={rows} open={open} onOpen={setOpen} />
          <Legend history={data.history.state} />
          <Equation balance={data} />
        </>
      )}
    </Card>
  )
  return (
    <WithDrawer
      list={card}
      drawer={
        data &&
        open &&
        source && (
          <CellDrawer
            balance={data}
            source={source}
            hour={open.hour}
            onHour={(hour) => setOpen({ ...open, hour })}
            onClose={() => setOpen(null)}
          />
        )
      }
    />
  )
}

function BalanceChip({ balance }: { balance: Balance }) {
  const t = useT()
  const count = alarmsOf(balance).length
  return count === 0 ? (
    <Chip tone="teal" icon={<IconCheck />}>
      {t('health.balanced')}
    </Chip>
  ) : (
    <Chip tone="red" icon={<IconAlertTriangle />}>
      {t('health.unbalanced', { count })}
    </Chip>
  )
}

function NothingReceived() {
  const t = useT()
  return (
    <EmptyState
      icon={<IconPlugConnected />}
      title={t('health.empty')}
      why={t('health.emptyWhy')}
      actions={
        <LinkButton to="/sources" search={{ new: true }}>
          {t('home.connect')}
        </LinkButton>
      }
    />
  )
}

function Equation({ balance }: { balance: Balance }) {
  const format = useFormats()
  const totals = totalsOf(balance.data)
  const isWrong = alarmsOf(balance).length > 0
  const values = {
    received: format.number(totals.received),
    applied: format.number(totals.applied),
    duplicate: format.number(totals.duplicate),
    rejected: format.number(totals.rejected),
    dead: format.number(totals.deadLettered),
    way: format.number(totals.onTheWay),
    difference: format.signed(totals.difference),
  }
  return (
    <p className={`${css.equation} ${isWrong ? css.bad : ''}`}>
      <IconScale size={17} aria-hidden />
      <span>
        <Rich
          id={isWrong ? 'health.equationWrong' : 'health.equation'}
          values={values}
          components={{ b: <strong /> }}
        />
      </span>
    </p>
  )
}
