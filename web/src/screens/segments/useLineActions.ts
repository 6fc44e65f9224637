import { useEffect, useRef, useState } from 'react'
import { useT } from '../../i18n/i18n.ts'
import { moveLine, placeOf, type Slot } from './drag/moves.ts'
import { pathKey } from './editor.ts'
import { childrenOf, lineNumber, nodeAt, type Path, type Rule, removeAt } from './rule.ts'

/** Where the focus goes when the page shows the rule that was just made. */
type Next = { line: Path; at: 'grip' | 'value' }

/**
 * What one does with whole lines. After each, the focus is where the work goes on, and a live
 * region says what an eye would see.
 */
export function useLineActions(rule: Rule, setRule: (rule: Rule) => void) {
  const t = useT()
  const [said, announce] = useState('')
  const next = useRef<Next | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the new rule is on the page
  useEffect(() => {
    if (next.current) focusLine(next.current)
    next.current = null
  }, [rule])
  return {
    said,
    announce,
    add: (changed: Rule, path: Path) => {
      next.current = { line: path, at: 'value' }
      setRule(changed)
      announce(t('segments.added', { number: lineNumber(path) }))
    },
    reshape: (changed: Rule, path: Path, words: string) => {
      next.current = { line: path, at: 'grip' }
      setRule(changed)
      announce(words)
    },
    move: (from: Path, slot: Slot) => {
      const moved = moveLine(rule, from, slot)
      if (!moved) return announce(t('segments.moved.refused', { number: lineNumber(from) }))
      next.current = { line: moved.path, at: 'grip' }
      setRule(moved.rule)
      const { group, ...place } = placeOf(moved.rule, moved.path)
      const before = lineNumber(from)
      announce(
        group
          ? t('segments.moved.group', { before, group, ...place })
          : t('segments.moved', { before, ...place }),
      )
    },
    remove: (path: Path) => {
      const changed = removeAt(rule, path)
      next.current = { line: neighbourOf(changed, path), at: 'grip' }
      setRule(changed)
      announce(t('segments.removed', { number: lineNumber(path) }))
    },
  }
}

/** The line that took the place of a removed one, or the last one before it. */
function neighbourOf(rule: Rule, path: Path): Path {
  const parent = path.slice(0, -1)
  const group = nodeAt(rule, parent)
  const lines = group ? childrenOf(group).length : 0
  return lines === 0 ? parent : [...parent, Math.min(path.at(-1) ?? 0, lines - 1)]
}

/** In a new line: what is to be typed, else what is to be chosen, else the line itself. */
function focusLine({ line, at }: Next): void {
  const grip = document.querySelector<HTMLElement>(`[data-grip="${pathKey(line)}"]`)
  const row = document.querySelector(`[data-line="${pathKey(line)}"]`)
  const value =
    at === 'value'
      ? (row?.querySelector<HTMLElement>('[data-tokens] input') ??
        row?.querySelector<HTMLElement>('[data-tokens] button'))
      : null
  const target = value ?? grip
  target?.focus({ preventScroll: true })
  target?.scrollIntoView({ block: 'nearest' })
}
