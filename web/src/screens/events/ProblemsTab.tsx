import { IconChevronDown, IconChevronRight, IconCircleCheck } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { CodeBlock } from '../../design/Code.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { type ProblemGroup, useProblems, useTotals } from './api.ts'
import { prettyRaw } from './EventDrawer.tsx'
import css from './Events.module.css'

/** The day's equation, then one line a reason: human words, then the technical cause. */
export function ProblemsTab() {
  const t = useT()
  const problems = useProblems()
  const [open, setOpen] = useState<string | null>(null)
  if (problems.isError) {
    return <ErrorState error={problems.error} onRetry={() => problems.refetch()} />
  }
  return (
    <>
      <Equation />
      <div className={css.problems}>
        <div className={css.problemHead} aria-hidden>
          <span />
          <span>{t('events.reason')}</span>
          <span>{t('events.source')}</span>
          <span className={css.end}>{t('home.period.24h')}</span>
          <span>{t('events.since')}</span>
          <span>{t('events.lastSeen')}</span>
        </div>
        {problems.isPending && <SkeletonRows count={6} height={40} />}
        {problems.data?.length === 0 && (
          <EmptyState
            icon={<IconCircleCheck />}
            title={t('events.noProblem')}
            why={t('events.noProblemWhy')}
          />
        )}
        {problems.data?.map((problem) => (
          <ProblemRow
            key={problem.code}
            problem={problem}
            open={open === problem.code}
            onToggle={() => setOpen(open === problem.code ? null : problem.code)}
          />
        ))}
      </div>
    </>
  )
}

function Equation() {
  const t = useT()
  const format = useFormats()
  const totals = useTotals()
  if (!totals.data) return null
  const { received, accepted, flagged, rejected, deadLettered } = totals.data
  const parts = [
    { sign: '', label: t('events.eq.received'), value: received, tone: '' },
    {
      sign: '=',
      label: t('events.eq.accepted', { flagged: format.number(flagged) }),
      value: accepted,
      tone: css.tealText,
    },
    {
      sign: '+',
      label: t('events.eq.rejected'),
      value: rejected,
      tone: rejected > 0 ? css.redText : '',
    },
    { sign: '+', label: t('events.eq.dead'), value: deadLettered, tone: '' },
  ]
  return (
    <div className={css.equation}>
      {parts.map((part) => (
        <div key={part.label} className={css.part}>
          <span className={css.sign}>{part.sign}</span>
          <div>
            <p className="meta">{part.label}</p>
            <p className={`${css.partValue} ${part.tone}`}>{format.number(part.value)}</p>
          </div>
        </div>
      ))}
    </div>
  )
}

type ProblemRowProps = { problem: ProblemGroup; open: boolean; onToggle: () => void }

function ProblemRow({ problem, open, onToggle }: ProblemRowProps) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const names = problem.sources.map((one) => (typeof one === 'string' ? one : one.name))
  return (
    <div className={open ? css.openProblem : css.problem}>
      <button type="button" className={css.problemLine} aria-expanded={open} onClick={onToggle}>
        {open ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
        <span className={css.reason}>
          <strong>{localText(problem.text, language)}</strong> <code>{problem.code}</code>
        </span>
        <span className={`ellipsis ${css.wideCell}`}>{names.join(', ')}</span>
        <strong className={css.end}>{format.number(problem.count)}</strong>
        <span className={css.wideCell}>{format.dateTime(problem.firstAt)}</span>
        <span className={css.wideCell}>
          <RelativeTime at={problem.lastAt} />
        </span>
      </button>
      {open && (
        <div className={css.problemBody}>
          <div>
            <h3>{t('events.whatToDo')}</h3>
            <p>{localText(problem.hint, language)}</p>
            <p className="meta">{t('events.kept')}</p>
            <Link to="/events" search={{ state: 'rejected' }}>
              {t('events.seeRejected', { n: format.number(problem.count) })}
            </Link>
          </div>
          {problem.sample && (
            <div>
              <h3>{t('events.received')}</h3>
              <CodeBlock
                code={prettyRaw(problem.sample.raw)}
                label={t('events.received')}
                maxHeight={280}
                copy
              />
            </div>
          )}
        </div>
      )}
    </div>
  )
}
