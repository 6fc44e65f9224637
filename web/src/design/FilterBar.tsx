import { CloseButton, Menu, TextInput } from '@mantine/core'
import { IconCheck, IconChevronDown, IconSearch } from '@tabler/icons-react'
import { type ReactNode, useEffect, useState } from 'react'
import { useT } from '../i18n/i18n.ts'
import css from './FilterBar.module.css'

/** A line of search and filters; what it says lives in the URL. `end` is at the right. */
export function FilterBar({ children, end }: { children: ReactNode; end?: ReactNode }) {
  return (
    <div className={css.bar}>
      {children}
      {end && <div className={css.end}>{end}</div>}
    </div>
  )
}

type SearchFieldProps = {
  value: string
  onChange: (value: string) => void
  label: string
  width?: number
}

/** A search field that reports 250 ms after the last key. */
export function SearchField({ value, onChange, label, width = 260 }: SearchFieldProps) {
  const t = useT()
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text), 250)
    return () => clearTimeout(timer)
  }, [text, value, onChange])
  return (
    <TextInput
      className={css.search}
      style={{ '--search-width': `${width}px` }}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      placeholder={label}
      aria-label={label}
      leftSection={<IconSearch size={16} />}
      rightSection={
        text ? (
          <CloseButton size={24} aria-label={t('design.clear')} onClick={() => setText('')} />
        ) : null
      }
    />
  )
}

export type FilterOption = { value: string; label: string }
type FilterChipProps = {
  label: string
  /** The chosen value; empty = all. */
  value: string | undefined
  options: FilterOption[]
  /** The word for no choice: "toutes". */
  all: string
  onChange: (value: string | undefined) => void
  icon?: ReactNode
}

/** "Source : toutes ⌄": a menu of values; teal when a value is set. */
export function FilterChip({ label, value, options, all, onChange, icon }: FilterChipProps) {
  const t = useT()
  const chosen = options.find((option) => option.value === value)
  return (
    <Menu>
      <Menu.Target>
        <button type="button" className={`${css.chip} ${chosen ? css.set : ''}`}>
          {icon}
          <span>{t('design.filter', { label })}</span>
          <strong>{chosen?.label ?? value ?? all}</strong>
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={css.menu}>
        {[{ value: '', label: all }, ...options].map((option) => (
          <Menu.Item
            key={option.value}
            rightSection={option.value === (value ?? '') ? <IconCheck size={14} /> : null}
            onClick={() => onChange(option.value || undefined)}
          >
            {option.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

type FilterToggleProps = {
  on: boolean
  onChange: (on: boolean) => void
  icon?: ReactNode
  children: ReactNode
}

/** A filter that is on or off: "Inutilisés (3)". */
export function FilterToggle({ on, onChange, icon, children }: FilterToggleProps) {
  return (
    <button
      type="button"
      aria-pressed={on}
      className={`${css.chip} ${on ? css.set : ''}`}
      onClick={() => onChange(!on)}
    >
      {icon}
      {children}
    </button>
  )
}

/** A set filter that only goes away: "Hors robots ×". */
export function SetChip({ children, onClear }: { children: ReactNode; onClear: () => void }) {
  const t = useT()
  return (
    <span className={`${css.chip} ${css.set}`}>
      {children}
      <CloseButton size={20} iconSize={14} aria-label={t('design.clear')} onClick={onClear} />
    </span>
  )
}
