import { useLanguage, useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { EventFilters, EventPick } from './EventParts.tsx'
import { CountTokens } from './EventTokens.tsx'
import { NumberValue } from './NumberValue.tsx'
import { PickToken } from './PickToken.tsx'
import { ACTIVE_UNITS, type ActiveCondition, type ActiveUnit } from './rule.ts'
import { differentWords, lastWords } from './words.ts'

type ActiveLineProps = {
  condition: ActiveCondition
  onChange: (next: ActiveCondition) => void
  bad: boolean
}

/** On how many different days, weeks or months of the last ones. */
export function ActiveLine({ condition, onChange, bad }: ActiveLineProps) {
  const t = useT()
  const language = useLanguage()
  const { active, unit, times, last } = condition
  return (
    <>
      {t('segments.did.yes')}
      <EventPick
        events={active}
        any
        bad={bad && active.did === ''}
        onChange={(next) => onChange({ ...condition, active: next })}
      />
      <span className={css.inline}>
        {t('segments.active.on')}
        <CountTokens times={times} onChange={(next) => onChange({ ...condition, times: next })} />
        <PickToken
          label={t('segments.window.unit')}
          value={unit}
          options={ACTIVE_UNITS.map((each) => ({
            value: each,
            label: differentWords(each, language),
          }))}
          onChange={(next) => onChange({ ...condition, unit: next as ActiveUnit })}
        />
      </span>
      <span className={css.inline}>
        {t('segments.active.last')}
        <NumberValue
          label={t('segments.window')}
          value={last > 0 ? last : undefined}
          min={0}
          onChange={(next) => onChange({ ...condition, last: next ?? 0 })}
        />
        {lastWords(unit, language)}
      </span>
      <EventFilters events={active} onChange={(next) => onChange({ ...condition, active: next })} />
    </>
  )
}
