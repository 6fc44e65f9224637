import { useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { EventFilters, EventPick } from './EventParts.tsx'
import { TimesToken } from './EventTokens.tsx'
import { PeriodToken } from './PeriodToken.tsx'
import { PickToken } from './PickToken.tsx'
import { type EventCondition, isNever } from './rule.ts'

type EventLineProps = {
  condition: EventCondition
  onChange: (next: EventCondition) => void
  bad: boolean
}

/** Done or not done, which event, how often, over how long, and where its properties are so. */
export function EventLine({ condition, onChange, bad }: EventLineProps) {
  const t = useT()
  const never = isNever(condition)
  const { times = { op: 'atLeast', count: 1 }, within = null } = condition
  return (
    <>
      <PickToken
        label={t('segments.did')}
        className={css.word}
        plain
        value={never ? 'never' : 'did'}
        options={[
          { value: 'did', label: t('segments.did.yes') },
          { value: 'never', label: t('segments.did.never') },
        ]}
        onChange={(next) =>
          onChange({
            ...condition,
            times: next === 'never' ? { op: 'atMost', count: 0 } : { op: 'atLeast', count: 1 },
          })
        }
      >
        {t(never ? 'segments.did.never' : 'segments.did.yes')}
      </PickToken>
      <EventPick events={condition} bad={bad && !condition.did} onChange={onChange} />
      {!never && (
        <TimesToken times={times} onChange={(next) => onChange({ ...condition, times: next })} />
      )}
      <PeriodToken
        label={t('segments.window')}
        period={within}
        onChange={(next) => onChange({ ...condition, within: next })}
      />
      <EventFilters events={condition} onChange={onChange} />
    </>
  )
}
