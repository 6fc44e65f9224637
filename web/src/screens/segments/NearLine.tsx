import { useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { useEditor } from './editor.ts'
import { placesOf } from './fields.ts'
import { NumberValue } from './NumberValue.tsx'
import { PickToken } from './PickToken.tsx'
import type { NearCondition } from './rule.ts'

type NearLineProps = {
  condition: NearCondition
  onChange: (next: NearCondition) => void
  bad: boolean
}

/** Within so many kilometres of a point. */
export function NearLine({ condition, onChange, bad }: NearLineProps) {
  const t = useT()
  const { fields, names } = useEditor()
  const { near, km } = condition
  const places = [...new Set([...placesOf(fields), ...(near ? [near] : [])])]
  const number = (key: 'latitude' | 'longitude') => (
    <NumberValue
      label={t(`segments.near.${key}`)}
      value={condition[key]}
      onChange={(next) => onChange({ ...condition, [key]: next })}
    />
  )
  return (
    <>
      <PickToken
        label={t('segments.field')}
        strong
        bad={bad && !near}
        value={near}
        options={places.map((key) => ({ value: key, label: names.trait(key) }))}
        onChange={(next) => onChange({ ...condition, near: next })}
      />
      <span className={css.inline}>
        {t('segments.near.within')}
        <NumberValue
          label={t('segments.near.km')}
          value={km}
          min={0}
          onChange={(next) => onChange({ ...condition, km: next })}
        />
        {t('segments.near.of')}
        {number('latitude')}
        {number('longitude')}
      </span>
    </>
  )
}
