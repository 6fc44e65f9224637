import { IconBell, IconMail, IconMailbox, IconMessage, IconUserOff } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Busy } from '../../design/Busy.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { Skeleton } from '../../design/Skeleton.tsx'
import { Sparkline } from '../../design/Sparkline.tsx'
import { useFormats } from '../../i18n/format.ts'
import { type MessageId, useLanguage, useT } from '../../i18n/i18n.ts'
import { Approximate } from './Approximate.tsx'
import type { Preview, Segment } from './api.ts'
import css from './builder.module.css'
import { useEditor } from './editor.ts'
import { childrenOf } from './rule.ts'
import { lineWords } from './sentence.ts'
import { StaffNote } from './staff/StaffNote.tsx'

type CountPanelProps = {
  preview: Preview | undefined
  counting: boolean
  error: unknown
  onRetry: () => void
  segment: Segment | null
  includesStaff: boolean
  onIncludesStaff: ((includesStaff: boolean) => void) | null
}

/** The live count, the waterfall, who can be reached, and the size so far. */
export function CountPanel({ preview, counting, error, onRetry, ...shown }: CountPanelProps) {
  const { segment, includesStaff, onIncludesStaff } = shown
  const t = useT()
  const format = useFormats()
  return (
    <aside className={css.panel} aria-label={t('segments.count')}>
      <section className={`${css.panelPart} ${css.counted}`} aria-busy={counting}>
        <Busy when={counting && preview !== undefined} />
        <div className={css.panelHead}>
          <h2>{t('segments.count')}</h2>
          <span className="meta">
            {counting ? (
              t('segments.counting')
            ) : preview ? (
              <span className={css.live}>
                {t('segments.count.exact')} · <RelativeTime at={preview.asOf} />
              </span>
            ) : null}
          </span>
        </div>
        {Boolean(error) && <ErrorState error={error} onRetry={onRetry} />}
        {!preview && !error && counting && <Skeleton height={40} width={140} />}
        {!preview && !error && !counting && <p className="meta">{t('segments.count.waiting')}</p>}
        {preview && (
          <>
            <p className={css.hero} aria-live="polite">
              {counting && '≈ '}
              {format.number(preview.count)}
            </p>
            <p className={css.heroNote}>
              <span>
                {t('segments.count.people', {
                  count: preview.count,
                  percent: format.percent(preview.base ? preview.count / preview.base : 0, 2),
                })}
              </span>
              <span className="meta nowrap">{format.duration(preview.tookMs)}</span>
            </p>
            {preview.approximate.length > 0 && (
              <Approximate parts={preview.approximate} lead={t('segments.approximate.preview')}>
                {t('segments.approximate')}
              </Approximate>
            )}
          </>
        )}
      </section>
      {preview && <Waterfall preview={preview} />}
      {preview && preview.reachable.length > 0 && <Reachable preview={preview} />}
      {segment && segment.trend.length > 1 && <Trend segment={segment} />}
      <section className={css.panelPart}>
        <StaffNote includesStaff={includesStaff} onChange={onIncludesStaff} />
      </section>
    </aside>
  )
}

function Waterfall({ preview }: { preview: Preview }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const { rule, counts, names } = useEditor()
  const lines = childrenOf(rule)
  const base = preview.base || 1
  const before = (index: number) =>
    index === 0 ? preview.base : (counts[index - 1] ?? preview.base)
  const loss = (index: number, count: number) =>
    before(index) ? format.change((count - before(index)) / before(index)) : ''
  return (
    <section className={css.panelPart}>
      <h3>{t('segments.waterfall')}</h3>
      <Bar label={t('segments.base')} count={preview.base} note="" share={1} base />
      {lines.map((line, index) => {
        const count = counts[index] ?? null
        if (count === null) return null
        return (
          <Bar
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the rule
            key={index}
            label={`${index + 1} · ${lineWords(line, names, language)}`}
            count={count}
            note={loss(index, count)}
            share={count / base}
          />
        )
      })}
    </section>
  )
}

type BarProps = { label: string; count: number; note: string; share: number; base?: boolean }

function Bar({ label, count, note, share, base }: BarProps) {
  const format = useFormats()
  return (
    <div className={css.bar}>
      <span className={css.barLabel} title={label}>
        {label}
      </span>
      <b>{format.number(count)}</b>
      <span className={css.barNote}>{note}</span>
      <span className={css.barTrack} aria-hidden>
        <span
          className={base ? css.barBase : css.barFill}
          style={{ width: `max(2px, ${Math.min(1, share) * 100}%)` }}
        />
      </span>
    </div>
  )
}

const CHANNELS: Record<string, { icon: ReactNode; label: MessageId }> = {
  email: { icon: <IconMail size={16} />, label: 'person.channel.email' },
  sms: { icon: <IconMessage size={16} />, label: 'person.channel.sms' },
  push: { icon: <IconBell size={16} />, label: 'person.channel.push' },
  post: { icon: <IconMailbox size={16} />, label: 'person.channel.post' },
}

function Reachable({ preview }: { preview: Preview }) {
  const t = useT()
  const format = useFormats()
  const count = preview.count || 1
  const rows = preview.reachable.filter((each) => CHANNELS[each.channel])
  const nobody = preview.reachable.find((each) => each.channel === 'none')
  return (
    <section className={css.panelPart}>
      <div className={css.panelHead}>
        <h3>{t('segments.reachable')}</h3>
        <span className="meta">{t('segments.reachable.note')}</span>
      </div>
      {rows.map(({ channel, count: reach }) => {
        const look = CHANNELS[channel]
        return (
          <div key={channel} className={css.reach}>
            <span className={css.reachIcon} aria-hidden>
              {look?.icon}
            </span>
            <span>{look ? t(look.label) : channel}</span>
            <span className={css.reachTrack} aria-hidden>
              <span style={{ width: `${Math.min(1, reach / count) * 100}%` }} />
            </span>
            <b>{format.number(reach)}</b>
            <span className="meta">{format.percent(reach / count)}</span>
          </div>
        )
      })}
      {nobody && (
        <p className={css.nobody}>
          <IconUserOff size={16} aria-hidden />
          {t('segments.reachable.none', { n: format.number(nobody.count) })}
        </p>
      )}
    </section>
  )
}

function Trend({ segment }: { segment: Segment }) {
  const t = useT()
  const format = useFormats()
  const first = segment.trend[0]
  const last = segment.trend.at(-1)
  return (
    <section className={css.panelPart}>
      <div className={css.panelHead}>
        <h3>{t('segments.trend')}</h3>
        <span className="meta">{t('segments.trend.note', { version: segment.version })}</span>
      </div>
      <div className={css.trend}>
        <Sparkline values={segment.trend.map((each) => each.size)} width={212} height={48} />
      </div>
      {first && last && (
        <p className={css.trendEnds}>
          <span>
            {format.dayMonth(first.day)} · {format.number(first.size)}
          </span>
          <span>
            {format.dayMonth(last.day)} · {format.number(last.size)}
          </span>
        </p>
      )}
      <p className="meta">
        {t('segments.trend.day')} <b className={css.in}>{format.signed(segment.entered24h)}</b> /{' '}
        <b className={css.out}>{format.signed(-segment.left24h)}</b>
      </p>
    </section>
  )
}
