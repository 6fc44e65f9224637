import type { Standing } from '../privacy/index.ts'
import type { ProfileFacts, Registry } from '../profile/index.ts'
import { type Answer, earlier } from './answer.ts'
import type { Touched } from './concern.ts'
import type { LiveSegment, WorkspaceDefinitions } from './definitions.ts'
import { type Broken, reasonOf } from './faults.ts'
import type { EvaluationContext } from './kinds/kind.ts'
import { pairMoves, type Transition } from './moves.ts'
import { type DueStay, dueStays, nextStay } from './stays.ts'

export type Evaluation = {
  transitions: Transition[]
  /** Stays that fell due; a member who left had stayed up to then. */
  stays: (DueStay & { segment: LiveSegment; entered: number })[]
  /** Segments that could not be evaluated: what they answered before stands. */
  broken: Broken[]
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
  const stays: Evaluation['stays'] = []
  const broken: Broken[] = []
  let nextChangeAt: number | null = null
  for (const segment of definitions.concernedBy({ ...subject, registry })) {
    const answer = asked(segment, context, broken)
    if (!answer) continue
    nextChangeAt = earlier(nextChangeAt, answer.nextChangeAt)
    const since = subject.memberOf.get(segment.id)
    let moved: Transition | null = null
    if (answer.holds !== (since !== undefined)) {
      const at = subject.byTime
        ? answeredSince(segment, answer.holds, { ...context, from: subject.changedAt })
        : Math.min(subject.changedAt, now)
      const change = answer.holds ? 'entered' : 'left'
      moved = { segment, change, at, counterpart: null }
      transitions.push(moved)
    }
    if (segment.stays.length === 0) continue
    stays.push(...staysOf(segment, { since, moved }, subject))
    if (answer.holds) {
      const next = nextStay(segment.stays, moved?.at ?? since ?? now, now)
      nextChangeAt = earlier(nextChangeAt, next)
    }
  }
  return { transitions: pairMoves(transitions), stays, broken, nextChangeAt }
}

/** One segment that breaks must not hold up the event, nor the others. */
function asked(
  segment: LiveSegment,
  context: EvaluationContext,
  broken: Broken[],
): Answer | undefined {
  try {
    return segment.evaluate(context)
  } catch (fault) {
    broken.push({ segment: segment.id, reason: reasonOf(fault) })
    return undefined
  }
}

/**
 * The stays that fell due. Of who was a member a timer tells, which stands for all instants since
 * it was due, and for none twice: the next one is armed for the first instant after them. Who
 * enters now, but by an event of long ago, has stayed since then.
 */
function staysOf(
  segment: LiveSegment,
  member: { since: number | undefined; moved: Transition | null },
  { byTime, changedAt, now }: { byTime: boolean; changedAt: number; now: number },
): Evaluation['stays'] {
  const { since, moved } = member
  const told = (entered: number, within: { after: number; upTo: number }) =>
    dueStays(segment.stays, entered, within).map((stay) => ({ ...stay, segment, entered }))
  if (moved?.change === 'entered') return told(moved.at, { after: moved.at, upTo: now })
  if (since === undefined || !byTime) return []
  // At the instant of the exit it is over.
  const upTo = moved ? moved.at - 1 : now
  return told(since, { after: Math.max(since, changedAt - 1), upTo })
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
