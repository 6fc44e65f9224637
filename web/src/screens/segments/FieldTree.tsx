import { TextInput } from '@mantine/core'
import {
  IconBolt,
  IconChevronDown,
  IconChevronRight,
  IconMathFunction,
  IconPlus,
  IconSearch,
  IconUser,
} from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { lineFrom } from './AddLine.tsx'
import css from './builder.module.css'
import { useEditor } from './editor.ts'
import { COMPUTED, matches } from './fields.ts'
import { insertAt } from './rule.ts'

const SHOWN = 6

type Item = { key: string; label: string; note: string }

/** Everything a condition can be about; a click adds a line. « / » goes to its search. */
export function FieldTree() {
  const t = useT()
  const format = useFormats()
  const { fields, names } = useEditor()
  const [search, setSearch] = useState('')
  const input = useRef<HTMLInputElement>(null)
  useSlash(input)
  const traits = fields.traits.map((each) => ({
    key: `trait:${each.key}`,
    label: names.trait(each.key),
    note: format.percent(each.completeness, 0),
  }))
  const events = fields.events.map((each) => ({
    key: `event:${each.name}`,
    label: names.event(each.name),
    note: shortCount(each.count, format.number),
  }))
  const computed = COMPUTED.map((kind) => ({
    key: `new:${kind}`,
    label: t(`segments.new.${kind}`),
    note: '',
  }))
  return (
    <nav className={css.tree} aria-label={t('segments.tree')}>
      <TextInput
        ref={input}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        placeholder={t('segments.tree.search')}
        aria-label={t('segments.tree.search')}
        leftSection={<IconSearch size={15} />}
        rightSection={<kbd className={css.kbd}>/</kbd>}
      />
      <Branch
        label={t('segments.tree.traits')}
        icon={<IconUser size={15} />}
        items={traits}
        search={search}
      />
      <Branch
        label={t('segments.tree.events')}
        icon={<IconBolt size={15} />}
        items={events}
        search={search}
      />
      <Branch
        label={t('segments.tree.computed')}
        icon={<IconMathFunction size={15} />}
        items={computed}
        search={search}
      />
    </nav>
  )
}

/** 402 k, 1,3 M: a count in a narrow column. */
function shortCount(count: number, number: (value: number, options?: object) => string): string {
  if (count >= 1_000_000) return `${number(count / 1_000_000, { maximumFractionDigits: 1 })}\u00a0M`
  if (count >= 10_000) return `${number(Math.round(count / 1_000))}\u00a0k`
  return number(count)
}

type BranchProps = { label: string; icon: ReactNode; items: Item[]; search: string }

function Branch({ label, icon, items, search }: BranchProps) {
  const t = useT()
  const editor = useEditor()
  const format = useFormats()
  const [open, setOpen] = useState(true)
  const [all, setAll] = useState(false)
  const found = items.filter((each) => matches(search, each.label, each.key))
  const shown = all || search ? found : found.slice(0, SHOWN)
  return (
    <div className={css.branch}>
      <button
        type="button"
        className={css.branchHead}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {open ? (
          <IconChevronDown size={14} aria-hidden />
        ) : (
          <IconChevronRight size={14} aria-hidden />
        )}
        <span className={css.branchIcon}>{icon}</span>
        {label}
        <span className="meta">{format.number(items.length)}</span>
      </button>
      {open && (
        <ul>
          {shown.map((item) => (
            <li key={item.key}>
              <button
                type="button"
                className={css.leaf}
                disabled={!editor.canEdit}
                title={t('segments.tree.add', { field: item.label })}
                onClick={() =>
                  editor.setRule(insertAt(editor.rule, [], lineFrom(editor, item.key)))
                }
              >
                <span className="ellipsis">{item.label}</span>
                <span className="meta">{item.note}</span>
                <IconPlus size={14} className={css.leafPlus} aria-hidden />
              </button>
            </li>
          ))}
          {found.length === 0 && (
            <li className={css.leafNone}>
              {t(items.length ? 'segments.tree.none' : 'segments.tree.empty')}
            </li>
          )}
          {shown.length < found.length && (
            <li>
              <button type="button" className={css.leafAll} onClick={() => setAll(true)}>
                {t('segments.tree.all', { count: found.length })}
              </button>
            </li>
          )}
        </ul>
      )}
    </div>
  )
}

/** « / » goes to the search, unless one is typing somewhere. */
function useSlash(input: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const target = event.target as Element | null
      if (event.key !== '/' || target?.closest('input, textarea, [contenteditable]')) return
      event.preventDefault()
      input.current?.focus()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [input])
}
