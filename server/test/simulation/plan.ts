import fc from 'fast-check'
import { historyOf, shuffled } from '../histories.ts'
import { DAY, MINUTE, type Told } from '../history.ts'

/** A thing that happens to the strand that was just let go on, where it stands now. */
export type Fate =
  | 'nothing'
  /** The process dies; it is started again with an empty memory. */
  | 'crash'
  /** The connection breaks under it; the process goes on. */
  | 'cut'
  | 'conflict'
  | 'deadlock'
  /** Its next commit takes place, but it never hears of it. */
  | 'lost reply'
  /** It is not seen any more, and goes on without knowing. */
  | 'unseen'
  | 'seen'

/** One step of a schedule. */
export type Step = {
  /** Entries that are appended before. */
  append: number
  /** How far the clock moves before, in ms; backwards as well. */
  clock: number
  strand: number
  /** How many gates the strand passes. */
  gates: number
  fate: Fate
}

/** All that one simulated history is made of: the same plan gives the same history. */
export type Plan = {
  history: Told[]
  steps: Step[]
  /** Feeds the small choices of the strands: which shard, how large a batch. */
  choices: number
  /** Index of the entry whose data break the fold; null: none. */
  poison: number | null
  /** An entry of damaged bytes comes in, too. */
  damaged: boolean
  /** At the end the state is rebuilt from the log. */
  rebuilds: boolean
}

const HOUR = 60 * MINUTE

const fates: fc.Arbitrary<Fate> = fc.constantFrom(
  ...(['nothing', 'nothing', 'nothing', 'crash', 'crash', 'cut', 'conflict'] as const),
  ...(['deadlock', 'lost reply', 'lost reply', 'unseen', 'unseen', 'seen'] as const),
)

const moves = fc.constantFrom(
  ...[0, 0, 0, 0, 0, 0, 20 * MINUTE, 70 * MINUTE, DAY, 9 * DAY],
  ...[-5 * MINUTE, -HOUR, -DAY],
)

const step: fc.Arbitrary<Step> = fc.record({
  append: fc.constantFrom(0, 0, 1, 1, 2, 4),
  clock: moves,
  strand: fc.nat({ max: 3 }),
  gates: fc.integer({ min: 1, max: 45 }),
  fate: fates,
})

/** Plans; few things, so that they collide, and so that ten thousand of them take minutes. */
export const plans: fc.Arbitrary<Plan> = fc.noBias(
  fc
    .record({
      history: historyOf({ events: 8, decisions: 1 }),
      order: fc.nat(),
      steps: fc.array(step, { minLength: 3, maxLength: 14, size: 'max' }),
      choices: fc.nat(),
      poison: fc.option(fc.nat({ max: 7 }), { freq: 5 }),
      damaged: fc.integer({ min: 0, max: 9 }).map((one) => one === 9),
      rebuilds: fc.integer({ min: 0, max: 14 }).map((one) => one === 14),
    })
    .map(({ history, order, ...rest }) => ({ ...rest, history: shuffled(history, order) })),
)
