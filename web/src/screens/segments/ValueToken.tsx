import { Autocomplete, type ComboboxParsedItem, TagsInput, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { type EventProperty, usePropertyValues, useTraitValues } from '../people/api.ts'
import css from './builder.module.css'
import { matches } from './fields.ts'
import { NumberValue } from './NumberValue.tsx'
import { isAround, isWindow, operandOf, type ValueKind, valuesTyped } from './ops.ts'
import { WindowFields } from './PeriodToken.tsx'
import type { Op, Scalar, Value } from './rule.ts'

type ValueTokenProps = {
  /** Names the field for screen readers. */
  label: string
  op: Op
  value: Value
  kind: ValueKind
  /** Where suggestions come from: a trait, a property of events, or values already known. */
  suggest: { trait: string } | EventProperty | { values: readonly Scalar[] }
  onChange: (value: Value) => void
}

/** The control for the value of a comparison, by what its operator needs. */
export function ValueToken(props: ValueTokenProps) {
  const { op, value, kind, label, onChange } = props
  switch (operandOf(op)) {
    case 'none':
      return null
    case 'many':
      return <ManyValues {...props} />
    case 'texts':
      return <ManyValues {...props} kind="string" />
    case 'text':
      return <OneValue {...props} />
    case 'pair':
      return <PairValue {...props} />
    case 'date':
      return (
        <TextInput
          type="date"
          classNames={{ input: css.valueInput }}
          aria-label={label}
          value={typeof value === 'string' ? value.slice(0, 10) : ''}
          onChange={(event) => onChange(event.currentTarget.value || undefined)}
        />
      )
    case 'window':
      return (
        <WindowFields
          label={label}
          window={isWindow(value) ? value : { days: 0 }}
          onChange={onChange}
        />
      )
    case 'around':
      return <AroundValue {...props} />
    case 'number':
      return (
        <NumberValue
          label={label}
          value={typeof value === 'number' ? value : undefined}
          onChange={onChange}
        />
      )
    default:
      // A number stays one though the field is not known, or known as a text.
      return typeof value === 'number' || (kind === 'number' && value === undefined) ? (
        <NumberValue
          label={label}
          value={typeof value === 'number' ? value : undefined}
          onChange={onChange}
        />
      ) : (
        <OneValue {...props} />
      )
  }
}

type Suggested = { value: string; count: number | null }

/** Each value once: the list of suggestions refuses doubles. */
function useSuggestions(suggest: ValueTokenProps['suggest'], text: string): Suggested[] {
  const [asked] = useDebouncedValue(text, 200)
  const trait = 'trait' in suggest ? suggest.trait : ''
  const told = 'event' in suggest ? suggest : NO_PROPERTY
  const values = useTraitValues(trait, asked)
  const ofEvents = usePropertyValues(told, asked)
  const known = (trait ? values.data : ofEvents.data) ?? []
  const found =
    'values' in suggest
      ? suggest.values
          .map((value): Suggested => ({ value: String(value), count: null }))
          .filter(({ value }) => matches(text, value))
      : known.map(({ value, count }): Suggested => ({ value: String(value), count }))
  return [...new Map(found.map((each) => [each.value, each])).values()].slice(0, SUGGESTED_MAX)
}

const SUGGESTED_MAX = 50
const NO_PROPERTY: EventProperty = { event: '', property: '' }

const keepAll = ({ options }: { options: ComboboxParsedItem[] }) => options

/** A value with how many people have it. */
function useValueOptions(found: readonly Suggested[]) {
  const format = useFormats()
  const counts = new Map(found.map((each) => [each.value, each.count]))
  return {
    data: found.map((each) => each.value),
    // They are found already, and accents and case are no matter there.
    filter: keepAll,
    renderOption: ({ option }: { option: { value: string } }) => {
      const count = counts.get(option.value)
      return (
        <span className={css.option}>
          <span className="ellipsis">{option.value}</span>
          {typeof count === 'number' && <span className="meta">{format.number(count)}</span>}
        </span>
      )
    },
  }
}

function OneValue({ label, value, suggest, onChange }: ValueTokenProps) {
  const t = useT()
  const text = value === undefined ? '' : String(value)
  return (
    <Autocomplete
      classNames={{ input: css.valueInput }}
      style={{ '--chars': Math.max(6, text.length + 2) }}
      comboboxProps={{ width: 240, position: 'bottom-start' }}
      aria-label={label}
      placeholder={t('segments.value')}
      value={text}
      {...useValueOptions(useSuggestions(suggest, text))}
      onChange={(next) => onChange(next === '' ? undefined : next)}
    />
  )
}

function ManyValues({ label, value, suggest, kind, onChange }: ValueTokenProps) {
  const t = useT()
  const [search, setSearch] = useState('')
  const chosen = Array.isArray(value) ? value.map(String) : []
  return (
    <TagsInput
      classNames={{ input: css.tagsInput, pill: css.pill, inputField: css.tagsField }}
      comboboxProps={{ width: 240, position: 'bottom-start' }}
      aria-label={label}
      placeholder={chosen.length === 0 ? t('segments.value') : ''}
      value={chosen}
      {...useValueOptions(useSuggestions(suggest, search))}
      searchValue={search}
      onSearchChange={setSearch}
      onChange={(next) => onChange(valuesTyped(next, Array.isArray(value) ? value : [], kind))}
    />
  )
}

function PairValue({ label, value, onChange }: ValueTokenProps) {
  const t = useT()
  const pair = Array.isArray(value) ? value : []
  const at = (index: number) => (typeof pair[index] === 'number' ? pair[index] : undefined)
  const set = (index: 0 | 1, next: number | undefined) => {
    const both = [at(0), at(1)]
    both[index] = next
    onChange(both as number[])
  }
  return (
    <span className={css.inline}>
      <NumberValue label={`${label}, min`} value={at(0)} onChange={(next) => set(0, next)} />
      {t('segments.and')}
      <NumberValue label={`${label}, max`} value={at(1)} onChange={(next) => set(1, next)} />
    </span>
  )
}

/** Days before and after an anniversary; one that is not typed yet is -1. */
function AroundValue({ label, value, onChange }: ValueTokenProps) {
  const t = useT()
  const { before, after } = isAround(value) ? value : { before: -1, after: -1 }
  const shown = (days: number) => (days < 0 ? undefined : days)
  return (
    <span className={css.inline}>
      {t('segments.around.before')}
      <NumberValue
        label={`${label}, ${t('segments.around.before')}`}
        value={shown(before)}
        min={0}
        onChange={(next) => onChange({ before: next ?? -1, after })}
      />
      {t('segments.around.after')}
      <NumberValue
        label={`${label}, ${t('segments.around.after')}`}
        value={shown(after)}
        min={0}
        onChange={(next) => onChange({ before, after: next ?? -1 })}
      />
      {t('segments.around.end')}
    </span>
  )
}
