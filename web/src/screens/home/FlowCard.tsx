import { ActionIcon } from '@mantine/core'
import {
  IconAlertTriangle,
  IconChartSankey,
  IconCheck,
  IconScale,
  IconTable,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { Chip } from '../../design/Chip.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { Rich } from '../../i18n/rich.tsx'
import { FlowPicture } from './FlowPicture.tsx'
import { FlowTable } from './FlowTable.tsx'
import css from './Home.module.css'
import type { Flow, Overview } from './overview.ts'
import type { HomePeriod } from './routes.ts'
import { periodSeconds, RateUnit, steadyFlow } from './steady-flow.ts'

/**
 * The flow's health: the picture or its table twin, and the equation that proves nothing is lost.
 */
export function FlowCard({ overview, period }: { overview: Overview; period: HomePeriod }) {
  const t = useT()
  const [table, setTable] = useState(false)
  const { attention } = overview
  const { flow, per } = steadyFlow(overview, periodSeconds[period])
  // The totals may agree by chance while single hours do not.
  const balanced = flow.balance.balanced && !attention.some(({ key }) => key === 'unbalanced')
  const toggle = t(table ? 'home.flow.asPicture' : 'home.flow.asTable')
  return (
    <Card
      flush
      title={t('home.flow.title')}
      note={
        <span className={css.chips}>
          {balanced && (
            <Chip tone="teal" icon={<IconCheck />}>
              {t('home.flow.allArrives')}
            </Chip>
          )}
          {attention.length > 0 && (
            <Chip tone="amber" icon={<IconAlertTriangle />}>
              {t('home.flow.attention', { count: attention.length })}
            </Chip>
          )}
        </span>
      }
      actions={
        <>
          <span className={`meta ${css.wideOnly}`}>
            {per === 'hour'
              ? t('home.flow.legendAverage', { period: t(`home.period.${period}`) })
              : t('home.flow.legend')}
          </span>
          <ActionIcon aria-label={toggle} title={toggle} onClick={() => setTable(!table)}>
            {table ? <IconChartSankey size={17} /> : <IconTable size={17} />}
          </ActionIcon>
        </>
      }
    >
      <RateUnit value={per}>
        {table ? <FlowTable flow={flow} /> : <FlowPicture flow={flow} />}
      </RateUnit>
      <Equation balance={{ ...flow.balance, balanced }} />
    </Card>
  )
}

function Equation({ balance }: { balance: Flow['balance'] }) {
  const t = useT()
  const format = useFormats()
  const values = {
    received: format.number(balance.received),
    accepted: format.number(balance.accepted),
    rejected: format.number(balance.rejected),
    dead: format.number(balance.deadLettered),
  }
  return (
    <p className={`${css.equation} ${balance.balanced ? '' : css.unbalanced}`}>
      <IconScale size={17} aria-hidden />
      <span>
        <Rich
          id={balance.balanced ? 'home.balance' : 'home.unbalanced'}
          values={values}
          components={{ b: <strong /> }}
        />
      </span>
      <Link to="/events" search={{ tab: 'problems' }} className={css.wayOut}>
        {t('home.seeRejects')}
      </Link>
    </p>
  )
}
