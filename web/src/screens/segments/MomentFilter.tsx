import { TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { FilterChip } from '../../design/FilterBar.tsx'
import { DAY_MS } from '../../i18n/durations.ts'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { instantAt, type Moment, QUESTIONS, wallClock } from './moment.ts'
import css from './segments.module.css'

/** The past moment that the address asks about, null for now, and how to ask about another. */
export function useMoment(): { moment: Moment | null; ask: (moment: Moment | null) => void } {
  const { asOf, knownAt } = useSearch({ from: '/shell/segments/$id' })
  const navigate = useNavigate()
  const moment = useMemo((): Moment | null => {
    if (asOf) return { question: 'asOf', at: asOf }
    return knownAt ? { question: 'knownAt', at: knownAt } : null
  }, [asOf, knownAt])
  const ask = (next: Moment | null) =>
    navigate({
      to: '.',
      search: (previous) => ({
        ...previous,
        asOf: next?.question === 'asOf' ? next.at : undefined,
        knownAt: next?.question === 'knownAt' ? next.at : undefined,
      }),
      replace: true,
    })
  return { moment, ask }
}

type MomentFilterProps = { moment: Moment | null; onAsk: (moment: Moment | null) => void }

/** An answer of now, or of a past moment by one of two questions. */
export function MomentFilter({ moment, onAsk }: MomentFilterProps) {
  const t = useT()
  const choose = (value: string | undefined) => {
    const question = QUESTIONS.find((each) => each === value)
    const at = moment?.at ?? new Date(Date.now() - DAY_MS).toISOString()
    onAsk(question ? { question, at } : null)
  }
  return (
    <>
      <FilterChip
        label={t('segments.moment')}
        value={moment?.question}
        all={t('segments.moment.now')}
        options={QUESTIONS.map((each) => ({ value: each, label: t(`segments.moment.${each}`) }))}
        onChange={choose}
      />
      {moment && <MomentInput at={moment.at} onChange={(at) => onAsk({ ...moment, at })} />}
    </>
  )
}

/** Half a second after the last key: a date is typed part by part. */
const TYPED_AFTER_MS = 500

function MomentInput({ at, onChange }: { at: string; onChange: (at: string) => void }) {
  const t = useT()
  const { timeZone, zoneName } = useFormats()
  const shown = wallClock(at, timeZone)
  const [text, setText] = useState(shown)
  const change = useRef(onChange)
  change.current = onChange
  useEffect(() => setText(shown), [shown])
  useEffect(() => {
    const typed = instantAt(text, timeZone)
    if (typed === null || text === shown) return
    const timer = setTimeout(() => change.current(typed), TYPED_AFTER_MS)
    return () => clearTimeout(timer)
  }, [text, shown, timeZone])
  return (
    <TextInput
      type="datetime-local"
      size="xs"
      className={css.momentInput}
      aria-label={t('segments.moment.at', { zone: zoneName() })}
      title={t('segments.moment.at', { zone: zoneName() })}
      value={text}
      max={wallClock(Date.now(), timeZone)}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  )
}
