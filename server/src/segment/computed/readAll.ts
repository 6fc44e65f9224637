import type { JsonValue } from '../../collect/index.ts'
import { standings } from '../../privacy/index.ts'
import { type EvaluationContext, rawOf, type Scope } from '../kinds/kind.ts'
import { knownComputed } from './index.ts'
import { type ComputedTraits, partOf } from './resolve.ts'

/** What a computed trait says of a person at one instant, and what it was made of. */
export type ComputedValue = {
  key: string
  /** Public id of its definition. */
  id: string
  value: JsonValue
  type: string
  /** Time of the newest event that it was made of, epoch ms. */
  newest: number | null
  events: number
  /** More took place than is kept, or than is shown. */
  approximate: boolean
  /** False while history is still being filled in. */
  complete: boolean
  /** The property whose values it shows as they are, so that they can be masked. */
  shows: string | null
}

/** No computed trait asks for what documents do not hold. */
export type Person = Omit<EvaluationContext, 'around'>

/** Makes ready all computed traits of a workspace; what comes back is asked of every person. */
export function computedReader(
  traits: ComputedTraits,
  scope: Scope,
): (person: Person) => ComputedValue[] {
  const whole = [...traits].flatMap(([key, { id, spec, state }]) => {
    const parts = knownComputed(spec).parts ?? []
    return [
      { key, id, spec, state },
      ...parts.map((part) => ({ key: `${key}.${part}`, id, spec: partOf(spec, part), state })),
    ]
  })
  const readers = whole.map(({ key, id, spec, state }) => {
    const kind = knownComputed(spec)
    const own = { key, id, shows: kind.shows?.(spec) ?? null, complete: state === 'live' }
    return { own, type: kind.type(spec), read: kind.prepare(spec, scope) }
  })
  return (person) => {
    const context = { ...person, around: standings.NONE }
    return readers.flatMap(({ own, type, read }) => {
      const { value, newest, events, approximate } = read(context)
      const raw = rawOf(value)
      if (value === null || raw === null) return []
      const shown = { value: raw, type: type === 'date' ? 'date' : value.type }
      return [{ ...own, ...shown, newest: newest ?? null, events, approximate }]
    })
  }
}
