import type { Events, SequenceRule } from './rule.ts'

/** Whether one event followed the other in time: pure, over the moments of each step. */

/** The events of a sequence, what must not come between last, each with its property. */
export type Part = { events: Events; value: string | undefined }

export function partsOf({ sequence, without, same }: SequenceRule): Part[] {
  const events = [...sequence, ...(without ? [without] : [])]
  return events.map((one, index) => ({ events: one, value: same?.[index] }))
}

/** Epoch ms, ascending. */
export type Moments = readonly number[]

export type Chain = {
  /** Moments of each step, in the order in which they must follow. */
  steps: readonly Moments[]
  /** Moments of what must not come between. */
  without: Moments
  /** From the first step to the last, in ms. */
  withinMs: number
  /** True: the last step must not follow in that time. */
  missing: boolean
}

/** The first moment after `after`; Infinity when there is none. */
export const firstAfter = (moments: Moments, after: number): number =>
  moments.find((at) => at > after) ?? Number.POSITIVE_INFINITY

/**
 * Asks of each begin (a moment of the first step that counts as one). The earliest next moment of
 * each step is taken: where any choice of moments fulfils the chain, that one does.
 * @returns whether a begin fulfils it at `now`, and when the first open one will be decided
 */
export function followChain(
  { steps, without, withinMs, missing }: Chain,
  begins: Moments,
  now: number,
): { holds: boolean; decidedAt: number | null } {
  const last = missing ? (steps.at(-1) ?? []) : []
  const followed = missing ? steps.slice(1, -1) : steps.slice(1)
  let decidedAt: number | null = null
  let holds = false
  for (const begin of begins) {
    const end = begin + withinMs
    const reached = followed.reduce((at, moments) => firstAfter(moments, at), begin)
    if (reached > end) continue
    const until = missing ? end + 1 : reached
    if (firstAfter(without, begin) < until) continue
    if (missing && firstAfter(last, reached) <= end) continue
    if (!missing || now >= end) holds = true
    else decidedAt = Math.min(decidedAt ?? end, end)
  }
  return { holds, decidedAt }
}
