import type { LiveSegment } from './definitions.ts'

/** A segment that a profile entered or left. */
export type Transition = {
  segment: LiveSegment
  change: 'entered' | 'left'
  /** When it took place, epoch ms. */
  at: number
  /** Of a move between two classes of a segmentation: the one on the other side. */
  counterpart: LiveSegment | null
}

/**
 * Who leaves a class and enters another one of the same segmentation has moved: one change, at the
 * instant of the entry, though each class has its own line of it. Exits stand before entries.
 */
export function pairMoves(transitions: readonly Transition[]): Transition[] {
  const entered = new Map<number, Transition>()
  const left = new Map<number, Transition>()
  for (const transition of transitions) {
    const { group } = transition.segment
    if (group === null) continue
    const side = transition.change === 'entered' ? entered : left
    if (!side.has(group)) side.set(group, transition)
  }
  const paired = transitions.map((transition): Transition => {
    const { group } = transition.segment
    const [from, to] = group === null ? [] : [left.get(group), entered.get(group)]
    if (!from || !to || (transition !== from && transition !== to)) return transition
    const { segment: counterpart } = transition === from ? to : from
    return { ...transition, at: to.at, counterpart }
  })
  return paired.toSorted((x, y) => Number(x.change === 'entered') - Number(y.change === 'entered'))
}
