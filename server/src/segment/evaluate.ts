import type { ProfileFacts, Registry } from '../profile/index.ts'
import type { LiveSegment, WorkspaceDefinitions } from './definitions.ts'
import { tree } from './kinds/index.ts'
import { earlier } from './kinds/kind.ts'

export type Transition = { segment: LiveSegment; change: 'entered' | 'left' }

export type Evaluation = {
  transitions: Transition[]
  /** When any of the evaluated answers can next change without an event, epoch ms. */
  nextChangeAt: number | null
}

/** What happened to a profile since it was last evaluated. */
export type Touched = 'everything' | { traits: ReadonlySet<string>; events: ReadonlySet<string> }

/** Evaluates the segments that what happened can concern, against those the profile is in. */
export function evaluateSegments(
  subject: {
    facts: ProfileFacts
    memberOf: ReadonlyMap<number, number>
    touched: Touched
    now: number
  },
  definitions: WorkspaceDefinitions,
  registry: Registry,
): Evaluation {
  const context = {
    facts: subject.facts,
    registry,
    streamOf: definitions.streamOf,
    now: subject.now,
  }
  const transitions: Transition[] = []
  let nextChangeAt: number | null = null
  for (const segment of definitions.segments) {
    if (!concerns(segment, subject.touched)) continue
    const answer = tree.evaluate(segment.rule, context)
    nextChangeAt = earlier(nextChangeAt, answer.nextChangeAt)
    if (answer.holds === subject.memberOf.has(segment.id)) continue
    transitions.push({ segment, change: answer.holds ? 'entered' : 'left' })
  }
  return { transitions, nextChangeAt }
}

function concerns(segment: LiveSegment, touched: Touched): boolean {
  if (touched === 'everything') return true
  return (
    !segment.traits.isDisjointFrom(touched.traits) || !segment.events.isDisjointFrom(touched.events)
  )
}
