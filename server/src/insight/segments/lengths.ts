import { DAY_MS, HOUR_MS } from '../../platform/durations.ts'
import type { AskHistory } from '../history.ts'
import { STAYS } from './ledger.ts'

/** Where one class of lengths ends and the next begins, in ms. */
export const LENGTH_BOUNDS = [
  0,
  HOUR_MS,
  DAY_MS,
  7 * DAY_MS,
  30 * DAY_MS,
  90 * DAY_MS,
  180 * DAY_MS,
  365 * DAY_MS,
] as const

/** After how long it is asked who is still there. */
const KEPT_DAYS = [1, 7, 30, 90, 180, 365] as const

type Quartiles = {
  count: number
  first: number | null
  median: number | null
  third: number | null
}

export type Lengths = {
  /** Lengths in ms of stays that are over, and of those that last (up to now). */
  ended: Quartiles
  lasting: Quartiles
  /** Stays whose beginning nobody knows: a filling found the person in the segment. */
  unknown: number
  classes: { from: number; to: number | null; ended: number; lasting: number }[]
  /** Of those who entered at least so many days ago: how many stayed at least so long. */
  kept: { days: number; of: number; stayed: number }[]
}

type Totals = {
  ended: number
  lasting: number
  unknown: number
  endedQuartiles: number[]
  lastingQuartiles: number[]
  of: number[]
  stayed: number[]
}

/** How long people stay in a segment. `now`: epoch ms, the end of what lasts. */
export async function readLengths(
  ask: AskHistory,
  question: { workspace: number; segment: number; now: number },
): Promise<Lengths> {
  const { workspace, segment, now } = question
  const params = { workspace, segments: [segment], now, bounds: [...LENGTH_BOUNDS] }
  const stays = `
    SELECT lasts, filled, {now:Int64} - toUnixTimestamp64Milli(since) AS age,
      greatest(0, if(lasts, {now:Int64}, toUnixTimestamp64Milli(until))
        - toUnixTimestamp64Milli(since)) AS length
    FROM (${STAYS})`
  const [totals, classes] = await Promise.all([
    ask<Totals>(
      `SELECT countIf(NOT filled AND NOT lasts) AS ended, countIf(NOT filled AND lasts) AS lasting,
         countIf(filled) AS unknown,
         ${quartiles('NOT filled AND NOT lasts')} AS endedQuartiles,
         ${quartiles('NOT filled AND lasts')} AS lastingQuartiles,
         [${KEPT_DAYS.map((days) => `countIf(${isOld(days)})`).join(', ')}] AS of,
         [${KEPT_DAYS.map((days) => `countIf(${isOld(days)} AND ${stayed(days)})`).join(', ')}]
           AS stayed
       FROM (${stays})`,
      params,
    ),
    ask<{ bound: number; ended: number; lasting: number }>(
      `SELECT roundDown(length, {bounds:Array(Int64)}) AS bound, countIf(NOT lasts) AS ended,
         countIf(lasts) AS lasting
       FROM (${stays}) WHERE NOT filled GROUP BY bound`,
      params,
    ),
  ])
  return shaped(totals[0], classes)
}

const quartiles = (which: string): string =>
  `quantilesExactInclusiveIf(0.25, 0.5, 0.75)(length, ${which})`
const isOld = (days: number): string => `NOT filled AND age >= ${days * DAY_MS}`
const stayed = (days: number): string => `length >= ${days * DAY_MS}`

function shaped(
  totals: Totals | undefined,
  rows: readonly { bound: number; ended: number; lasting: number }[],
): Lengths {
  const byBound = new Map(rows.map((row) => [row.bound, row]))
  const quartilesOf = (count = 0, [first, median, third]: number[] = []): Quartiles =>
    count === 0
      ? { count, first: null, median: null, third: null }
      : { count, first: first ?? null, median: median ?? null, third: third ?? null }
  return {
    ended: quartilesOf(totals?.ended, totals?.endedQuartiles),
    lasting: quartilesOf(totals?.lasting, totals?.lastingQuartiles),
    unknown: totals?.unknown ?? 0,
    classes: LENGTH_BOUNDS.map((from, index) => ({
      from,
      to: LENGTH_BOUNDS[index + 1] ?? null,
      ended: byBound.get(from)?.ended ?? 0,
      lasting: byBound.get(from)?.lasting ?? 0,
    })),
    kept: KEPT_DAYS.map((days, index) => ({
      days,
      of: totals?.of[index] ?? 0,
      stayed: totals?.stayed[index] ?? 0,
    })),
  }
}
