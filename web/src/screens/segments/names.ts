import { useMemo } from 'react'
import { type Language, type LocalText, localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { usePurposes } from '../person/api.ts'
import { namespaceName, traitName } from '../person/words.ts'
import {
  type EventInfo,
  type ObjectTypeInfo,
  type TraitInfo,
  useEventNames,
  useObjectTypes,
  useSegments,
} from './api.ts'
import { useLists } from './lists/api.ts'
import { useAllTraits } from './useFields.ts'
import type { Names, Thing } from './words.ts'

/** Segment id → name in the active language, in the order of the list. */
export function useSegmentNames(): ReadonlyMap<string, string> {
  return useNamesOf(useSegments().data)
}

/** Id → name in the active language of what has both. */
function useNamesOf(
  rows: readonly { id: string; name: LocalText | string }[] | undefined,
): ReadonlyMap<string, string> {
  const language = useLanguage()
  return useMemo(
    () => new Map((rows ?? []).map((each) => [each.id, localText(each.name, language)])),
    [rows, language],
  )
}

function usePurposeNames(): ReadonlyMap<string, string> {
  const language = useLanguage()
  const { data } = usePurposes()
  return useMemo(
    () => new Map((data ?? []).map((each) => [each.key, localText(each.name, language)])),
    [data, language],
  )
}

/** What a rule's keys are called; a key without a display name stands for itself. */
export function namesFrom(
  {
    events,
    traits,
    objects,
  }: {
    events: readonly EventInfo[]
    traits: readonly TraitInfo[]
    objects: readonly ObjectTypeInfo[]
  },
  language: Language,
): Omit<Names, 'of'> {
  const name = (text: TraitInfo['displayName'], key: string) =>
    text ? localText(text, language) || key : key
  const eventNames = new Map(events.map((each) => [each.name, name(each.displayName, each.name)]))
  const traitNames = new Map(traits.map((each) => [each.key, name(each.displayName, each.key)]))
  const properties = new Map(
    [
      ...objects.flatMap((each) => each.attributes),
      ...events.flatMap((each) => each.properties),
    ].map((each) => [each.path, name(each.displayName, each.path)]),
  )
  return {
    event: (key) => eventNames.get(key) ?? key,
    trait: (key) => traitNames.get(key) ?? key,
    property: (path) => properties.get(path) ?? path,
  }
}

/** The names of events, traits and properties in the active language. */
export function useNames(): Names {
  const language = useLanguage()
  const events = useEventNames()
  const traits = useAllTraits()
  const objects = useObjectTypes().data
  const segments = useSegmentNames()
  const lists = useNamesOf(useLists().data)
  const purposes = usePurposeNames()
  const t = useT()
  return useMemo(() => {
    const known = { events: events.data ?? [], traits, objects: objects ?? [] }
    const names = namesFrom(known, language)
    const types = new Map(objects?.map((each) => [each.type, each.displayName]))
    // A workspace that labelled nothing still reads "City", not "city".
    const things: Record<Thing, (id: string) => string | undefined> = {
      segment: (id) => segments.get(id),
      list: (id) => lists.get(id),
      purpose: (id) => purposes.get(id),
      object: (type) => {
        const name = types.get(type)
        return name ? localText(name, language) : undefined
      },
      namespace: (id) => namespaceName(id, t),
    }
    return {
      ...names,
      trait: (key: string) => traitName(key, names.trait(key), t),
      of: (thing: Thing, id: string) => things[thing](id) ?? id,
    }
  }, [events.data, traits, objects, segments, lists, purposes, language, t])
}
