import type { LocalText } from '../../i18n/i18n.ts'
import type { Segment } from './api.ts'
import { parseRule } from './parse.ts'
import { asRootGroup, type Rule } from './rule.ts'

/** What the builder edits, with the steps one can take back. */
export type Draft = { name: LocalText; rule: Rule; includesStaff: boolean }
export type Steps<D = Draft> = { past: D[]; present: D; future: D[] }

export type Step<D = Draft> =
  | { kind: 'edit'; draft: D }
  | { kind: 'undo' }
  | { kind: 'redo' }
  | { kind: 'reset'; draft: D }

/** As many steps as anyone takes back; older ones fall off. */
const MAX_STEPS = 100

/** The next state of the builder. Typing in a name is one step, not one a key. */
export function takeStep<D extends { name: LocalText }>(steps: Steps<D>, step: Step<D>): Steps<D> {
  if (step.kind === 'reset') return { past: [], present: step.draft, future: [] }
  if (step.kind === 'undo') {
    const previous = steps.past.at(-1)
    if (!previous) return steps
    return {
      past: steps.past.slice(0, -1),
      present: previous,
      future: [steps.present, ...steps.future],
    }
  }
  if (step.kind === 'redo') {
    const [next, ...future] = steps.future
    return next ? { past: [...steps.past, steps.present], present: next, future } : steps
  }
  const parts = Object.keys(step.draft) as (keyof D)[]
  const typing = parts.every((part) => part === 'name' || step.draft[part] === steps.present[part])
  const past = typing ? steps.past : [...steps.past, steps.present].slice(-MAX_STEPS)
  return { past, present: step.draft, future: [] }
}

/** A draft with nothing in it yet. */
export const emptyDraft = (): Draft => ({
  name: { fr: '', en: '' },
  rule: { all: [] },
  includesStaff: false,
})

/** Both languages of a server text; a plain string stands for both. */
export function bothLanguages(text: LocalText | string | null | undefined): LocalText {
  if (!text) return { fr: '', en: '' }
  return typeof text === 'string'
    ? { fr: text, en: text }
    : { fr: text.fr ?? '', en: text.en ?? '' }
}

/** The text to publish: a language left empty takes the other one's words. */
export function filled(text: LocalText): LocalText {
  return { fr: text.fr.trim() || text.en.trim(), en: text.en.trim() || text.fr.trim() }
}

export type SavedDraft = {
  draft: Draft
  savedAt: number
  version: number | null
  /** Of a new segment: the draft that the server keeps of it. */
  draftId: string | null
}

const storageKey = (id: string | null) => `clientele.segment-draft.${id ?? 'new'}`

/** Keeps a draft on this device; `savedAt` is epoch ms, `version` the one it started from. */
export function saveDraft(storage: Storage, id: string | null, saved: SavedDraft): void {
  storage.setItem(storageKey(id), JSON.stringify(saved))
}

export function forgetDraft(storage: Storage, id: string | null): void {
  storage.removeItem(storageKey(id))
}

/** The draft kept on this device, or null when there is none or it cannot be read any more. */
export function readDraft(storage: Storage, id: string | null): SavedDraft | null {
  const text = storage.getItem(storageKey(id))
  if (!text) return null
  try {
    const saved = JSON.parse(text) as Partial<SavedDraft>
    const parsed = parseRule(JSON.stringify(saved.draft?.rule ?? null))
    if (!saved.draft || parsed.error) return null
    return {
      draft: {
        name: bothLanguages(saved.draft.name),
        rule: parsed.rule,
        includesStaff: saved.draft.includesStaff === true,
      },
      savedAt: Number(saved.savedAt ?? 0),
      version: saved.version ?? null,
      draftId: saved.draftId ?? null,
    }
  } catch {
    // Not JSON: something else wrote there, so there is no draft to take up again.
    return null
  }
}

/** What is in force of a segment; of one that is a draft alone, the draft. */
export function publishedOf(segment: Segment): Draft {
  const only = segment.version === 0 ? serverDraftOf(segment) : null
  const { name, rule, includesStaff } = segment
  return only ?? { name: bothLanguages(name), rule: asRootGroup(rule), includesStaff }
}

/** The draft that the server keeps of a segment; null without one that the builder can take. */
export function serverDraftOf({ name, draft, includesStaff }: Segment): Draft | null {
  const parsed = draft ? parseRule(JSON.stringify(draft.rule)) : null
  if (!parsed?.rule) return null
  return { name: bothLanguages(name), rule: asRootGroup(parsed.rule), includesStaff }
}
