import { CloseButton } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { EventFilters, EventPick, PropertyPick } from './EventParts.tsx'
import { useEditor } from './editor.ts'
import { PeriodToken, WindowFields } from './PeriodToken.tsx'
import { PickToken } from './PickToken.tsx'
import type { Events, SequenceCondition } from './rule.ts'
import {
  addStep,
  partsOf,
  removeStep,
  STEPS_MAX,
  setLast,
  setSame,
  setWithout,
} from './sequence.ts'

type LineProps = {
  condition: SequenceCondition
  onChange: (next: SequenceCondition) => void
}

/** One event after another, the last of them possibly missing. */
export function SequenceLine({ condition, onChange, bad }: LineProps & { bad: boolean }) {
  const t = useT()
  const { canEdit } = useEditor()
  const { sequence, within, begun = null } = condition
  const set = (index: number, events: Events) =>
    onChange({ ...condition, sequence: sequence.map((each, n) => (n === index ? events : each)) })
  return (
    <>
      {sequence.map((events, index) => (
        <Step
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the sequence
          key={index}
          word={
            index === 0 ? (
              t('segments.did.yes')
            ) : index === sequence.length - 1 ? (
              <LastWord condition={condition} onChange={onChange} />
            ) : (
              t('segments.sequence.then')
            )
          }
          events={events}
          bad={bad}
          onChange={(next) => set(index, next)}
          after={
            index === 0 ? (
              <PeriodToken
                label={t('segments.sequence.begun')}
                period={begun}
                onChange={(next) => onChange({ ...condition, begun: next })}
              />
            ) : index === sequence.length - 1 ? (
              <>
                {t('segments.sequence.within')}
                <WindowFields
                  label={t('segments.sequence.length')}
                  window={within}
                  onChange={(next) => onChange({ ...condition, within: next })}
                />
              </>
            ) : null
          }
          onRemove={
            canEdit && sequence.length > 2 ? () => onChange(removeStep(condition, index)) : null
          }
        />
      ))}
      <Without condition={condition} onChange={onChange} bad={bad} />
      <Same condition={condition} onChange={onChange} />
      {canEdit && sequence.length < STEPS_MAX && (
        <Adder label={t('segments.sequence.add')} onAdd={() => onChange(addStep(condition))} />
      )}
    </>
  )
}

function Adder({ label, onAdd }: { label: string; onAdd: () => void }) {
  return (
    <button type="button" className={css.addWhere} onClick={onAdd}>
      <IconPlus size={14} aria-hidden />
      {label}
    </button>
  )
}

/** « puis », or « et n’a pas fait ». */
function LastWord({ condition, onChange }: LineProps) {
  const t = useT()
  const missing = condition.missing === true
  return (
    <PickToken
      label={t('segments.sequence.last')}
      className={css.word}
      plain
      value={missing ? 'missing' : 'then'}
      options={[
        { value: 'then', label: t('segments.sequence.then') },
        { value: 'missing', label: t('segments.sequence.missing') },
      ]}
      onChange={(next) => onChange(setLast(condition, next === 'missing' ? 'missing' : 'then'))}
    >
      {t(missing ? 'segments.sequence.missing' : 'segments.sequence.then')}
    </PickToken>
  )
}

type StepProps = {
  word: ReactNode
  events: Events
  bad: boolean
  onChange: (next: Events) => void
  after?: ReactNode
  onRemove: (() => void) | null
}

function Step({ word, events, bad, onChange, after, onRemove }: StepProps) {
  const t = useT()
  const { names } = useEditor()
  const name = events.did ? names.event(events.did) : ''
  return (
    <div className={css.where}>
      <span className={css.whereWord}>{word}</span>
      <EventPick events={events} any bad={bad && events.did === ''} onChange={onChange} />
      {after}
      {onRemove && (
        <CloseButton
          size={24}
          aria-label={t('segments.sequence.remove', { event: name })}
          onClick={onRemove}
        />
      )}
      <EventFilters events={events} onChange={onChange} />
    </div>
  )
}

/** The events of which none may come in between. */
function Without({ condition, onChange, bad }: LineProps & { bad: boolean }) {
  const t = useT()
  const { canEdit } = useEditor()
  const { without } = condition
  if (!without) {
    if (!canEdit) return null
    const add = () => onChange(setWithout(condition, { did: '' }))
    return <Adder label={t('segments.sequence.without.add')} onAdd={add} />
  }
  return (
    <Step
      word={t('segments.sequence.without')}
      events={without}
      bad={bad}
      onChange={(next) => onChange(setWithout(condition, next))}
      after={t('segments.sequence.between')}
      onRemove={canEdit ? () => onChange(setWithout(condition, null)) : null}
    />
  )
}

/** The property of each event that has the same value in all of them. */
function Same({ condition, onChange }: LineProps) {
  const t = useT()
  const { canEdit, names } = useEditor()
  const { same } = condition
  const parts = partsOf(condition)
  if (!same) {
    if (!canEdit) return null
    const add = () =>
      onChange(
        setSame(
          condition,
          parts.map(() => ''),
        ),
      )
    return <Adder label={t('segments.sequence.same.add')} onAdd={add} />
  }
  return (
    <div className={css.where}>
      <span className={css.whereWord}>{t('segments.sequence.same')}</span>
      {parts.map(({ did }, index) => (
        <PropertyPick
          // biome-ignore lint/suspicious/noArrayIndexKey: a property belongs to the event there
          key={index}
          label={`${t('segments.property')}, ${did ? names.event(did) : index + 1}`}
          of={{ event: did }}
          property={same[index] ?? ''}
          onChange={(path) =>
            onChange(
              setSame(
                condition,
                parts.map((_, n) => (n === index ? path : (same[n] ?? ''))),
              ),
            )
          }
        />
      ))}
      {canEdit && (
        <CloseButton
          size={24}
          aria-label={t('segments.sequence.same.remove')}
          onClick={() => onChange(setSame(condition, null))}
        />
      )}
    </div>
  )
}
