import { Combobox, useCombobox } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { matches } from './fields.ts'

export type PickOption = { value: string; label: string; note?: string; group?: string }

type PickTokenProps = {
  /** What is chosen here, for screen readers; said before what the token shows. */
  label: string
  value: string
  options: readonly PickOption[]
  onChange: (value: string) => void
  /** What the closed token shows; the chosen option's label by default. */
  children?: ReactNode
  strong?: boolean
  bad?: boolean
  /** Replaces the token's look, e.g. for a « + Condition » button. */
  className?: string | undefined
  plain?: boolean
}

/** Lists longer than this get a search field. */
const SEARCH_FROM = 9

/** A token that opens a list: fields, operators, windows. Works by keyboard, with a search. */
export function PickToken(props: PickTokenProps) {
  const { label, value, options, onChange, strong, bad, plain } = props
  const t = useT()
  const [search, setSearch] = useState('')
  const searchable = options.length >= SEARCH_FROM
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption()
      setSearch('')
    },
    onDropdownOpen: () => {
      if (searchable) combobox.focusSearchInput()
      else combobox.focusTarget()
      combobox.selectActiveOption()
    },
  })
  const chosen = options.find((each) => each.value === value)
  const shown = options.filter((each) => matches(search, each.label, each.value))
  const look = `${css.token} ${strong ? css.tokenStrong : ''} ${bad ? css.tokenBad : ''}`
  return (
    <Combobox
      store={combobox}
      width={260}
      position="bottom-start"
      onOptionSubmit={(next) => {
        onChange(next)
        combobox.closeDropdown()
      }}
    >
      <Combobox.Target targetType="button">
        <button
          type="button"
          className={props.className ?? look}
          onClick={() => combobox.toggleDropdown()}
        >
          <span className="visually-hidden">{t('design.filter', { label })} </span>
          {props.children ?? (chosen?.label || value || t('segments.token.choose'))}
          {!plain && <IconChevronDown size={14} aria-hidden />}
        </button>
      </Combobox.Target>
      <Combobox.Dropdown className={css.dropdown}>
        {searchable && (
          <Combobox.Search
            value={search}
            onChange={(event) => {
              setSearch(event.currentTarget.value)
              combobox.selectFirstOption()
            }}
            placeholder={t('segments.token.search')}
            aria-label={`${t('segments.token.search')} · ${label}`}
          />
        )}
        <Combobox.Options mah={300} className={css.options} aria-label={label} tabIndex={0}>
          {shown.length === 0 && <Combobox.Empty>{t('segments.token.none')}</Combobox.Empty>}
          <Groups options={shown} value={value} />
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

function Groups({ options, value }: { options: readonly PickOption[]; value: string }) {
  const groups = [...new Set(options.map((each) => each.group ?? ''))]
  return groups.map((group) => {
    const items = options
      .filter((each) => (each.group ?? '') === group)
      .map((each) => (
        <Combobox.Option key={each.value} value={each.value} active={each.value === value}>
          <span className={css.option}>
            <span>{each.label}</span>
            {each.note && <span className="meta">{each.note}</span>}
          </span>
        </Combobox.Option>
      ))
    return group ? (
      <Combobox.Group key={group} label={group}>
        {items}
      </Combobox.Group>
    ) : (
      items
    )
  })
}
