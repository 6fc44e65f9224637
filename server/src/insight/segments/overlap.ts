import type { AskHistory } from '../history.ts'

/** How many people a segment has, and how many of them are in the one that was asked about. */
export type Shared = { segment: number; size: number; shared: number }

/** A segment beside all others that share people with it; the one itself is among them. */
export function readShared(
  ask: AskHistory,
  question: { workspace: number; segment: number },
): Promise<Shared[]> {
  return ask<Shared>(
    `SELECT one AS segment, count() AS size, countIf(has(segments, {segment:UInt32})) AS shared
     FROM profile_current FINAL
     ARRAY JOIN segments AS one
     WHERE workspace = {workspace:UInt32} AND kind = 'person'
     GROUP BY one ORDER BY shared DESC, size DESC, one`,
    question,
    'heavy',
  )
}

/** People who are in exactly these of the chosen segments, and in no other of them. */
export type ExactSet = { segments: number[]; n: number }

/** Every combination of the chosen segments that somebody is in, the largest first. */
export function readIntersections(
  ask: AskHistory,
  question: { workspace: number; segments: readonly number[] },
): Promise<ExactSet[]> {
  return ask<ExactSet>(
    `SELECT arraySort(arrayIntersect(segments, {chosen:Array(UInt32)})) AS held, count() AS n,
       held AS segments
     FROM profile_current FINAL
     WHERE workspace = {workspace:UInt32} AND kind = 'person'
       AND hasAny(segments, {chosen:Array(UInt32)})
     GROUP BY held ORDER BY n DESC, held`,
    { workspace: question.workspace, chosen: question.segments },
    'heavy',
  )
}
