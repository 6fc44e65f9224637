// Sections of a page that were really seen: half of them (or half a screen of them) for a second.
import { SECTIONS, sectionName } from './auto-clicks.ts'
import { isIgnored } from './auto-forms.ts'

const SEEN_MS = 1000
const SEEN_PART = 0.5
/** Wait before looking for sections that the page added later. */
const RESCAN_MS = 500

/** How much of a section is on the screen. A section taller than two screens never shows half. */
export function isInView(entry: {
  intersectionRatio: number
  intersectionRect: { height: number }
  rootBounds: { height: number } | null
}): boolean {
  const screenHeight = entry.rootBounds?.height ?? Number.POSITIVE_INFINITY
  return (
    entry.intersectionRatio >= SEEN_PART ||
    entry.intersectionRect.height >= screenHeight * SEEN_PART
  )
}

/** Tells each section once a page (path) after it was in view for a second. */
export function watchSections(tell: (section: string) => void): void {
  const told = new Set<string>()
  const timers = new Map<Element, ReturnType<typeof setTimeout>>()
  const observed = new WeakSet<Element>()

  const seen = (section: Element) => {
    timers.delete(section)
    const name = sectionName(section)
    const key = `${location.pathname} ${name}`
    // A page in a background tab is not seen by anybody.
    if (name === undefined || told.has(key) || document.visibilityState !== 'visible') return
    told.add(key)
    tell(name)
  }
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const section = entry.target
        clearTimeout(timers.get(section))
        timers.delete(section)
        if (isInView(entry)) timers.set(section, setTimeout(seen, SEEN_MS, section))
      }
    },
    { threshold: [0, 0.1, 0.2, 0.3, 0.4, SEEN_PART] },
  )
  const scan = () => {
    for (const section of document.querySelectorAll(SECTIONS)) {
      if (observed.has(section) || isIgnored(section)) continue
      observed.add(section)
      observer.observe(section)
    }
  }
  let planned = false
  new MutationObserver(() => {
    if (planned) return
    planned = true
    setTimeout(() => {
      planned = false
      scan()
    }, RESCAN_MS)
  }).observe(document, { subtree: true, childList: true })
  scan()
}
