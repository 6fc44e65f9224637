import type { Events, SequenceCondition } from './rule.ts'

/** As many events as the server takes in a sequence. */
export const STEPS_MAX = 5

/** The events of a sequence, what may not come in between last: the order of `same`. */
export function partsOf({ sequence, without }: SequenceCondition): Events[] {
  return without ? [...sequence, without] : sequence
}

/** A copy with one more event before the last: what may be missing stays the last. */
export function addStep(rule: SequenceCondition): SequenceCondition {
  const at = rule.sequence.length - 1
  const sequence = rule.sequence.toSpliced(at, 0, { did: '' })
  return withSame({ ...rule, sequence }, rule.same?.toSpliced(at, 0, ''))
}

/** A copy without one of the events, and without its property. */
export function removeStep(rule: SequenceCondition, index: number): SequenceCondition {
  const sequence = rule.sequence.toSpliced(index, 1)
  return withSame({ ...rule, sequence }, rule.same?.toSpliced(index, 1))
}

/** A copy whose last event follows, or does not. */
export function setLast(rule: SequenceCondition, last: 'then' | 'missing'): SequenceCondition {
  const { missing: _, ...kept } = rule
  return last === 'missing' ? { ...kept, missing: true } : kept
}

/** A copy with other events that may not come in between, or with none (null). */
export function setWithout(rule: SequenceCondition, events: Events | null): SequenceCondition {
  const { without, ...kept } = rule
  const own = rule.same?.slice(0, rule.sequence.length)
  if (events === null) return withSame(kept, own)
  const last = (without && rule.same?.[rule.sequence.length]) ?? ''
  return withSame({ ...rule, without: events }, own && [...own, last])
}

/** A copy that asks for the same value in these properties, or for none (null). */
export function setSame(rule: SequenceCondition, same: string[] | null): SequenceCondition {
  return withSame(rule, same ?? undefined)
}

function withSame(rule: SequenceCondition, same: string[] | undefined): SequenceCondition {
  const { same: _, ...kept } = rule
  return same === undefined ? kept : { ...kept, same }
}
