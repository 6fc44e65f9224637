import { IconCircleCheckFilled, IconCircleDashed } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Chip } from '../../design/Chip.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { type LiveMessage, useEffects } from './api.ts'
import css from './Events.module.css'

/** The way of an event: received, written to the log, profile, segments. */
export function EventTrace({ message }: { message: LiveMessage }) {
  const t = useT()
  const format = useFormats()
  const effects = useEffects(message)
  const applied = effects.data?.applied === true
  const entered = effects.data?.segments.filter((one) => one.change === 'entered').length ?? 0
  const left = (effects.data?.segments.length ?? 0) - entered
  const steps = [
    { key: 'received', done: true, note: format.timeMillis(message.receivedAt) },
    { key: 'log', done: true, note: t('events.trace.written') },
    {
      key: 'profile',
      done: applied,
      note: t(applied ? 'events.trace.updated' : 'events.trace.soon'),
    },
    {
      key: 'segments',
      done: applied,
      note: applied ? `${format.signed(entered)} / ${format.signed(-left)}` : '…',
    },
  ] as const
  return (
    <ol className={css.trace}>
      {steps.map((step) => (
        <li key={step.key} className={css.traceStep}>
          {step.done ? (
            <IconCircleCheckFilled size={16} aria-hidden />
          ) : (
            <IconCircleDashed size={16} aria-hidden />
          )}
          <strong>{t(`events.trace.${step.key}`)}</strong>
          <span className="meta">{step.note}</span>
        </li>
      ))}
    </ol>
  )
}

/** What the event changed: the person, and the segments entered and left with it. */
export function EventEffects({ message }: { message: LiveMessage }) {
  const t = useT()
  const language = useLanguage()
  const effects = useEffects(message)
  if (effects.isPending) return <SkeletonRows count={3} />
  const { profile, segments } = effects.data ?? { profile: null, segments: [] }
  return (
    <dl className={css.readable}>
      <div>
        <dt>{t('events.person')}</dt>
        <dd>
          {profile ? (
            <Link to="/people/$id" params={{ id: profile.id }}>
              {profile.name ?? profile.id.slice(0, 8)}
            </Link>
          ) : (
            t('events.trace.soon')
          )}
        </dd>
      </div>
      <div>
        <dt>{t('events.trace.segments')}</dt>
        <dd className={css.effects}>
          {segments.length === 0 && t('events.noEffect')}
          {segments.map((segment) => (
            <span key={segment.id}>
              <Chip tone={segment.change === 'entered' ? 'teal' : 'neutral'}>
                {t(segment.change === 'entered' ? 'events.entered' : 'events.left')}
              </Chip>{' '}
              <Link to="/segments/$id" params={{ id: segment.id }}>
                {localText(segment.name, language)}
              </Link>
            </span>
          ))}
        </dd>
      </div>
    </dl>
  )
}
