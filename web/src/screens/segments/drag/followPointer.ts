type Following = {
  move: (event: PointerEvent) => void
  /** It was let go here. */
  up: (event: PointerEvent) => void
  /** It was taken away: by Escape, or by the browser. */
  end: () => void
}

/** Follows the pointer until it is let go. What comes back stops following it. */
export function followPointer({ move, up, end }: Following): () => void {
  const key = (event: KeyboardEvent) => event.key === 'Escape' && end()
  window.addEventListener('pointermove', move)
  window.addEventListener('pointerup', up)
  window.addEventListener('pointercancel', end)
  window.addEventListener('keydown', key)
  return () => {
    window.removeEventListener('pointermove', move)
    window.removeEventListener('pointerup', up)
    window.removeEventListener('pointercancel', end)
    window.removeEventListener('keydown', key)
  }
}
