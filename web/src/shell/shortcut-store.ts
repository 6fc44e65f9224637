/** Opens the shortcut sheet from anywhere: the sheet listens to this event. */
export const shortcutsEvent = 'clientele:shortcuts'

export function openShortcuts(): void {
  document.dispatchEvent(new Event(shortcutsEvent))
}

const storageKey = 'clientele.single-keys'

/** Single-key shortcuts can be switched off (WCAG 2.1.4); the choice stays on this device. */
export function singleKeysOn(): boolean {
  return localStorage.getItem(storageKey) !== 'off'
}

export function setSingleKeys(state: 'on' | 'off'): void {
  localStorage.setItem(storageKey, state)
}

/** Whether a key press belongs to a field, so that no shortcut may take it. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  )
}
