import type { Label, LabelKind } from '../../api/labels.ts'
import type { EventName, ObjectType } from './api.ts'

type Known = {
  labels: readonly Label[]
  events: readonly EventName[]
  traits: readonly string[]
  objects: readonly ObjectType[]
  kind: LabelKind | undefined
  text: string
}

/** Every name that can be labelled, with its label when it has one. Pure. */
export function labelRows({ labels, events, traits, objects, kind, text }: Known): Label[] {
  const rows = new Map<string, Label>()
  const add = (label: Label) => {
    const key = `${label.kind} ${label.name}`
    if (!rows.has(key)) rows.set(key, label)
  }
  for (const label of labels) add(label)
  const blank = (of: LabelKind, name: string): Label => ({ kind: of, name, fr: '', en: '' })
  for (const event of events) {
    if (event.name) add(blank('event', event.name))
    for (const property of event.properties ?? []) add(blank('property', property.path))
  }
  for (const { type, attributes } of objects) {
    add(blank('object', type))
    for (const { path } of attributes) add(blank('property', path))
  }
  for (const trait of traits) add(blank('trait', trait))
  const folded = text.trim().toLocaleLowerCase()
  return [...rows.values()]
    .filter((row) => !kind || row.kind === kind)
    .filter((row) =>
      [row.name, row.fr, row.en].some((one) => one.toLocaleLowerCase().includes(folded)),
    )
    .sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name))
}
