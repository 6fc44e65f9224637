import type { Definition } from './api.ts'
import { definitionOf, formFrom, type TraitForm } from './form.ts'

/** When a query is asked, by the clock of the workspace. */
export type Schedule =
  | { every: 'hour' }
  | { every: 'day'; at: number }
  | { every: 'week'; weekday: number; at: number }

export type ValueKind = 'number' | 'text' | 'boolean' | 'date'
export const VALUE_KINDS: readonly ValueKind[] = ['number', 'text', 'boolean', 'date']

export type QueryDraft = { sql: string; key: string; type: ValueKind; schedule: Schedule }

/** A definition while it is written: one event and a property, a formula, or a query. */
export type TraitDraft =
  | { way: 'events'; form: TraitForm }
  | { way: 'formula'; formula: string }
  | { way: 'query'; query: QueryDraft }

export type Way = TraitDraft['way']

const EXAMPLE = `SELECT profile AS key, count() AS value
FROM events
WHERE name = 'Order Completed'
GROUP BY profile`

/** What each way begins with. */
export const EMPTY: { [W in Way]: Extract<TraitDraft, { way: W }> } = {
  events: { way: 'events', form: { kind: 'sum', did: '', property: '', days: 365 } },
  formula: { way: 'formula', formula: '' },
  query: {
    way: 'query',
    query: { sql: EXAMPLE, key: 'profile', type: 'number', schedule: { every: 'day', at: 4 } },
  },
}

/** As the API takes it; null while something is missing. */
export function definitionIn(draft: TraitDraft): Definition | null {
  if (draft.way === 'events') return definitionOf(draft.form)
  if (draft.way === 'formula') return draft.formula.trim() ? { formula: draft.formula } : null
  return draft.query.sql.trim() ? { ...draft.query } : null
}

/** A definition as it is edited; null for what is made by the API alone. */
export function draftFrom(definition: Definition): TraitDraft | null {
  if (typeof definition.formula === 'string') {
    return { way: 'formula', formula: definition.formula }
  }
  if (typeof definition.sql === 'string') {
    return { way: 'query', query: definition as unknown as QueryDraft }
  }
  const form = formFrom(definition)
  return form && { way: 'events', form }
}
