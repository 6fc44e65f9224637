import { useLanguage, useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { PickToken } from './PickToken.tsx'
import type { EventCondition, Times, Within } from './rule.ts'
import { NumberValue } from './ValueToken.tsx'
import { timesWords, windowOf, withinWords } from './words.ts'

type EventTokenProps = { condition: EventCondition; onChange: (next: EventCondition) => void }

const COMMON_TIMES: Times[] = [
  { op: 'atLeast', count: 1 },
  { op: 'atLeast', count: 2 },
  { op: 'atLeast', count: 3 },
  { op: 'atLeast', count: 5 },
  { op: 'exactly', count: 1 },
  { op: 'atMost', count: 1 },
]

const keyOf = (value: unknown) => JSON.stringify(value)
const CUSTOM = 'custom'

/** How often: the usual choices, or any number. */
export function TimesToken({ condition, onChange }: EventTokenProps) {
  const t = useT()
  const language = useLanguage()
  const times = condition.times ?? { op: 'atLeast', count: 1 }
  const common = COMMON_TIMES.some((each) => keyOf(each) === keyOf(times))
  const options = COMMON_TIMES.map((each) => ({
    value: keyOf(each),
    label: timesWords(each, language),
  }))
  const operators = (['atLeast', 'atMost', 'exactly'] as const).map((op) => ({
    value: op,
    label: t(`segments.times.${op}`),
  }))
  if (common) {
    return (
      <PickToken
        label={t('segments.times')}
        value={keyOf(times)}
        options={[...options, { value: CUSTOM, label: t('segments.times.custom') }]}
        onChange={(key) =>
          onChange({
            ...condition,
            times: key === CUSTOM ? { op: 'atLeast', count: 10 } : (JSON.parse(key) as Times),
          })
        }
      />
    )
  }
  return (
    <span className={css.inline}>
      <PickToken
        label={t('segments.times')}
        value={times.op}
        options={operators}
        onChange={(op) => onChange({ ...condition, times: { ...times, op: op as Times['op'] } })}
      />
      <NumberValue
        label={t('segments.times')}
        value={times.count < 0 ? undefined : times.count}
        min={0}
        onChange={(count) => onChange({ ...condition, times: { ...times, count: count ?? -1 } })}
      />
      {t('segments.times.unit')}
    </span>
  )
}

const COMMON_WINDOWS: Within[] = [
  { hours: 1 },
  { hours: 24 },
  { days: 7 },
  { days: 14 },
  { days: 30 },
  { days: 90 },
  { days: 365 },
  null,
]

/** Over how long: the usual windows, any number of days, hours or minutes, or ever. */
export function WindowToken({ condition, onChange }: EventTokenProps) {
  const t = useT()
  const language = useLanguage()
  const within = condition.within ?? null
  const common = COMMON_WINDOWS.some((each) => keyOf(each) === keyOf(within))
  const window = windowOf(within)
  if (common || !window) {
    const options = COMMON_WINDOWS.map((each) => ({
      value: keyOf(each),
      label: withinWords(each, language),
    }))
    return (
      <PickToken
        label={t('segments.window')}
        value={keyOf(within)}
        options={[...options, { value: CUSTOM, label: t('segments.window.custom') }]}
        onChange={(key) =>
          onChange({
            ...condition,
            within: key === CUSTOM ? { days: 60 } : (JSON.parse(key) as Within),
          })
        }
      />
    )
  }
  const set = (unit: string, count: number) =>
    onChange({ ...condition, within: { [unit]: count } as Within })
  return (
    <span className={css.inline}>
      {t('segments.window.on')}
      <NumberValue
        label={t('segments.window')}
        value={window.count > 0 ? window.count : undefined}
        min={0}
        onChange={(count) => set(window.unit, count ?? 0)}
      />
      <PickToken
        label={t('segments.window.unit')}
        value={window.unit}
        options={(['days', 'hours', 'minutes'] as const).map((unit) => ({
          value: unit,
          label: t(`segments.window.${unit}`),
        }))}
        onChange={(unit) => set(unit, window.count)}
      />
    </span>
  )
}
