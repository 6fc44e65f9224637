import { type PointerEvent, useEffect, useRef, useState } from 'react'
import { followPointer } from '../drag/followPointer.ts'

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
    const end = () => {
      setTaken(null)
      setMark(null)
    }
    const up = (event: globalThis.PointerEvent) => {
      const slot = place(event)
      end()
      const to = slot > taken ? slot - 1 : slot
      if (to !== taken) latest.current(taken, to)
    }
    return followPointer({ move: (event) => setMark(place(event)), up, end })
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
