import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { api } from '../../api/client.ts'
import type { Segment } from './api.ts'
import { type Draft, filled } from './draft.ts'
import { childrenOf } from './rule.ts'
import type { Builder } from './useBuilder.ts'

/** Rarer than on the device: colleagues see it in the list, and it costs a request. */
const SAVE_AFTER_MS = 2_000

type ServerDraftOptions = {
  builder: Pick<Builder, 'segmentId' | 'draft' | 'keepAs'>
  segment: Segment | null
  /** Nothing is kept while somebody may not change it, or while it is published. */
  paused: boolean
}

/**
 * Keeps the draft on the server too: beside the rule in force, or as a segment of its own that is a
 * draft. Whether what is seen is kept there: false says that it is on this device alone.
 */
export function useServerDraft({ builder, segment, paused }: ServerDraftOptions): boolean {
  const { segmentId: id, draft } = builder
  const client = useQueryClient()
  const kept = useRef(draft)
  const [isKept, setIsKept] = useState(true)
  const { mutate, isPending } = useMutation({
    mutationFn: ({ name, rule }: Draft) =>
      id
        ? api.patch<Segment>(`/segments/${id}`, { draft: rule, ...nameFor(segment, name) })
        : api.post<Segment>('/segments', { name: filled(name), rule, state: 'draft' }),
    onSuccess: (segment) => {
      setIsKept(true)
      if (!id) builder.keepAs(segment.id)
      client.invalidateQueries({ queryKey: ['segments', 'shelf'] })
    },
    onError: () => setIsKept(false),
  })
  useEffect(() => {
    if (paused || isPending || kept.current === draft) return
    const named = filled(draft.name).fr !== ''
    if (!id && (!named || childrenOf(draft.rule).length === 0)) return
    const timer = setTimeout(() => {
      kept.current = draft
      mutate(draft)
    }, SAVE_AFTER_MS)
    return () => clearTimeout(timer)
  }, [draft, id, paused, isPending, mutate])
  return isKept
}

/** The name of a segment in force changes with its publication, that of a draft at once. */
function nameFor(segment: Segment | null, name: Draft['name']) {
  const isDraft = segment === null || segment.version === 0
  return isDraft && filled(name).fr !== '' ? { name: filled(name) } : {}
}
