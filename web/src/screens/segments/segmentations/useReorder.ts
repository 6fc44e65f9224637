import { type PointerEvent, useEffect, useRef, useState } from 'react'

/** Moves the rows of a list by the pointer: `mark` is the place where the taken one would stand. */
export function useReorder(move: (from: number, to: number) => void) {
  const list = useRef<HTMLOListElement>(null)
  const [taken, setTaken] = useState<number | null>(null)
  const [mark, setMark] = useState<number | null>(null)
  const latest = useRef(move)
  latest.current = move
  useEffect(() => {
    if (taken === null) return
    const place = (event: globalThis.PointerEvent) => {
      const rows = [...(list.current?.querySelectorAll('[data-class]') ?? [])]
      return rows.filter((row) => {
        const { top, height } = row.getBoundingClientRect()
        return top + height / 2 < event.clientY
      }).length
    }
    const onMove = (event: globalThis.PointerEvent) => setMark(place(event))
    const end = () => {
      setTaken(null)
      setMark(null)
    }
    const onUp = (event: globalThis.PointerEvent) => {
      const slot = place(event)
      end()
      const to = slot > taken ? slot - 1 : slot
      if (to !== taken) latest.current(taken, to)
    }
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && end()
    window.addEventListener('pointermove', onMove)
    window.addEventListener('pointerup', onUp)
    window.addEventListener('pointercancel', end)
    window.addEventListener('keydown', onKey)
    return () => {
      window.removeEventListener('pointermove', onMove)
      window.removeEventListener('pointerup', onUp)
      window.removeEventListener('pointercancel', end)
      window.removeEventListener('keydown', onKey)
    }
  }, [taken])
  return {
    list,
    taken,
    mark,
    press: (event: PointerEvent, index: number) => {
      if (event.button === 0) setTaken(index)
    },
  }
}
