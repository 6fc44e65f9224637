import { SegmentedControl } from '@mantine/core'
import { IconArrowsSplit2 } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { Card } from '../../../design/Card.tsx'
import { EmptyState } from '../../../design/EmptyState.tsx'
import { ErrorState } from '../../../design/ErrorState.tsx'
import { Sankey, type SankeyLink, type SankeyNode } from '../../../design/Sankey.tsx'
import { Skeleton } from '../../../design/Skeleton.tsx'
import { useFormats } from '../../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../../i18n/i18n.ts'
import { peopleHref } from '../../people/search.ts'
import type { Segment } from '../api.ts'
import { type Flow, type Flows, useFlows } from './api.ts'
import css from './page.module.css'
import { TimeChooser } from './TimeChooser.tsx'
import { type TimeSearch, timeQuery, WITHIN } from './time.ts'

const SHOWN = 8
const HEIGHT_PX = 380

/** Where those who entered came from, and where those who left went. */
export function FlowsTab({ segment }: { segment: Segment }) {
  const t = useT()
  const { days, from, to, within = 7 } = useSearch({ from: '/shell/segments/$id' })
  const time = useMemo(() => ({ days, from, to }), [days, from, to])
  const flows = useFlows(segment.id, time, within)
  const empty = flows.data && flows.data.entered.length + flows.data.left.length === 0
  return (
    <Card
      title={t('segmentPage.flows')}
      note={t('segmentPage.flows.note')}
      actions={<TimeChooser time={time} />}
    >
      <div className={css.line}>
        <span className="meta">{t('segmentPage.flows.within')}</span>
        <WithinChooser within={within} />
      </div>
      {flows.isPending && <Skeleton height={HEIGHT_PX} />}
      {flows.isError && <ErrorState error={flows.error} onRetry={() => flows.refetch()} />}
      {empty && (
        <EmptyState
          icon={<IconArrowsSplit2 />}
          title={t('segmentPage.flows.empty')}
          why={t('segmentPage.flows.empty.why')}
        />
      )}
      {flows.data && !empty && <Drawing segment={segment} flows={flows.data} time={time} />}
    </Card>
  )
}

function WithinChooser({ within }: { within: number }) {
  const t = useT()
  const navigate = useNavigate()
  return (
    <SegmentedControl
      aria-label={t('segmentPage.flows.within')}
      value={String(within)}
      data={WITHIN.map((n) => ({
        value: String(n),
        label: n === 0 ? t('segmentPage.flows.atOnce') : t('segments.history.days', { n }),
      }))}
      onChange={(next) =>
        navigate({
          to: '.',
          search: (previous) => ({ ...previous, within: WITHIN.find((n) => String(n) === next) }),
          replace: true,
          resetScroll: false,
        })
      }
    />
  )
}

type Side = 'entered' | 'left'
type Band = { id: string; name: string; n: number; color: string; href: string | null }

function Drawing({ segment, flows, time }: { segment: Segment; flows: Flows; time: TimeSearch }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const bands = useBands(segment.id, flows, time)
  const name = localText(segment.name, language)
  const drawn = useMemo(() => {
    const middle: SankeyNode = { id: 'middle', label: name, color: '--accent', depth: 1 }
    // The number first: where there is little room, the name is cut.
    const labelled = ({ name: text, n }: Band) => `${format.number(n)}  ${text}`
    const nodes: SankeyNode[] = [
      ...bands.entered.map((band) => ({
        id: `from ${band.id}`,
        label: labelled(band),
        color: band.color,
        depth: 0,
      })),
      middle,
      ...bands.left.map((band) => ({
        id: `to ${band.id}`,
        label: labelled(band),
        color: band.color,
        depth: 2,
      })),
    ]
    const links: SankeyLink[] = [
      ...bands.entered.map((band) => ({
        source: `from ${band.id}`,
        target: 'middle',
        value: band.n,
        href: band.href,
      })),
      ...bands.left.map((band) => ({
        source: 'middle',
        target: `to ${band.id}`,
        value: band.n,
        href: band.href,
      })),
    ]
    return { nodes, links }
  }, [bands, name, format])
  const table = useMemo(
    () => ({
      head: [
        t('segmentPage.flows.move'),
        t('segmentPage.flows.other'),
        t('segmentPage.flows.count'),
      ],
      rows: (['entered', 'left'] as const).flatMap((side) =>
        bands[side].map((band) => [
          { text: t(`segmentPage.flows.${side}`), raw: t(`segmentPage.flows.${side}`) },
          { text: band.name, raw: band.name },
          { text: format.number(band.n), raw: String(band.n), href: band.href },
        ]),
      ),
    }),
    [bands, format, t],
  )
  return (
    <>
      <p className={css.heads}>
        <span>{t('segmentPage.flows.from')}</span>
        {bands.left.length > 0 && <span>{t('segmentPage.flows.to')}</span>}
      </p>
      <Sankey label={t('segmentPage.flows')} {...drawn} table={table} height={HEIGHT_PX} />
    </>
  )
}

/** The largest flows of each side, the others together. A segment has one colour on both sides. */
function useBands(id: string, flows: Flows, time: TimeSearch): Record<Side, Band[]> {
  const t = useT()
  const language = useLanguage()
  return useMemo(() => {
    const { from, to = new Date().toISOString() } = timeQuery(time, Date.now())
    const colors = new Map<string, string>()
    const colorOf = (flow: Flow) => {
      if (!flow.segment) return '--line-strong'
      const held = colors.get(flow.segment.id) ?? `--c${(colors.size % 5) + 1}`
      colors.set(flow.segment.id, held)
      return held
    }
    const band = (side: Side, flow: Flow): Band => ({
      id: flow.segment?.id ?? flow.via,
      name: flow.segment
        ? localText(flow.segment.name, language)
        : t(`segmentPage.flows.${side}.${flow.via === 'segment' ? 'none' : flow.via}`),
      n: flow.n,
      color: colorOf(flow),
      href: peopleHref({
        [side]: id,
        since: from,
        until: to,
        via: flow.segment?.id ?? flow.via,
        within: flows.within,
      }),
    })
    const bandsOf = (side: Side): Band[] => {
      const shown = flows[side].slice(0, SHOWN).map((flow) => band(side, flow))
      const rest = flows[side].slice(SHOWN).reduce((sum, flow) => sum + flow.n, 0)
      const others = {
        id: 'others',
        name: t('segmentPage.flows.others'),
        n: rest,
        color: '--c6',
        href: null,
      }
      return rest > 0 ? [...shown, others] : shown
    }
    return { entered: bandsOf('entered'), left: bandsOf('left') }
  }, [id, flows, time, language, t])
}
