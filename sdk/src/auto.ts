// Entry of auto.js, loaded only by sites that opt in: forms, clicks and sections as events.
import { readClick } from './auto-clicks.ts'
import { readForm, watchPasswords } from './auto-forms.ts'
import { watchSections } from './auto-sections.ts'

type Tag = {
  auto?: { forms?: boolean; clicks?: boolean; sections?: boolean }
  autoStarted?: boolean
  consented?: () => boolean
  track?: (event: string, properties: object) => void
}

/** The page's own handlers run whatever happens in ours. */
function guarded<Given>(work: (given: Given) => void): (given: Given) => void {
  return (given) => {
    try {
      work(given)
    } catch (error) {
      console.warn('[clientele] An interaction was not captured.', error)
    }
  }
}

function start(tag: Tag): void {
  if (tag.autoStarted) return
  tag.autoStarted = true
  // Nothing named means everything; as soon as one part is named, only those set to true run.
  const { forms, clicks, sections } = tag.auto ?? {}
  const all = forms === undefined && clicks === undefined && sections === undefined

  if (all || forms) {
    const passwords = watchPasswords()
    const submitted = guarded((event: Event) => {
      if (!(event.target instanceof HTMLFormElement)) return
      // What people type is told only with their consent; without it, only that they typed.
      const withValues = tag.consented?.() === true
      const properties = readForm(event.target, passwords, { withValues })
      if (properties) tag.track?.('Form Submitted', properties)
    })
    addEventListener('submit', submitted, true)
  }
  if (all || clicks) {
    const clicked = guarded((event: Event) => {
      const properties = readClick(event.target)
      if (properties) tag.track?.('Element Clicked', properties)
    })
    addEventListener('click', clicked, true)
  }
  if (all || sections) {
    watchSections(guarded((section: string) => tag.track?.('Section Seen', { section })))
  }
}

const page = window as unknown as { clientele?: Tag }
// Before tag.js has run, the snippet's stub queues the calls, and consented() is not there yet.
if (page.clientele) guarded(start)(page.clientele)
