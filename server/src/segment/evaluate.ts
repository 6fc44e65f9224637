import type { Standing } from '../privacy/index.ts'
import type { ProfileFacts, Registry } from '../profile/index.ts'
import { type Answer, earlier } from './answer.ts'
import type { Touched } from './concern.ts'
import type { LiveSegment, WorkspaceDefinitions } from './definitions.ts'
import type { EvaluationContext } from './kinds/kind.ts'
import { pairMoves, type Transition } from './moves.ts'

export type Evaluation = {
  transitions: Transition[]
  /** When any of the evaluated answers can next change without an event, epoch ms. */
  nextChangeAt: number | null
}

/** Evaluates the segments that what happened can concern, against those the profile is in. */
export function evaluateSegments(
  subject: {
    facts: ProfileFacts
    around: Standing
    memberOf: ReadonlyMap<number, number>
    touched: Touched
    /** True for a profile that has never been evaluated. */
    isNew: boolean
    /** When what happened took place; by time alone: since when an answer may have changed. */
    changedAt: number
    byTime: boolean
    now: number
  },
  definitions: WorkspaceDefinitions,
  registry: Registry,
): Evaluation {
  const { facts, around, now } = subject
  const context = { facts, registry, around, now }
  const transitions: Transition[] = []
  let nextChangeAt: number | null = null
  for (const segment of definitions.concernedBy({ ...subject, registry })) {
    const answer = segment.evaluate(context)
    nextChangeAt = earlier(nextChangeAt, answer.nextChangeAt)
    if (answer.holds === subject.memberOf.has(segment.id)) continue
    const at = subject.byTime
      ? answeredSince(segment, answer.holds, { ...context, from: subject.changedAt })
      : Math.min(subject.changedAt, subject.now)
    const change = answer.holds ? 'entered' : 'left'
    transitions.push({ segment, change, at, counterpart: null })
  }
  return { transitions: pairMoves(transitions), nextChangeAt }
}

/** Steps of time that are looked at to date a change; beyond them it is dated now. */
const STEPS_MAX = 1_000

/**
 * Since when a segment gives the answer of now, time alone having passed since `from`: a timer that
 * fires late stands for several changes, each of which took place at its own instant.
 */
function answeredSince(
  { evaluate }: LiveSegment,
  holds: boolean,
  { from, ...context }: EvaluationContext & { from: number },
): number {
  let since: number | null = null
  let at: number | null = Math.min(from, context.now)
  for (let step = 0; step < STEPS_MAX && at !== null && at <= context.now; step += 1) {
    const answer: Answer = evaluate({ ...context, now: at })
    since = answer.holds === holds ? (since ?? at) : null
    at = answer.nextChangeAt
  }
  return since ?? context.now
}
