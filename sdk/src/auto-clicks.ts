// Clicks on what a visitor takes for a link or a button.
import { type Fields, isIgnored } from './auto-forms.ts'
import { holdsCardNumber, plainAddress } from './secrets.ts'

const TEXT_MAX = 100
const CLICKABLE = 'a[href],button,[role=button],input[type=submit],input[type=button],summary'

function labelOf(element: HTMLElement): string | undefined {
  // innerText, not textContent: only what the visitor could read.
  const shown = element instanceof HTMLInputElement ? element.value : element.innerText
  const label = (element.getAttribute('aria-label') ?? shown ?? '').replace(/\s+/g, ' ').trim()
  return label === '' || holdsCardNumber(label) ? undefined : label.slice(0, TEXT_MAX)
}

/** Properties of an "Element Clicked" event, or undefined when nothing clickable was hit. */
export function readClick(target: EventTarget | null): Fields | undefined {
  if (!(target instanceof Element)) return undefined
  const element = target.closest<HTMLElement>(CLICKABLE)
  if (element === null || isIgnored(element)) return undefined
  const href = element.getAttribute('href')
  return {
    tag: element.tagName.toLowerCase(),
    elementId: element.getAttribute('id') ?? undefined,
    text: labelOf(element),
    href: href === null ? undefined : plainAddress(href, location.href),
    section: sectionName(element.closest(SECTIONS)),
  }
}

export const SECTIONS = '[data-section],section[id]'

/** The name that the page gives to one of its sections. */
export function sectionName(section: Element | null): string | undefined {
  return section?.getAttribute('data-section') || section?.getAttribute('id') || undefined
}
