import { Autocomplete, NumberInput, TagsInput, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { useTraitValues } from '../people/api.ts'
import css from './builder.module.css'
import { isDays, operandOf, type ValueKind } from './ops.ts'
import type { Op, Value } from './rule.ts'

type ValueTokenProps = {
  /** Names the field for screen readers. */
  label: string
  op: Op
  value: Value
  kind: ValueKind
  /** Where suggestions come from: a trait key, or values already known. */
  suggest: { trait: string } | { values: readonly (string | number | boolean)[] }
  onChange: (value: Value) => void
}

/** The control for the value of a comparison, by what its operator needs. */
export function ValueToken(props: ValueTokenProps) {
  const { op, value, kind, label, onChange } = props
  const t = useT()
  switch (operandOf(op)) {
    case 'none':
      return null
    case 'many':
      return <ManyValues {...props} />
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
    case 'days':
      return (
        <span className={css.inline}>
          <NumberValue
            label={label}
            value={isDays(value) ? value.days : undefined}
            onChange={(days) => onChange({ days: days ?? 0 })}
          />
          {t('segments.days')}
        </span>
      )
    default:
      return kind === 'number' ? (
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

function useSuggestions(suggest: ValueTokenProps['suggest'], text: string): string[] {
  const [asked] = useDebouncedValue(text, 200)
  const trait = 'trait' in suggest ? suggest.trait : ''
  const values = useTraitValues(trait, asked)
  if ('values' in suggest) return suggest.values.map(String)
  return (values.data ?? []).map((each) => String(each.value))
}

/** Each value once: the list of suggestions refuses doubles. */
const distinct = (values: string[]) => [...new Set(values)].slice(0, 50)

function OneValue({ label, value, suggest, onChange }: ValueTokenProps) {
  const t = useT()
  const text = value === undefined ? '' : String(value)
  const data = useSuggestions(suggest, text)
  return (
    <Autocomplete
      classNames={{ input: css.valueInput }}
      style={{ '--chars': Math.max(6, text.length + 2) }}
      comboboxProps={{ width: 240, position: 'bottom-start' }}
      aria-label={label}
      placeholder={t('segments.value')}
      value={text}
      data={distinct(data)}
      onChange={(next) => onChange(next === '' ? undefined : next)}
    />
  )
}

function ManyValues({ label, value, suggest, kind, onChange }: ValueTokenProps) {
  const t = useT()
  const [search, setSearch] = useState('')
  const chosen = Array.isArray(value) ? value.map(String) : []
  const data = useSuggestions(suggest, search)
  const typed = (text: string) => (kind === 'number' && text !== '' ? Number(text) : text)
  return (
    <TagsInput
      classNames={{ input: css.tagsInput, pill: css.pill, inputField: css.tagsField }}
      comboboxProps={{ width: 240, position: 'bottom-start' }}
      aria-label={label}
      placeholder={chosen.length === 0 ? t('segments.value') : ''}
      value={chosen}
      data={distinct(data)}
      searchValue={search}
      onSearchChange={setSearch}
      onChange={(next) => onChange(next.map(typed))}
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

type NumberValueProps = {
  label: string
  value: number | undefined
  onChange: (value: number | undefined) => void
  min?: number
}

/** A number, typed with the separators of the language. */
export function NumberValue({ label, value, onChange, min }: NumberValueProps) {
  const format = useFormats()
  const french = format.language === 'fr'
  return (
    <NumberInput
      classNames={{ input: css.valueInput }}
      style={{ '--chars': Math.max(4, String(value ?? '').length + 3) }}
      hideControls
      aria-label={label}
      value={value ?? ''}
      {...(min === undefined ? {} : { min })}
      decimalSeparator={french ? ',' : '.'}
      thousandSeparator={french ? '\u00a0' : ','}
      onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
    />
  )
}
