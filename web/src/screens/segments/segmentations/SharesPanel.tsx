import { Radio } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Busy } from '../../../design/Busy.tsx'
import { ErrorState } from '../../../design/ErrorState.tsx'
import { Skeleton } from '../../../design/Skeleton.tsx'
import { useFormats } from '../../../i18n/format.ts'
import { useLanguage, useT } from '../../../i18n/i18n.ts'
import type { Effects } from '../api.ts'
import css from '../builder.module.css'
import { StaffNote } from '../staff/StaffNote.tsx'
import { type Shares, useMoves, useShares } from './api.ts'
import { type ClassesDraft, rulesOf } from './classes.ts'
import own from './segmentations.module.css'

const COUNT_AFTER_MS = 500

type SharesPanelProps = {
  id: string | null
  draft: ClassesDraft
  effects: Effects
  onEffects: (effects: Effects) => void
}

type PanelProps = SharesPanelProps & {
  onIncludesStaff: ((includesStaff: boolean) => void) | null
}

/** How many people are in each class: together, everybody. */
export function SharesPanel({ draft, onIncludesStaff, ...asked }: PanelProps) {
  const { id, effects, onEffects } = asked
  const t = useT()
  const [settled] = useDebouncedValue(draft, COUNT_AFTER_MS)
  const rules = rulesOf(settled)
  const shares = useShares(rules, settled.includesStaff)
  const counting = settled !== draft || shares.isFetching
  return (
    <aside className={css.panel} aria-label={t('segmentations.shares')}>
      <section className={`${css.panelPart} ${css.counted}`} aria-busy={counting}>
        <Busy when={counting && shares.data !== undefined} />
        <div className={css.panelHead}>
          <h2>{t('segmentations.shares')}</h2>
          <span className="meta">{counting && rules ? t('segments.counting') : ''}</span>
        </div>
        {shares.isError && <ErrorState error={shares.error} onRetry={() => shares.refetch()} />}
        {!rules && <p className="meta">{t('segments.count.waiting')}</p>}
        {rules && shares.isPending && <Skeleton height={120} />}
        {shares.data && <ShareBars shares={shares.data} draft={draft} />}
      </section>
      <section className={css.panelPart}>
        <StaffNote includesStaff={draft.includesStaff} onChange={onIncludesStaff} />
      </section>
      {id && <Movers id={id} draft={settled} effects={effects} onEffects={onEffects} />}
    </aside>
  )
}

type ShareBarsProps = { shares: Shares; draft: ClassesDraft }

function ShareBars({ shares, draft }: ShareBarsProps) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const named = [...draft.classes, draft.otherwise]
  return (
    <div aria-live="polite">
      {shares.classes.map(({ count, percent }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a class is its place in the order
        <div key={index} className={css.bar}>
          <span className={`${css.barLabel} ellipsis`}>
            {index + 1} · {named[index]?.name[language]}
          </span>
          <b>{format.number(count)}</b>
          <span className={css.barNote}>{format.percent(percent / 100)}</span>
          <span className={css.barTrack} aria-hidden>
            <span
              className={css.barFill}
              style={{ width: `max(2px, ${Math.min(100, percent)}%)` }}
            />
          </span>
        </div>
      ))}
      <p className={own.sum}>
        <span>{t('segmentations.sum')}</span>
        <b>{format.number(shares.base)}</b>
        <span>{format.percent(1, 0)}</span>
      </p>
    </div>
  )
}

type MoversProps = SharesPanelProps & { id: string }

/** How many change their class by what is edited, and whether destinations hear of it. */
function Movers({ id, draft, effects, onEffects }: MoversProps) {
  const t = useT()
  const format = useFormats()
  const { includesStaff } = draft
  const moves = useMoves(id, { rules: rulesOf(draft), includesStaff })
  if (!moves.data) return null
  const ids = [...draft.classes, draft.otherwise].map((each) => each.id ?? null)
  const moving = moves.data.moves.filter(
    ({ from, to }) => from !== null && from !== (to === null ? null : ids[to]),
  )
  const count = moving.reduce((sum, each) => sum + each.count, 0)
  return (
    <section className={css.panelPart}>
      <h3>{t('segmentations.movers')}</h3>
      <p>{t('segmentations.movers.count', { count, n: format.number(count) })}</p>
      {count > 0 && (
        <Radio.Group
          aria-label={t('segments.effects')}
          value={effects}
          onChange={(next) => onEffects(next === 'fire' ? 'fire' : 'none')}
        >
          <div className={css.effects}>
            <Radio value="none" label={t('segments.effects.none')} />
            <Radio value="fire" label={t('segments.effects.fire')} />
          </div>
        </Radio.Group>
      )}
    </section>
  )
}
