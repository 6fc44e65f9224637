import type { ManualClock } from '../src/platform/clock.ts'
import { openTestDatabase } from './engines.ts'
import { openWorldOn, type SegmentWorld } from './equivalence/world.ts'

export type { Effect, SegmentState, SegmentWorld } from './equivalence/world.ts'

/** Opens the program on databases of its own, without the stage that empties the outbox. */
export async function openSegmentWorld(clock: ManualClock): Promise<SegmentWorld> {
  return openWorldOn(await openTestDatabase(), clock)
}
