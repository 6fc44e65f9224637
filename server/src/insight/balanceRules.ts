/** What came in for a source in an hour, as the door and then the flow counted it. */
export type HourCounts = {
  accepted: number
  rejected: number
  applied: number
  duplicate: number
  deadLettered: number
}

export type HourFound = HourCounts & {
  /** Rejections that have a reason on record; null: reasons of so long ago are not kept. */
  reasons: number | null
  /** The hour is over, and the flow has handled everything that was accepted in it. */
  isFinal: boolean
  /** Rows in ClickHouse; null: it has not taken the hour in yet, or cannot say. */
  history: number | null
}

export type HourJudged = HourCounts & {
  received: number
  onTheWay: number
  difference: number
  unexplained: number
  history: number | null
}

/**
 * The equations of an hour: received = accepted + rejected, and accepted = applied + duplicate +
 * dead-lettered + on the way. What is left over is a difference. While events are on their way an
 * hour can lack some; that more were handled than accepted is wrong at any time.
 */
export function judgeHour(found: HourFound): HourJudged {
  const { accepted, rejected, applied, duplicate, deadLettered } = found
  const left = accepted - applied - duplicate - deadLettered
  const onTheWay = found.isFinal ? 0 : Math.max(0, left)
  return {
    received: accepted + rejected,
    accepted,
    rejected,
    applied,
    duplicate,
    deadLettered,
    onTheWay,
    difference: left - onTheWay,
    unexplained: found.reasons === null ? 0 : rejected - found.reasons,
    history: found.history === null ? null : found.history - applied,
  }
}
