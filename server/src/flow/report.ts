import type { MembershipChange } from './effects.ts'
import { StageTimes } from './stageTimes.ts'
import type { Outcome } from './verdict.ts'

/** What a batch says of itself to whoever observes the flow: nothing follows from it. */
export class BatchReport extends StageTimes {
  readonly outcomes: Partial<Record<Outcome, number>> = {}
  /** Those of each workspace. */
  readonly memberships: (readonly MembershipChange[])[] = []

  count(outcomes: Iterable<Outcome>): void {
    for (const outcome of outcomes) this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1
  }
}
