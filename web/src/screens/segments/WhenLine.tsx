import { CloseButton } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useLanguage, useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { useEditor } from './editor.ts'
import { PickToken } from './PickToken.tsx'
import type { When } from './rule.ts'
import {
  DAY_CHOICES,
  type DayChoice,
  dayChoice,
  dayWords,
  HOURS,
  hourWords,
  toggled,
  WEEKDAYS,
  weekdayWords,
  withDays,
  withHours,
} from './when.ts'

type WhenProps = { when: When; onChange: (next: When) => void }

type WhenLineProps = { when: When | undefined; onChange: (next: When | undefined) => void }

/** At which moment the events took place, on a line of its own; a button while at any. */
export function WhenLine({ when, onChange }: WhenLineProps) {
  const t = useT()
  const { canEdit } = useEditor()
  if (!when) {
    if (!canEdit) return null
    return (
      <button type="button" className={css.addWhere} onClick={() => onChange({ day: 'workday' })}>
        <IconPlus size={14} aria-hidden />
        {t('segments.when.add')}
      </button>
    )
  }
  return (
    <div className={css.where}>
      <span className={css.whereWord}>{t('segments.when')}</span>
      <Days when={when} onChange={onChange} />
      <Hours when={when} onChange={onChange} />
      {canEdit && (
        <CloseButton
          size={24}
          aria-label={t('segments.when.remove')}
          onClick={() => onChange(undefined)}
        />
      )}
    </div>
  )
}

function Days({ when, onChange }: WhenProps) {
  const t = useT()
  const language = useLanguage()
  const words = (choice: DayChoice) =>
    choice === 'any' || choice === 'weekdays'
      ? t(`segments.when.day.${choice}`)
      : dayWords(choice, language)
  return (
    <>
      <PickToken
        label={t('segments.when.day')}
        value={dayChoice(when)}
        options={DAY_CHOICES.map((choice) => ({ value: choice, label: words(choice) }))}
        onChange={(choice) => onChange(withDays(when, choice as DayChoice))}
      />
      {when.weekdays && <Weekdays when={when} onChange={onChange} />}
    </>
  )
}

/** The days of the week as buttons that are pressed or not. */
function Weekdays({ when, onChange }: WhenProps) {
  const t = useT()
  const language = useLanguage()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row
    <span role="group" aria-label={t('segments.when.day.weekdays')} className={css.inline}>
      {WEEKDAYS.map((day) => (
        <button
          key={day}
          type="button"
          className={css.token}
          aria-pressed={when.weekdays?.includes(day) === true}
          onClick={() => onChange(toggled(when, day))}
        >
          {weekdayWords(day, language)}
        </button>
      ))}
    </span>
  )
}

/** Shops and offices: what hours begin with. */
const OPEN = { from: 9, to: 18 }

function Hours({ when, onChange }: WhenProps) {
  const t = useT()
  const language = useLanguage()
  const { hours } = when
  const pick = (key: 'from' | 'to', choices: readonly number[]) =>
    hours && (
      <PickToken
        label={t(`segments.when.${key}`)}
        value={String(hours[key])}
        options={choices.map((hour) => ({
          value: String(hour),
          label: hourWords(hour, language),
        }))}
        onChange={(hour) => onChange(withHours(when, { ...hours, [key]: Number(hour) }))}
      />
    )
  return (
    <>
      <PickToken
        label={t('segments.when.hours')}
        value={hours ? 'between' : 'any'}
        options={(['any', 'between'] as const).map((each) => ({
          value: each,
          label: t(`segments.when.hours.${each}`),
        }))}
        onChange={(next) => onChange(withHours(when, next === 'between' ? OPEN : null))}
      />
      {pick('from', HOURS)}
      {hours && t('segments.and')}
      {pick(
        'to',
        HOURS.map((hour) => hour + 1),
      )}
    </>
  )
}
