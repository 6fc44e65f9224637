import type { EventInfo, ObjectTypeInfo, PropertyInfo, SegmentRow, TraitInfo } from './api.ts'
import type { ListRow } from './lists/api.ts'
import { filterOpsFor, kindOf, opsFor, type ValueKind, valueFor } from './ops.ts'
import type { Condition, EventCondition, Filter, HasCondition, Op, TraitCondition } from './rule.ts'
import { fold } from './tree/hits.ts'

/** What the builder needs to know of the registry to offer fields, operators and values. */
export type Fields = {
  traits: readonly TraitInfo[]
  events: readonly EventInfo[]
  objects: readonly ObjectTypeInfo[]
  /** Segments that a rule may refer to: neither archived nor the one that is edited. */
  segments: readonly Pick<SegmentRow, 'id' | 'size'>[]
  lists: readonly Pick<ListRow, 'id' | 'members'>[]
  /** Keys of the purposes that somebody can agree to. */
  purposes: readonly string[]
}

/** The usual namespaces of identifiers; a rule may name any other. */
export const NAMESPACES = ['email', 'phone', 'user_id', 'loyalty_card', 'anonymous_id']

export function traitKind(fields: Fields, key: string): ValueKind {
  return kindOf(fields.traits.find((each) => each.key === key)?.types)
}

/** What has properties that filters speak of: events of a name (null: of any), or objects. */
export type Subject = { event: string | null } | { object: string }

/** What is known of an event's properties, or of the attributes of a type of objects. */
export function propertiesOf(fields: Fields, subject: Subject): readonly PropertyInfo[] {
  if ('object' in subject) {
    return fields.objects.find((each) => each.type === subject.object)?.attributes ?? []
  }
  const { event } = subject
  if (event !== null) return fields.events.find((each) => each.name === event)?.properties ?? []
  const all = fields.events.flatMap((each) => each.properties)
  return [...new Map(all.map((each) => [each.path, each])).values()]
}

export function propertyKind(fields: Fields, subject: Subject, path: string): ValueKind {
  return kindOf(propertiesOf(fields, subject).find((each) => each.path === path)?.types)
}

/** The operators for such a property: what an object is may change as time passes. */
export function filterOpsOf(subject: Subject, kind: ValueKind): readonly Op[] {
  return 'object' in subject ? opsFor(kind) : filterOpsFor(kind)
}

/** A new filter of a property, with the usual operator of its kind and no value yet. */
export function newFilter(fields: Fields, subject: Subject, property: string): Filter {
  const op = filterOpsOf(subject, propertyKind(fields, subject, property))[0] ?? 'equals'
  const value = valueFor(op, undefined)
  return value === undefined ? { property, op } : { property, op, value }
}

/** Traits that say where somebody is: those that have a latitude. */
export function placesOf(fields: Fields): string[] {
  const latitude = '.latitude'
  return fields.traits
    .filter((each) => each.key.endsWith(latitude))
    .map((each) => each.key.slice(0, -latitude.length))
}

/** A new line about a trait, with the usual operator of its kind and no value yet. */
export function newTrait(fields: Fields, key: string): TraitCondition {
  const op = opsFor(traitKind(fields, key))[0] ?? 'equals'
  const value = valueFor(op, undefined)
  return value === undefined ? { trait: key, op } : { trait: key, op, value }
}

/** A new line about an event: at least once in the last 30 days. */
export function newEvent(name: string): EventCondition {
  return { did: name, times: { op: 'atLeast', count: 1 }, within: { days: 30 } }
}

/** A new line about objects of a type: has one; with an attribute, one where that is so. */
export function newObject(fields: Fields, type: string, attribute?: string): HasCondition {
  const where = attribute ? [newFilter(fields, { object: type }, attribute)] : []
  return { object: type, where, times: { op: 'atLeast', count: 1 } }
}

export const COMPUTED = ['measure', 'sequence', 'active', 'near', 'origin'] as const
export type Computed = (typeof COMPUTED)[number]

/** A new line of a kind that is about more than one field, with what is usual filled in. */
export function newComputed(fields: Fields, kind: Computed): Condition {
  switch (kind) {
    case 'measure':
      return {
        measure: 'sum',
        of: { did: '' },
        property: '',
        within: { days: 90 },
        op: 'greaterOrEqual',
      }
    case 'sequence':
      return {
        sequence: [{ did: '' }, { did: '' }],
        within: { days: 7 },
        begun: { days: 30 },
      }
    case 'origin':
      return {
        measure: 'count',
        of: { did: null, party: ['third'] },
        within: { days: 90 },
        op: 'greaterOrEqual',
        value: 1,
      }
    case 'active':
      return { active: { did: null }, unit: 'day', times: { op: 'atLeast', count: 3 }, last: 30 }
    default:
      return { near: placesOf(fields)[0] ?? '', km: 30 }
  }
}

/** Whether a name or key holds what is searched, whatever the case and accents. */
export function matches(search: string, ...texts: string[]): boolean {
  const needle = fold(search.trim())
  return texts.some((text) => fold(text).includes(needle))
}
