import { CloseButton, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useT } from '../../../i18n/i18n.ts'
import { useEditor } from '../editor.ts'
import { lineFrom } from '../newLine.ts'
import { childrenOf, insertAt } from '../rule.ts'
import { nodesOf, type Seen, stepFor, type TreeNode } from './nodes.ts'
import { recentFields, rememberField } from './recent.ts'
import { found } from './sections.ts'
import { TreeRow } from './TreeRow.tsx'
import css from './tree.module.css'
import { useSections } from './useSections.tsx'

/**
 * Everything a condition can be about. A click or Enter adds a line, a drag puts it where it is
 * wanted. « / » goes to its search; the arrows walk through it.
 */
export function FieldTree() {
  const t = useT()
  const editor = useEditor()
  const [search, setSearch] = useState('')
  const [recent, setRecent] = useState(() => recentFields(localStorage))
  const input = useRef<HTMLInputElement>(null)
  const tree = useRef<HTMLDivElement>(null)
  useSlash(input)
  const sections = found(useSections(recent), search)
  const { seen, fold, showAll } = useSeen(search)
  const nodes = nodesOf(sections, seen)
  const [wanted, setWanted] = useState('')
  // One row takes the focus of the tree: the one it was on, else the first.
  const at = nodes.some((node) => node.id === wanted) ? wanted : (nodes[0]?.id ?? '')
  const go = (id: string) => {
    setWanted(id)
    rowOf(tree.current, id)?.focus()
  }
  const use = (node: TreeNode) => {
    if (node.kind === 'section') return fold(node.id, !node.open)
    if (node.kind === 'more') {
      const next = nodes[nodes.indexOf(node) - 1]
      if (next) setWanted(next.id)
      return showAll(node.section)
    }
    if (!editor.canEdit) return
    setRecent(rememberField(localStorage, node.field.key))
    const line = lineFrom(editor.fields, node.field.key)
    editor.add(insertAt(editor.rule, [], line), [childrenOf(editor.rule).length])
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const node = nodes.find((each) => each.id === at)
    const step = stepFor(event.key, nodes, at)
    const enters = event.key === 'Enter' || event.key === ' '
    if (!step && !enters) return
    event.preventDefault()
    if (enters && node) use(node)
    else if (step && 'to' in step) go(step.to)
    else if (step) fold('open' in step ? step.open : step.close, 'open' in step)
  }
  const firstHit = search ? nodes.find((node) => node.kind === 'field') : undefined
  const hits = sections.reduce((sum, each) => sum + each.fields.length, 0)
  return (
    <nav className={css.tree} aria-label={t('segments.tree')}>
      <TextInput
        ref={input}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' && nodes[0]) {
            event.preventDefault()
            go(firstHit?.id ?? nodes[0].id)
          }
          if (event.key === 'Enter' && firstHit) use(firstHit)
          if (event.key === 'Escape') setSearch('')
        }}
        placeholder={t('segments.tree.search')}
        aria-label={t('segments.tree.search')}
        leftSection={<IconSearch size={15} />}
        rightSection={
          search ? (
            <CloseButton size={22} aria-label={t('design.clear')} onClick={() => setSearch('')} />
          ) : (
            <kbd className={css.kbd}>/</kbd>
          )
        }
      />
      <p className="visually-hidden" role="status">
        {search && t('segments.tree.hits', { count: hits })}
      </p>
      {nodes.length === 0 ? (
        <p className={css.none}>{t('segments.tree.none')}</p>
      ) : (
        <div
          ref={tree}
          role="tree"
          className={css.rows}
          aria-label={t('segments.tree')}
          onKeyDown={onKeyDown}
        >
          {nodes.map((node) => (
            <TreeRow
              key={node.id}
              node={node}
              search={search}
              active={node.id === at}
              onUse={() => {
                setWanted(node.id)
                use(node)
              }}
            />
          ))}
        </div>
      )}
    </nav>
  )
}

function rowOf(tree: HTMLElement | null, id: string): HTMLElement | null {
  return tree?.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`) ?? null
}

/** Which sections are folded, and which are shown whole. */
function useSeen(search: string) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const [whole, setWhole] = useState<ReadonlySet<string>>(new Set())
  const seen: Seen = { closed, whole, searching: search.trim() !== '' }
  return {
    seen,
    fold: (key: string, open: boolean) =>
      setClosed((before) => {
        const next = new Set(before)
        if (open) next.delete(key)
        else next.add(key)
        return next
      }),
    showAll: (key: string) => setWhole((before) => new Set([...before, key])),
  }
}

/** « / » goes to the search, unless one is typing somewhere. */
function useSlash(input: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      const target = event.target as Element | null
      if (event.key !== '/' || target?.closest('input, textarea, [contenteditable]')) return
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [input])
}
