import { type ObjectFacts, typed } from '../profile/index.ts'
import type { Dossier } from './document.ts'
import { iso } from './history.ts'
import { maskPath } from './masking.ts'
import type { Ref } from './names.ts'
import type { ObjectsView, ObjectView } from './schema.ts'
import { typeName } from './typeName.ts'

type Sources = (source: number) => Ref | null

/** The objects that a profile has, by type, each with its attributes and who told them. */
export function objectViews({ facts, registry }: Dossier, sources: Sources): ObjectsView {
  const types = [...facts.objectTypes()].map((type) => {
    const { objects, isCapped } = facts.objects(type)
    const sorted = [...objects].sort(
      (x, y) => y.presence.at - x.presence.at || (x.id < y.id ? -1 : 1),
    )
    return {
      type: registry.nameOf('object', type),
      objects: sorted.map((object) => objectView(object, { registry, sources })),
      capped: isCapped,
    }
  })
  return types
    .filter(({ objects }) => objects.length > 0)
    .sort((x, y) => (x.type < y.type ? -1 : 1))
}

function objectView(
  { id, first, presence, attributes }: ObjectFacts,
  { registry, sources }: Pick<Dossier, 'registry'> & { sources: Sources },
): ObjectView {
  const views = [...attributes].flatMap(([attribute, told]) => {
    const value = typed(told.value)
    // A value that was taken back is no attribute any more.
    if (value === null) return []
    const key = registry.nameOf('attribute', attribute)
    const origin = { source: sources(told.source), time: iso(told.at) }
    return [{ key, value: told.value, type: typeName(value), ...origin }]
  })
  return {
    id,
    firstNamed: iso(first),
    lastNamed: iso(presence.at),
    source: sources(presence.source),
    attributes: views.sort((x, y) => (x.key < y.key ? -1 : 1)),
  }
}

/** What somebody who may not see personal data is shown of objects. */
export function maskObjects(types: ObjectsView): ObjectsView {
  return types.map((one) => ({ ...one, objects: one.objects.map(maskObject) }))
}

function maskObject(object: ObjectView): ObjectView {
  const attributes = object.attributes.map((one) => {
    const value = maskPath(one.key, one.value)
    const isHidden = JSON.stringify(value) !== JSON.stringify(one.value)
    return isHidden ? { ...one, value, masked: true as const } : one
  })
  return { ...object, attributes }
}
