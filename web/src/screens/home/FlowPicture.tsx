import { useElementSize } from '@mantine/hooks'
import { IconCircleX, IconHistory } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useContext } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { EndBox, StageBox } from './FlowBoxes.tsx'
import css from './FlowPicture.module.css'
import { type Box, flowLayout } from './flow-layout.ts'
import type { Flow, FlowStage } from './overview.ts'
import { RateUnit } from './steady-flow.ts'

type FlowPictureProps = {
  flow: Flow
  /** True when the rates are no longer those of now: nothing is drawn as moving. */
  still?: boolean
}

/** The flow to scale: sources, ribbons, stages, destinations. A list below about 800 px. */
export function FlowPicture({ flow, still = false }: FlowPictureProps) {
  const { ref, width } = useElementSize()
  return (
    <div ref={ref} className={css.measure}>
      {width >= 820 && <WidePicture flow={flow} width={width} still={still} />}
      {width > 0 && width < 820 && <NarrowPicture flow={flow} />}
    </div>
  )
}

function WidePicture({ flow, width, still }: FlowPictureProps & { width: number }) {
  const t = useT()
  const per = useContext(RateUnit)
  const layout = flowLayout(flow, width)
  const profile = layout.stages.find((box) => box.item.key === 'profile')
  const log = layout.stages[0]
  const below = (log?.y ?? 0) + (log?.height ?? 0) + 40
  return (
    <div className={css.picture} style={{ height: layout.height }}>
      <svg className={css.ribbons} width={width} height={layout.height} aria-hidden>
        {layout.ribbons.map((ribbon) => (
          <path key={ribbon.key} d={ribbon.path} className={css[ribbon.tone]} />
        ))}
        {per === 'second' &&
          !still &&
          layout.ribbons
            .filter(({ moves }) => moves)
            .map(({ key, line }) => <path key={key} d={line} className={css.stream} />)}
        {layout.scale > 1 && (
          <line
            className={css.scaleLine}
            x1={layout.scaleX}
            x2={layout.scaleX}
            y1={8}
            y2={layout.height - 24}
          />
        )}
        {log && <Stem box={log} to={below} tone={flow.rejected > 0 ? 'red' : 'teal'} />}
        {profile && <Stem box={profile} to={below} tone="teal" />}
      </svg>
      <Heads flow={flow} layout={layout} />
      {layout.scale > 1 && (
        <span className={css.scale} style={{ left: layout.scaleX + 8 }}>
          {t('home.flow.scale', { scale: layout.scale })}
        </span>
      )}
      {layout.sources.map((box) => (
        <EndBox key={box.item.id} box={box} item={box.item} side="source" />
      ))}
      {layout.stages.map((box) => (
        <StageBox key={box.item.key} box={box} stage={box.item} />
      ))}
      {layout.destinations.map((box) => (
        <EndBox key={box.item.id} box={box} item={box.item} side="destination" />
      ))}
      {log && <RejectedNote flow={flow} style={{ left: log.x - 6, top: below }} />}
      {profile && <SinkNote lagMs={flow.sinkLagMs} style={{ left: profile.x - 18, top: below }} />}
    </div>
  )
}

function Stem({ box, to, tone }: { box: Box<FlowStage>; to: number; tone: 'red' | 'teal' }) {
  const x = box.x + box.width / 2
  return (
    <line
      className={tone === 'red' ? css.stemRed : css.stem}
      x1={x}
      x2={x}
      y1={box.y + box.height}
      y2={to}
    />
  )
}

type HeadsProps = { flow: Flow; layout: ReturnType<typeof flowLayout> }

function Heads({ flow, layout }: HeadsProps) {
  const t = useT()
  const format = useFormats()
  const sum = (items: { perSecond: number }[]) =>
    format.rate(items.reduce((total, item) => total + item.perSecond, 0))
  const per = useContext(RateUnit)
  const segment = flow.stages.find((stage) => stage.key === 'segment')
  return (
    <>
      <p className={css.head} style={{ left: 16 }}>
        <strong>{t('shell.nav.sources')}</strong>{' '}
        {t(`home.flow.sources.${per}`, { count: flow.sources.length, rate: sum(flow.sources) })}
      </p>
      <p className={css.head} style={{ left: layout.stages[0]?.x }}>
        <strong>{t('home.flow.processing')}</strong>{' '}
        {segment && t('home.flow.endToEnd', { time: format.duration(segment.lagMs) })}
      </p>
      <p className={css.head} style={{ left: layout.destinations[0]?.x ?? 0 }}>
        {layout.destinations.length > 0 && (
          <>
            <strong>{t('shell.nav.deliveries')}</strong>{' '}
            {t(`home.flow.destinations.${per}`, {
              count: flow.destinations.length,
              rate: sum(flow.destinations),
            })}
          </>
        )}
      </p>
    </>
  )
}

function RejectedNote({ flow, style }: { flow: Flow; style?: React.CSSProperties }) {
  const t = useT()
  const format = useFormats()
  const trouble = flow.rejected + flow.deadLettered > 0
  return (
    <Link
      to="/events"
      search={{ tab: 'problems' }}
      className={`${css.note} ${trouble ? css.noteRed : ''}`}
      style={style}
    >
      <IconCircleX size={15} aria-hidden />
      <strong>
        {t('home.flow.rejected', { count: flow.rejected, n: format.number(flow.rejected) })}
      </strong>
      <span>{t('home.flow.dead', { n: format.number(flow.deadLettered) })}</span>
    </Link>
  )
}

function SinkNote({ lagMs, style }: { lagMs: number; style?: React.CSSProperties }) {
  const t = useT()
  const format = useFormats()
  return (
    <span className={css.note} style={style}>
      <IconHistory size={15} aria-hidden />
      {t('home.flow.history')}
      <strong>{t('home.flow.lag', { time: format.duration(lagMs) })}</strong>
    </span>
  )
}

function NarrowPicture({ flow }: { flow: Flow }) {
  const t = useT()
  return (
    <div className={css.list}>
      <h3 className={css.listHead}>{t('shell.nav.sources')}</h3>
      {flow.sources.map((item) => (
        <EndBox key={item.id} item={item} side="source" />
      ))}
      <h3 className={css.listHead}>{t('home.flow.processing')}</h3>
      <div className={css.listStages}>
        {flow.stages.map((stage) => (
          <StageBox key={stage.key} stage={stage} />
        ))}
      </div>
      <div className={css.listNotes}>
        <RejectedNote flow={flow} />
        <SinkNote lagMs={flow.sinkLagMs} />
      </div>
      <h3 className={css.listHead}>{t('shell.nav.destinations')}</h3>
      {flow.destinations.map((item) => (
        <EndBox key={item.id} item={item} side="destination" />
      ))}
    </div>
  )
}
