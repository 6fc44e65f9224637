import { IconGripVertical } from '@tabler/icons-react'
import type { KeyboardEvent } from 'react'
import { useLanguage, useT } from '../../../i18n/i18n.ts'
import { pathKey, useEditor } from '../editor.ts'
import { lineNumber, nodeAt, type Path, type Rule } from '../rule.ts'
import { lineWords } from '../sentence.ts'
import { useDrag } from './DragProvider.tsx'
import css from './drag.module.css'
import { intoSlot, outSlot, type Slot, stepSlot } from './moves.ts'

/** Takes a line: dragged by the pointer, or moved by the arrows while it has the focus. */
export function Grip({ path }: { path: Path }) {
  const t = useT()
  const editor = useEditor()
  const language = useLanguage()
  const { press } = useDrag()
  const number = lineNumber(path)
  if (!editor.canEdit) return <span className={css.grip} />
  const onKeyDown = (event: KeyboardEvent) => {
    const find = MOVES[event.key]
    const remove = event.key === 'Delete' || event.key === 'Backspace'
    if (event.ctrlKey || event.metaKey || event.altKey || (!find && !remove)) return
    event.preventDefault()
    if (remove) return editor.remove(path)
    const slot = find?.(editor.rule, path)
    if (slot) editor.move(path, slot)
    else editor.announce(t('segments.moved.end', { number }))
  }
  const words = () => {
    const line = nodeAt(editor.rule, path)
    return line ? lineWords(line, editor.names, language) : ''
  }
  return (
    <button
      type="button"
      className={css.grip}
      data-grip={pathKey(path)}
      aria-label={t('segments.grip', { number })}
      aria-keyshortcuts="ArrowUp ArrowDown ArrowLeft ArrowRight Delete"
      title={t('segments.grip.hint')}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => press(event, { line: path }, `${number} · ${words()}`)}
    >
      <IconGripVertical size={14} aria-hidden />
    </button>
  )
}

type Find = (rule: Rule, path: Path) => Slot | null

const MOVES: Record<string, Find> = {
  ArrowUp: (rule, path) => stepSlot(rule, path, -1),
  ArrowDown: (rule, path) => stepSlot(rule, path, 1),
  ArrowLeft: (rule, path) => outSlot(rule, path, 1),
  ArrowRight: intoSlot,
}
