import { useQueryClient } from '@tanstack/react-query'
import { type RefObject, useEffect, useReducer, useRef, useState } from 'react'
import { api } from '../../api/client.ts'
import type { Segment } from './api.ts'
import {
  type Draft,
  forgetDraft,
  readDraft,
  type SavedDraft,
  saveDraft,
  serverDraftOf,
  takeStep,
} from './draft.ts'
import type { Rule } from './rule.ts'

const SAVE_AFTER_MS = 600

export type Builder = {
  draft: Draft
  change: (patch: Partial<Draft>) => void
  setRule: (rule: Rule) => void
  undo: (() => void) | null
  redo: (() => void) | null
  /** The segment that is edited: of a new one, the draft that the server keeps; null = none. */
  segmentId: string | null
  /** The server keeps a draft of the new segment. */
  keepAs: (id: string) => void
  /** Epoch ms of the last save on this device; null when nothing was changed. */
  savedAt: number | null
  /** Goes back to what is published and forgets the draft. */
  discard: () => void
  /** After publishing: nothing is left to keep. */
  forget: () => void
}

type Start = { segment: Segment | null; published: Draft }

/** The builder's state: undo, redo, and a draft that saves itself on this device. */
export function useBuilder({ segment, published }: Start): Builder {
  const id = segment?.id ?? null
  const version = segment?.version ?? null
  const [begun] = useState(() => segment && serverDraftOf(segment))
  const [kept] = useState(() => readDraft(localStorage, id))
  const [steps, dispatch] = useReducer(takeStep, {
    past: [],
    present: kept?.draft ?? begun ?? published,
    future: [],
  })
  const [draftId, setDraftId] = useState(kept?.draftId ?? null)
  const [savedAt, setSavedAt] = useState<number | null>(() => savedAtFirst(kept, segment))
  const draft = steps.present
  const lastSaved = useRef(draft)
  const saveNow = useRef<(() => void) | null>(null)
  useEffect(() => {
    saveNow.current = null
    if (lastSaved.current === draft) return
    const save = () => {
      lastSaved.current = draft
      saveNow.current = null
      const now = Date.now()
      saveDraft(localStorage, id, { draft, savedAt: now, version, draftId })
      setSavedAt(now)
    }
    saveNow.current = save
    const timer = setTimeout(save, SAVE_AFTER_MS)
    return () => clearTimeout(timer)
  }, [draft, id, version, draftId])
  useSaveOnLeaving(saveNow)
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: ['segments'] })
  const forget = () => {
    saveNow.current = null
    forgetDraft(localStorage, id)
    setSavedAt(null)
    setDraftId(null)
  }
  return {
    draft,
    change: (patch) => dispatch({ kind: 'edit', draft: { ...draft, ...patch } }),
    setRule: (rule) => dispatch({ kind: 'edit', draft: { ...draft, rule } }),
    undo: steps.past.length > 0 ? () => dispatch({ kind: 'undo' }) : null,
    redo: steps.future.length > 0 ? () => dispatch({ kind: 'redo' }) : null,
    segmentId: id ?? draftId,
    keepAs: (made) => {
      setDraftId(made)
      const now = Date.now()
      saveDraft(localStorage, id, { draft, savedAt: now, version, draftId: made })
      setSavedAt(now)
    },
    savedAt,
    discard: () => {
      // What the server keeps of it goes too; if that fails, it is found again in the list.
      if (id) api.patch(`/segments/${id}`, { draft: null }).then(refresh, refresh)
      else if (draftId) api.delete(`/segments/${draftId}`).then(refresh, refresh)
      forget()
      lastSaved.current = published
      dispatch({ kind: 'reset', draft: published })
    },
    forget,
  }
}

function savedAtFirst(kept: SavedDraft | null, segment: Segment | null): number | null {
  if (kept) return kept.savedAt
  return segment?.draft ? Date.parse(segment.updatedAt) : null
}

/** Who leaves the page before a change is saved loses nothing. */
function useSaveOnLeaving(saveNow: RefObject<(() => void) | null>): void {
  useEffect(() => {
    const leave = () => saveNow.current?.()
    window.addEventListener('pagehide', leave)
    return () => {
      window.removeEventListener('pagehide', leave)
      leave()
    }
  }, [saveNow])
}
