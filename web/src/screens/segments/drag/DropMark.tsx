import { pathKey } from '../editor.ts'
import type { Path } from '../rule.ts'
import { useDrag } from './DragProvider.tsx'
import css from './drag.module.css'

/** The line between two conditions where what is dragged would be put. */
export function DropMark({ parent, index }: { parent: Path; index: number }) {
  const { slot } = useDrag()
  const here = slot?.index === index && pathKey(slot.parent) === pathKey(parent)
  return here ? <div className={css.mark} aria-hidden data-drop-mark /> : null
}
