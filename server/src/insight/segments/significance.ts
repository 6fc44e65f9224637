/**
 * Which shares of a segment are larger than those of everybody else, beyond what chance makes.
 * Counts are of people; a segment is compared with the rest of the base, which it is a part of.
 */
export type Counts = {
  /** People of the segment who have it, of those who could. */
  n: number
  of: number
  /** The same for the whole base, the segment included. */
  baseN: number
  baseOf: number
}

export type Weight = {
  share: number
  baseShare: number
  /** How many times the base's share. */
  lift: number
  /** How much it tells: the larger, the further up. */
  score: number
}

/** Fewer people are an anecdote. */
export const SUPPORT_MIN = 10
/** Nor is what concerns less than this share of the segment. */
const SHARE_MIN = 0.01
const LIFT_MIN = 1.2
/** How likely one false finding may be among all that were looked at together. */
const FALSE_MAX = 0.01
/** Below so many expected people the normal distribution is no guide. */
const EXPECTED_MIN = 5

/**
 * The weight of an over-representation, or null where it is not one, or may be chance. `tests`: how
 * many were looked at together; each more of them asks for stronger proof (Bonferroni).
 */
export function weigh(counts: Counts, tests: number): Weight | null {
  const { n, of, baseN, baseOf } = counts
  const [restN, restOf] = [baseN - n, baseOf - of]
  if (n < SUPPORT_MIN || restOf <= 0) return null
  const [share, baseShare] = [n / of, baseN / baseOf]
  const lift = (n * baseOf) / (of * baseN)
  if (share < SHARE_MIN || lift < LIFT_MIN) return null
  const spread = baseShare * (1 - baseShare)
  if (Math.min(of, restOf) * baseShare < EXPECTED_MIN || spread === 0) return null
  const z = (share - restN / restOf) / Math.sqrt(spread * (1 / of + 1 / restOf))
  if (chanceOf(z) * Math.max(1, tests) > FALSE_MAX) return null
  return { share, baseShare, lift, score: share * Math.log(lift) }
}

/** How likely chance alone gives this much or more, on either side: an upper bound. */
export function chanceOf(z: number): number {
  if (z <= 1) return 1
  return (2 * Math.exp((-z * z) / 2)) / (z * Math.sqrt(2 * Math.PI))
}
