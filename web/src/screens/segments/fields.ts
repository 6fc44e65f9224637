import type { EventInfo, PropertyInfo, TraitInfo } from './api.ts'
import { kindOf, opsFor, type ValueKind, valueFor } from './ops.ts'
import type { EventCondition, TraitCondition } from './rule.ts'

/** What the builder needs to know of the registry to offer fields, operators and values. */
export type Fields = {
  traits: readonly TraitInfo[]
  events: readonly EventInfo[]
}

export function traitKind(fields: Fields, key: string): ValueKind {
  return kindOf(fields.traits.find((each) => each.key === key)?.types)
}

export function propertiesOf(fields: Fields, event: string): readonly PropertyInfo[] {
  return fields.events.find((each) => each.name === event)?.properties ?? []
}

export function propertyKind(fields: Fields, event: string, path: string): ValueKind {
  return kindOf(propertiesOf(fields, event).find((each) => each.path === path)?.types)
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

/** Whether a name or key holds what is searched, whatever the case and accents. */
export function matches(search: string, ...texts: string[]): boolean {
  const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  const needle = fold(search.trim())
  return texts.some((text) => fold(text).includes(needle))
}
