import { useEffect, useReducer, useRef, useState } from 'react'
import { type Draft, forgetDraft, readDraft, saveDraft, takeStep } from './draft.ts'
import type { Rule } from './rule.ts'

const SAVE_AFTER_MS = 600

export type Builder = {
  draft: Draft
  change: (patch: Partial<Draft>) => void
  setRule: (rule: Rule) => void
  undo: (() => void) | null
  redo: (() => void) | null
  /** Epoch ms of the last save on this device; null when nothing was changed. */
  savedAt: number | null
  /** Goes back to what is published and forgets the draft. */
  discard: () => void
  /** After publishing: nothing is left to keep. */
  forget: () => void
}

type Start = { id: string | null; published: Draft; version: number | null }

/** The builder's state: undo, redo, and a draft that saves itself on this device. */
export function useBuilder({ id, published, version }: Start): Builder {
  const [kept] = useState(() => readDraft(localStorage, id))
  const [steps, dispatch] = useReducer(takeStep, {
    past: [],
    present: kept?.draft ?? published,
    future: [],
  })
  const [savedAt, setSavedAt] = useState<number | null>(kept?.savedAt ?? null)
  const draft = steps.present
  const lastSaved = useRef(draft)
  useEffect(() => {
    if (lastSaved.current === draft) return
    const timer = setTimeout(() => {
      lastSaved.current = draft
      const now = Date.now()
      saveDraft(localStorage, id, { draft, savedAt: now, version })
      setSavedAt(now)
    }, SAVE_AFTER_MS)
    return () => clearTimeout(timer)
  }, [draft, id, version])
  const forget = () => {
    forgetDraft(localStorage, id)
    setSavedAt(null)
  }
  return {
    draft,
    change: (patch) => dispatch({ kind: 'edit', draft: { ...draft, ...patch } }),
    setRule: (rule) => dispatch({ kind: 'edit', draft: { ...draft, rule } }),
    undo: steps.past.length > 0 ? () => dispatch({ kind: 'undo' }) : null,
    redo: steps.future.length > 0 ? () => dispatch({ kind: 'redo' }) : null,
    savedAt,
    discard: () => {
      forget()
      lastSaved.current = published
      dispatch({ kind: 'reset', draft: published })
    },
    forget,
  }
}
