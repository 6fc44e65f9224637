import { useEffect, useMemo } from 'react'

const EDGE_PX = 56
const STEP_PX = 14
const EVERY_MS = 16

/** Scrolls the window while something is held near its top or bottom. */
export function useAutoScroll(): { near: (y: number) => void; stop: () => void } {
  const scroll = useMemo(() => {
    let by = 0
    let timer: ReturnType<typeof setInterval> | undefined
    const stop = () => {
      clearInterval(timer)
      timer = undefined
    }
    const near = (y: number) => {
      by = y < EDGE_PX ? -STEP_PX : y > window.innerHeight - EDGE_PX ? STEP_PX : 0
      if (by === 0) stop()
      else timer ??= setInterval(() => window.scrollBy(0, by), EVERY_MS)
    }
    return { near, stop }
  }, [])
  useEffect(() => scroll.stop, [scroll])
  return scroll
}
