import type { AskHistory } from '../history.ts'
import { MOVES } from './ledger.ts'

/** What happened to a segment between two instants (epoch ms; `to` is left out). */
export type CoursePoint = {
  from: number
  to: number
  /** Members at its end. */
  size: number
  entered: number
  left: number
  /** Of those who entered: whom the filling of a new or changed rule found. */
  filled: number
}

type Moves = { bucket: number; entered: number; left: number; filled: number }

/**
 * Sizes, entries and exits of a segment from bucket to bucket. Sizes are counted back from `size`,
 * the one of now: what entered since then is taken off, what left is put back.
 */
export async function readCourse(
  ask: AskHistory,
  question: {
    workspace: number
    segment: number
    size: number
    /** When each bucket begins, ascending, and when the last one ends. */
    starts: readonly number[]
    end: number
  },
): Promise<CoursePoint[]> {
  const { workspace, segment, size, starts, end } = question
  const moves = await ask<Moves>(
    `SELECT roundDown(toUnixTimestamp64Milli(at), {bounds:Array(Int64)}) AS bucket,
       countIf(inside) AS entered, countIf(NOT inside) AS left,
       countIf(inside AND cause = 'backfill') AS filled
     FROM (${MOVES})
     WHERE at >= fromUnixTimestamp64Milli({from:Int64})
     GROUP BY bucket`,
    { workspace, segments: [segment], bounds: [...starts, end], from: starts[0] ?? end },
  )
  return courseOf(moves, { size, starts, end })
}

/** The points from moves by the start of their bucket; the moves since `end` are at `end`. */
export function courseOf(
  moves: readonly Moves[],
  { size, starts, end }: { size: number; starts: readonly number[]; end: number },
): CoursePoint[] {
  const byBucket = new Map(moves.map((one) => [one.bucket, one]))
  const nothing = { entered: 0, left: 0, filled: 0 }
  const after = byBucket.get(end) ?? nothing
  let current = size - after.entered + after.left
  const points: CoursePoint[] = []
  for (let index = starts.length - 1; index >= 0; index -= 1) {
    const from = starts[index] ?? end
    const { entered, left, filled } = byBucket.get(from) ?? nothing
    const to = starts[index + 1] ?? end
    points.unshift({ from, to, size: Math.max(0, current), entered, left, filled })
    current += left - entered
  }
  return points
}
