import { TextInput } from '@mantine/core'
import { useLanguage, useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { NumberValue } from './NumberValue.tsx'
import { type PickOption, PickToken } from './PickToken.tsx'
import {
  CALENDAR_UNITS,
  type CalendarUnit,
  type Dates,
  isRolling,
  type Previous,
  type Window,
  type Within,
} from './rule.ts'
import { earlierWords, type Language, windowOf, withinWords } from './words.ts'

const COMMON: Within[] = [
  { hours: 1 },
  { hours: 24 },
  { days: 7 },
  { days: 14 },
  { days: 30 },
  { days: 90 },
  { days: 365 },
  null,
]
const CURRENT: Within[] = CALENDAR_UNITS.map((unit) => ({ this: unit }))
const EARLIER: Within[] = CALENDAR_UNITS.map((unit) => ({ previous: unit }))

const keyOf = (value: unknown) => JSON.stringify(value)

/** What each form that is typed begins with. */
const FORMS: Record<string, Within> = {
  length: { days: 60 },
  complete: { previous: 'month', count: 3 },
  dates: { from: '' },
}

/** The form of a period that is in no list. */
function formOf(period: NonNullable<Within>): keyof typeof FORMS {
  if ('previous' in period || 'this' in period) return 'complete'
  return isRolling(period) ? 'length' : 'dates'
}

type PeriodTokenProps = {
  label: string
  period: Within
  onChange: (next: Within) => void
}

/** Over which period: the usual ones, a part of the calendar, any length, dates, or ever. */
export function PeriodToken({ label, period, onChange }: PeriodTokenProps) {
  const t = useT()
  const language = useLanguage()
  const option = (group: string) => (each: Within) => ({
    value: keyOf(each),
    label: withinWords(each, language),
    group,
  })
  const options: PickOption[] = [
    ...COMMON.map(option('')),
    ...CURRENT.map(option(t('segments.period.current'))),
    ...EARLIER.map(option(t('segments.period.previous'))),
    { value: 'length', label: t('segments.window.custom'), group: t('segments.period.other') },
    { value: 'complete', label: t('segments.period.complete'), group: t('segments.period.other') },
    { value: 'dates', label: t('segments.period.dates'), group: t('segments.period.other') },
  ]
  const listed = period === null || options.some((each) => each.value === keyOf(period))
  const form = listed ? null : formOf(period)
  return (
    <span className={css.inline}>
      <PickToken
        label={label}
        value={form ?? keyOf(period)}
        options={options}
        onChange={(key) => onChange(FORMS[key] ?? (JSON.parse(key) as Within))}
      >
        {form && t(`segments.period.form.${form as 'length' | 'complete' | 'dates'}`)}
      </PickToken>
      {form && period && <Fields label={label} period={period} onChange={onChange} />}
    </span>
  )
}

type FieldsProps = {
  label: string
  period: NonNullable<Within>
  onChange: (next: Within) => void
}

function Fields({ label, period, onChange }: FieldsProps) {
  const language = useLanguage()
  if ('this' in period) return null
  if ('previous' in period) {
    return <EarlierFields {...{ label, period, onChange, language }} />
  }
  if (isRolling(period)) return <WindowFields label={label} window={period} onChange={onChange} />
  return <DateFields {...{ label, period, onChange }} />
}

type EarlierFieldsProps = {
  label: string
  period: Previous
  onChange: (next: Within) => void
  language: Language
}

function EarlierFields({ label, period, onChange, language }: EarlierFieldsProps) {
  const t = useT()
  return (
    <>
      <NumberValue
        label={label}
        value={period.count ? period.count : undefined}
        min={0}
        onChange={(count) => onChange({ ...period, count: count ?? 0 })}
      />
      <PickToken
        label={t('segments.window.unit')}
        value={period.previous}
        options={CALENDAR_UNITS.map((unit) => ({
          value: unit,
          label: earlierWords(unit, language),
        }))}
        onChange={(unit) => onChange({ ...period, previous: unit as CalendarUnit })}
      />
    </>
  )
}

type DateFieldsProps = { label: string; period: Dates; onChange: (next: Within) => void }

/** From a day on, up to a day, or both; the second day itself is left out. */
function DateFields({ label, period, onChange }: DateFieldsProps) {
  const t = useT()
  const set = (key: 'from' | 'to', date: string) => {
    const { [key]: _, ...other } = period
    const kept = Object.fromEntries(Object.entries(other).filter(([, day]) => day !== ''))
    // One of the two stays, even empty: it is what makes these dates.
    const next = date === '' && Object.keys(kept).length > 0 ? kept : { ...kept, [key]: date }
    onChange(next as Dates)
  }
  const field = (key: 'from' | 'to', words: string) => (
    <>
      {words}
      <TextInput
        type="date"
        classNames={{ input: css.valueInput }}
        aria-label={`${label}, ${words}`}
        value={period[key]?.slice(0, 10) ?? ''}
        onChange={(event) => set(key, event.currentTarget.value)}
      />
    </>
  )
  return (
    <>
      {field('from', t('segments.period.from'))}
      {field('to', t('segments.period.to'))}
    </>
  )
}

type WindowFieldsProps = { label: string; window: Window; onChange: (next: Window) => void }

/** A length of time: a number and its unit. */
export function WindowFields({ label, window, onChange }: WindowFieldsProps) {
  const t = useT()
  const { unit, count } = windowOf(window)
  const set = (nextUnit: string, next: number) => onChange({ [nextUnit]: next } as Window)
  return (
    <span className={css.inline}>
      <NumberValue
        label={label}
        value={count > 0 ? count : undefined}
        min={0}
        onChange={(next) => set(unit, next ?? 0)}
      />
      <PickToken
        label={t('segments.window.unit')}
        value={unit}
        options={(['days', 'hours', 'minutes'] as const).map((each) => ({
          value: each,
          label: t(`segments.window.${each}`),
        }))}
        onChange={(next) => set(next, count)}
      />
    </span>
  )
}
