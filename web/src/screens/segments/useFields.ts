import { useMemo } from 'react'
import { usePurposes } from '../person/api.ts'
import {
  type TraitInfo,
  useComputedTraits,
  useEventNames,
  useObjectTypes,
  useSegments,
  useTraits,
} from './api.ts'
import type { Fields } from './fields.ts'
import { useLists } from './lists/api.ts'

/** What a rule can be about, for the segment `id` (null: a new one). */
export function useFields(id: string | null): Fields {
  const traits = useAllTraits()
  const events = useEventNames().data
  const objects = useObjectTypes().data
  const segments = useSegments().data
  const lists = useLists().data
  const purposes = usePurposes().data
  return useMemo(
    () => ({
      traits,
      events: events ?? [],
      objects: objects ?? [],
      lists: lists ?? [],
      purposes: (purposes ?? []).map((each) => each.key),
      segments: (segments ?? []).filter((each) => each.id !== id && each.state !== 'archived'),
    }),
    [traits, events, objects, segments, lists, purposes, id],
  )
}

/** Given and computed traits; of one key the computed one counts, as in rules. */
export function useAllTraits(): readonly TraitInfo[] {
  const given = useTraits().data
  const computed = useComputedTraits().data
  return useMemo(() => {
    const keys = new Set(computed?.map((each) => each.key))
    return [...(given ?? []).filter((each) => !keys.has(each.key)), ...(computed ?? [])]
  }, [given, computed])
}
