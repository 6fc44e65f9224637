import { Radio } from '@mantine/core'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import type { Diff, Effects } from './api.ts'
import css from './builder.module.css'

type EffectsChoiceProps = {
  diff: Diff
  value: Effects
  onChange: (effects: Effects) => void
}

/** Whether destinations are told of those who enter or leave by the change itself. */
export function EffectsChoice({ diff, value, onChange }: EffectsChoiceProps) {
  const t = useT()
  const format = useFormats()
  const told = diff.destinations.filter((each) => each.enabled && each.entered + each.left > 0)
  // Where nobody would be told anything, there is nothing to choose.
  if (told.length === 0) return null
  return (
    <Radio.Group
      label={t('segments.effects')}
      value={value}
      onChange={(next) => onChange(next === 'fire' ? 'fire' : 'none')}
    >
      <div className={css.effects}>
        <Radio value="none" label={t('segments.effects.none')} />
        <Radio value="fire" label={t('segments.effects.fire')} />
      </div>
      <ul className={css.told}>
        {told.map((each) => (
          <li key={each.id}>
            {t('segments.effects.told', {
              name: each.name,
              entered: format.number(each.entered),
              left: format.number(each.left),
            })}
          </li>
        ))}
      </ul>
    </Radio.Group>
  )
}
