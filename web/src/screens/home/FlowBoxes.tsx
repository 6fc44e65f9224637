import {
  type Icon,
  IconCircles,
  IconDatabase,
  IconGitMerge,
  IconSend,
  IconUserCircle,
} from '@tabler/icons-react'
import { useContext } from 'react'
import { KindIcon } from '../../design/kind-icons.tsx'
import { HrefLink } from '../../design/LinkButton.tsx'
import { useNow } from '../../design/RelativeTime.tsx'
import { Sparkline } from '../../design/Sparkline.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import css from './FlowPicture.module.css'
import type { Box } from './flow-layout.ts'
import { lateMs } from './late.ts'
import type { FlowDestination, FlowSource, FlowStage, StageKey } from './overview.ts'
import { RateUnit } from './steady-flow.ts'

const stageIcons: Record<StageKey, Icon> = {
  log: IconDatabase,
  resolve: IconGitMerge,
  profile: IconUserCircle,
  segment: IconCircles,
  deliver: IconSend,
}

function place(box: Box<unknown> | undefined): React.CSSProperties | undefined {
  return (
    box && { position: 'absolute', left: box.x, top: box.y, width: box.width, height: box.height }
  )
}

/** A stage: its name, rate, last 60 minutes and lag. */
export function StageBox({ box, stage }: { box?: Box<FlowStage>; stage: FlowStage }) {
  const t = useT()
  const format = useFormats()
  const per = useContext(RateUnit)
  const StageIcon = stageIcons[stage.key]
  const late = stage.lagMs > lateMs
  const width = box ? Math.max(40, box.width - 22) : 84
  return (
    <div className={css.stage} style={place(box)}>
      <p className={css.stageName}>
        <StageIcon size={16} stroke={1.7} aria-hidden />
        {t(`home.stage.${stage.key}`)}
      </p>
      <p className={css.stageRate}>
        {format.rate(stage.perSecond)} <span>{t(`home.unit.${per}.${stage.key}`)}</span>
      </p>
      <Sparkline values={stage.series} width={width} height={32} fromZero />
      <p className={css.stageLag}>
        <span className={late ? css.dotLate : css.dot} aria-hidden />
        {t('home.flow.lag', { time: format.duration(stage.lagMs) })}
      </p>
    </div>
  )
}

type EndBoxProps = {
  box?: Box<unknown>
  item: FlowSource | FlowDestination
  side: 'source' | 'destination'
}

/** A source or a destination: icon, name, rate; amber with its trouble when it has one. */
export function EndBox({ box, item, side }: EndBoxProps) {
  const t = useT()
  const format = useFormats()
  const per = useContext(RateUnit)
  const now = useNow(10_000)
  const silent = 'silentSince' in item ? item.silentSince : null
  const late = 'lateBy' in item ? item.lateBy : null
  const trouble = silent
    ? t('home.flow.silent', { time: format.duration(now - new Date(silent).getTime()) })
    : late
      ? t('home.flow.late', { time: format.duration(late) })
      : null
  const name = item.id ? item.name : t('home.flow.others', { count: Number(item.name) })
  return (
    <HrefLink
      href={`/${side}s${item.id ? `/${item.id}` : ''}`}
      className={`${css.end} ${trouble ? css.endWarn : ''}`}
      style={place(box)}
    >
      <KindIcon kind={item.kind} size={16} />
      <span className={css.endText}>
        <span className={`${css.endName} ${trouble ? css.endNameOne : ''}`} title={name}>
          {name}
        </span>
        {trouble && <span className={css.endTrouble}>{trouble}</span>}
      </span>
      <span className={css.endRate}>
        <strong>{format.rate(item.perSecond)}</strong>
        {t(`home.per.${per}`)}
      </span>
    </HrefLink>
  )
}
