import type { ClickHouse } from '../platform/clickhouse.ts'
import { DAY_MS } from '../platform/durations.ts'

/** Entries and exits of one day, by when they took place. */
export type DayMoves = { segment: number; day: string; entered: number; left: number }

/** Moves by segment and day (in the workspace's zone) since `from`, epoch ms. */
export async function movesByDay(
  clickhouse: ClickHouse,
  question: { workspace: number; segments: readonly number[]; from: number; timeZone: string },
): Promise<DayMoves[]> {
  if (question.segments.length === 0) return []
  return clickhouse.query<DayMoves>(
    `SELECT segment, toString(toDate(at, {zone:String})) AS day,
       countIf(change = 'entered') AS entered, countIf(change = 'left') AS left
     FROM membership_change
     WHERE workspace = {workspace:UInt32} AND segment IN {segments:Array(UInt32)}
       AND at >= fromUnixTimestamp64Milli({from:Int64})
     GROUP BY segment, day ORDER BY segment, day`,
    {
      workspace: question.workspace,
      segments: question.segments,
      from: question.from,
      zone: question.timeZone,
    },
  )
}

/** Moves of the last 24 hours, by segment. */
export async function movesSince(
  clickhouse: ClickHouse,
  question: { workspace: number; from: number },
): Promise<Map<number, { entered: number; left: number }>> {
  const rows = await clickhouse.query<{ segment: number; entered: number; left: number }>(
    `SELECT segment, countIf(change = 'entered') AS entered, countIf(change = 'left') AS left
     FROM membership_change
     WHERE workspace = {workspace:UInt32} AND at >= fromUnixTimestamp64Milli({from:Int64})
     GROUP BY segment`,
    question,
  )
  return new Map(rows.map(({ segment, entered, left }) => [segment, { entered, left }]))
}

/**
 * Sizes at the end of each day, from today's size backwards: the size of a day is the next one's
 * less what entered and plus what left on that next day.
 */
export function sizesBackwards(
  days: readonly string[],
  size: number,
  moves: readonly DayMoves[],
): { day: string; size: number }[] {
  const byDay = new Map(moves.map((one) => [one.day, one]))
  const sizes: { day: string; size: number }[] = []
  let current = size
  for (const day of [...days].reverse()) {
    sizes.unshift({ day, size: Math.max(0, current) })
    const moved = byDay.get(day)
    current -= (moved?.entered ?? 0) - (moved?.left ?? 0)
  }
  return sizes
}

/** The last `count` days in a zone, today last, as YYYY-MM-DD. */
export function lastDays(count: number, now: number, timeZone: string): string[] {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
  return Array.from({ length: count }, (_, index) =>
    format.format(new Date(now - (count - 1 - index) * DAY_MS)),
  )
}
