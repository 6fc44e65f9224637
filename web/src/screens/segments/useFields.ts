import { useMemo } from 'react'
import { useEventNames, useSegments, useTraits } from './api.ts'
import type { Fields } from './fields.ts'

/** What a rule can be about, for the segment `id` (null: a new one). */
export function useFields(id: string | null): Fields {
  const traits = useTraits().data
  const events = useEventNames().data
  const segments = useSegments().data
  return useMemo(
    () => ({
      traits: traits ?? [],
      events: events ?? [],
      segments: (segments ?? []).filter((each) => each.id !== id && each.state !== 'archived'),
    }),
    [traits, events, segments, id],
  )
}
