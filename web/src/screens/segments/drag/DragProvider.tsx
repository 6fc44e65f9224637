import {
  createContext,
  type PointerEvent,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useT } from '../../../i18n/i18n.ts'
import { pathKey, useEditor } from '../editor.ts'
import { lineFrom } from '../newLine.ts'
import { insertAt, lineNumber, type Path } from '../rule.ts'
import css from './drag.module.css'
import { followPointer } from './followPointer.ts'
import { moveLine, type Slot, staysThere } from './moves.ts'
import { slotAt } from './slots.ts'
import { useAutoScroll } from './useAutoScroll.ts'

/** What is dragged: a line of the rule, or a field that becomes a line where it is let go. */
export type Dragged = { line: Path } | { field: string }

type Drag = {
  dragged: Dragged | null
  /** Where it would be put now; null where nothing would change. */
  slot: Slot | null
  /** Begins with a press; a press that does not move stays a click. */
  press: (event: PointerEvent, dragged: Dragged, label: string) => void
}

const DragContext = createContext<Drag | null>(null)

export function useDrag(): Drag {
  const drag = useContext(DragContext)
  if (!drag) throw new Error('useDrag needs <DragProvider> above it.')
  return drag
}

/** True for the line that is being dragged. */
export function useIsCarried(path: Path): boolean {
  const { dragged } = useDrag()
  return dragged !== null && 'line' in dragged && pathKey(dragged.line) === pathKey(path)
}

type Carried = { dragged: Dragged; label: string; x: number; y: number; moved: boolean }

const START_PX = 4

/** Drag with mouse, pen or finger. The keyboard does the same by the grip and the line's menu. */
export function DragProvider({ children }: { children: ReactNode }) {
  const [carried, setCarried] = useState<Carried | null>(null)
  const [slot, setSlot] = useState<Slot | null>(null)
  const drop = useDrop()
  const ghost = useRef<HTMLDivElement>(null)
  const scroll = useAutoScroll()
  useEffect(() => {
    if (!carried) return
    const { dragged } = carried
    const usable = (found: Slot | null) =>
      found && 'line' in dragged && staysThere(dragged.line, found) ? null : found
    const end = () => {
      scroll.stop()
      setCarried(null)
      setSlot(null)
    }
    const move = (event: globalThis.PointerEvent) => {
      const far = Math.hypot(event.clientX - carried.x, event.clientY - carried.y) >= START_PX
      if (!carried.moved && !far) return
      if (!carried.moved) setCarried({ ...carried, moved: true })
      ghost.current?.style.setProperty(
        'transform',
        `translate(${event.clientX + 12}px, ${event.clientY + 8}px)`,
      )
      scroll.near(event.clientY)
      const found = usable(slotAt(event.clientX, event.clientY))
      setSlot((before) => (isSameSlot(before, found) ? before : found))
    }
    const up = (event: globalThis.PointerEvent) => {
      const found = carried.moved ? usable(slotAt(event.clientX, event.clientY)) : null
      if (carried.moved) swallowClick()
      end()
      if (found) drop(dragged, found)
    }
    return followPointer({ move, up, end })
  }, [carried, drop, scroll])
  const drag = useMemo<Drag>(
    () => ({
      dragged: carried?.moved ? carried.dragged : null,
      slot,
      press: (event, dragged, label) => {
        if (event.button !== 0) return
        setCarried({ dragged, label, x: event.clientX, y: event.clientY, moved: false })
      },
    }),
    [carried, slot],
  )
  return (
    <DragContext value={drag}>
      <div className={carried?.moved ? css.dragging : undefined}>{children}</div>
      <div ref={ghost} className={carried?.moved ? css.ghost : css.hidden} aria-hidden>
        {carried?.label}
      </div>
    </DragContext>
  )
}

const isSameSlot = (one: Slot | null, other: Slot | null): boolean =>
  one === other ||
  (one !== null &&
    other !== null &&
    one.index === other.index &&
    pathKey(one.parent) === pathKey(other.parent))

/** The press that ended a drag is not also a click on what is under it. */
function swallowClick(): void {
  const swallow = (event: Event) => event.stopPropagation()
  window.addEventListener('click', swallow, { capture: true, once: true })
  setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0)
}

function useDrop(): (dragged: Dragged, slot: Slot) => void {
  const editor = useEditor()
  const t = useT()
  const latest = useRef(editor)
  latest.current = editor
  return useMemo(
    () => (dragged, slot) => {
      const { rule, add, move, announce, fields } = latest.current
      if ('field' in dragged) {
        const line = lineFrom(fields, dragged.field)
        add(insertAt(rule, slot.parent, line, slot.index), [...slot.parent, slot.index])
        return
      }
      if (moveLine(rule, dragged.line, slot)) move(dragged.line, slot)
      else announce(t('segments.moved.refused', { number: lineNumber(dragged.line) }))
    },
    [t],
  )
}
