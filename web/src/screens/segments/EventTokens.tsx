import { useLanguage, useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { NumberValue } from './NumberValue.tsx'
import { PickToken } from './PickToken.tsx'
import { TIMES_OPS, type Times } from './rule.ts'
import { timesWords } from './words.ts'

type TimesTokenProps = { times: Times; onChange: (next: Times) => void }

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
export function TimesToken({ times, onChange }: TimesTokenProps) {
  const t = useT()
  const language = useLanguage()
  const common = COMMON_TIMES.some((each) => keyOf(each) === keyOf(times))
  if (!common) {
    return (
      <span className={css.inline}>
        <CountTokens times={times} onChange={onChange} />
        {t('segments.times.unit')}
      </span>
    )
  }
  const options = COMMON_TIMES.map((each) => ({
    value: keyOf(each),
    label: timesWords(each, language),
  }))
  return (
    <PickToken
      label={t('segments.times')}
      value={keyOf(times)}
      options={[...options, { value: CUSTOM, label: t('segments.times.custom') }]}
      onChange={(key) =>
        onChange(key === CUSTOM ? { op: 'atLeast', count: 10 } : (JSON.parse(key) as Times))
      }
    />
  )
}

/** "au moins" and a number; a number that is not typed yet is -1. */
export function CountTokens({ times, onChange }: TimesTokenProps) {
  const t = useT()
  return (
    <>
      <PickToken
        label={t('segments.times')}
        value={times.op}
        options={TIMES_OPS.map((op) => ({ value: op, label: t(`segments.times.${op}`) }))}
        onChange={(op) => onChange({ ...times, op: op as Times['op'] })}
      />
      <NumberValue
        label={t('segments.times')}
        value={times.count < 0 ? undefined : times.count}
        min={0}
        onChange={(count) => onChange({ ...times, count: count ?? -1 })}
      />
    </>
  )
}
