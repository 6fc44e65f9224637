import { type RefObject, useEffect, useRef } from 'react'

/** On which sides a scrolling part goes on out of sight; in `data-more`, for the fading edge. */
export function edgesOf({
  scrollLeft,
  clientWidth,
  scrollWidth,
}: Pick<HTMLElement, 'scrollLeft' | 'clientWidth' | 'scrollWidth'>): string {
  // Fractions of a pixel are no content.
  const before = Math.abs(scrollLeft) > 1
  const after = Math.abs(scrollLeft) + clientWidth < scrollWidth - 1
  if (before) return after ? 'both' : 'start'
  return after ? 'end' : 'none'
}

/** Fades the edges of what scrolls sideways, where there is more: a cut alone looks like an end. */
export function useScrollEdges<E extends HTMLElement>(): RefObject<E | null> {
  const place = useRef<E>(null)
  useEffect(() => {
    const element = place.current
    if (!element) return
    const mark = () => {
      element.dataset.more = edgesOf(element)
    }
    const observer = new ResizeObserver(mark)
    observer.observe(element)
    for (const child of element.children) observer.observe(child)
    element.addEventListener('scroll', mark, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', mark)
    }
  }, [])
  return place
}
