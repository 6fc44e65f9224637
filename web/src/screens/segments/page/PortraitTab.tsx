import { SegmentedControl } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Card } from '../../../design/Card.tsx'
import { EmptyState } from '../../../design/EmptyState.tsx'
import { ErrorState } from '../../../design/ErrorState.tsx'
import { Skeleton } from '../../../design/Skeleton.tsx'
import { useFormats } from '../../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../../i18n/i18n.ts'
import type { Segment } from '../api.ts'
import { type Finding, type Portrait, usePortrait } from './api.ts'
import { FindingsCard } from './FindingsCard.tsx'
import { HabitCharts } from './HabitCharts.tsx'
import css from './page.module.css'
import { PORTRAIT_DAYS } from './time.ts'

const SENTENCES = 4

/** What makes the people of a segment different from everybody. */
export function PortraitTab({ segment }: { segment: Segment }) {
  const t = useT()
  const { over = 90 } = useSearch({ from: '/shell/segments/$id' })
  const portrait = usePortrait(segment.id, over)
  if (portrait.isPending) return <Skeleton height={420} />
  if (portrait.isError) {
    return <ErrorState error={portrait.error} onRetry={() => portrait.refetch()} />
  }
  const { findings } = portrait.data
  return (
    <div className={css.stack}>
      {findings.length === 0 ? (
        <Card title={t('segmentPage.portrait')} actions={<OverChooser over={over} />}>
          <EmptyState
            icon={<IconFingerprint />}
            title={t('segmentPage.portrait.empty')}
            why={t('segmentPage.portrait.empty.why')}
          />
        </Card>
      ) : (
        <>
          <WordsCard portrait={portrait.data} over={over} />
          <FindingsCard segment={segment.id} findings={findings} />
        </>
      )}
      <HabitCharts portrait={portrait.data} />
    </div>
  )
}

/** The strongest findings as sentences; what the rule asks for is no discovery. */
function WordsCard({ portrait, over }: { portrait: Portrait; over: number }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  return (
    <Card
      title={t('segmentPage.portrait')}
      note={t('segmentPage.portrait.note', {
        n: format.number(portrait.size),
        base: format.number(portrait.base),
      })}
      actions={<OverChooser over={over} />}
    >
      <ul className={css.words}>
        {discoveries(portrait.findings)
          .slice(0, SENTENCES)
          .map((one) => (
            <li key={one.kind + one.key + one.value.fr}>
              {localText(one.sentence, language)}
              {one.lift < MUCH && (
                <b> · {t('segmentPage.times', { n: times(format, one.lift) })}</b>
              )}
            </li>
          ))}
      </ul>
    </Card>
  )
}

/** Beyond this "so many times" says nothing more. */
const MUCH = 1_000

const times = (format: ReturnType<typeof useFormats>, lift: number) =>
  format.number(lift, { maximumFractionDigits: lift < 10 ? 1 : 0 })

/** One of each subject: three ranges of one number say one thing. */
export function discoveries(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>()
  return findings.filter((one) => {
    const subject = one.kind === 'trait' ? `trait ${one.key}` : `${one.kind} ${one.value.fr}`
    if (one.inRule || seen.has(subject)) return false
    seen.add(subject)
    return true
  })
}

function OverChooser({ over }: { over: number }) {
  const t = useT()
  const navigate = useNavigate()
  return (
    <SegmentedControl
      aria-label={t('segmentPage.portrait.over')}
      value={String(over)}
      data={PORTRAIT_DAYS.map((n) => ({
        value: String(n),
        label: t('segments.history.days', { n }),
      }))}
      onChange={(next) =>
        navigate({
          to: '.',
          search: (previous) => ({
            ...previous,
            over: PORTRAIT_DAYS.find((n) => String(n) === next),
          }),
          replace: true,
          resetScroll: false,
        })
      }
    />
  )
}
